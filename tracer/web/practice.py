"""Practice: a mock call with somebody who does not exist, on the real script; then what I make of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import practice, records
from tracer.courses import library
from tracer.faults import Invalid, NotFound
from tracer.interview import view
from tracer.models import PracticeCall
from tracer.reporting import practice as lines
from tracer.schemas.form import Form
from tracer.schemas.practice_forms import BeginForm, points, rubric_form
from tracer.web import interview_changes, practice_page
from tracer.web.call import messages
from tracer.web.interview_forms import posted, strays
from tracer.web.practice_page import open_page
from tracer.web.preview_page import PreviewPage

bp = Blueprint("practice", __name__)
_GONE = "This page was changed in another window meanwhile. What still stands on it is saved: check it, and go on."


@bp.get("/training/practice")
@allow(Permission.COURSE_TAKE)
def show() -> str:
    """What a mock call is, whom to call, and my calls so far."""
    return _show({})


@bp.post("/training/practice")
@allow(Permission.COURSE_TAKE)
def begin() -> Any:
    """Begin a call, or go on with the one that is open."""
    try:
        given = BeginForm().load(request.form)
        with db.transaction("practice.begin") as session:
            call = practice.begin(session, given["brief"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _show(messages(fault)), 422
    return redirect(url_for("practice.one", practice_id=call.id))


@bp.get("/training/practice/people/<who>")
@allow(Permission.COURSE_TAKE)
def person(who: str) -> str:
    """The part of one of the people, for whoever plays it. Days are those of a call on this day."""
    found = practice.person(who)
    return render_template("practice/person.html", brief=practice_page.brief(found, clock.today()))


@bp.get("/training/practice/<uuid:practice_id>")
@allow(Permission.COURSE_TAKE)
def one(practice_id: UUID) -> Any:
    """Where a call stands: it leads on to what comes next, or shows what became of it."""
    call = _get(practice_id)
    if call.staff_id != g.actor.id:
        return redirect(url_for("practice_marking.one", practice_id=call.id))
    if call.finished_at is None:
        missing = open_page(call).run.missing()
        first = missing[0][0] if missing else open_page(call).run.script.sections[-1]
        return redirect(url_for("practice.section", practice_id=call.id, section=first.name))
    if call.handed_in_at is None:
        return redirect(url_for("practice.check", practice_id=call.id))
    made, own = lines.mark_of(db.session(), call), practice.own_result(call)
    page = {**practice_page.of_call(call), **practice_page.rubric(call.self_marks), "said": practice_page.SAID}
    return render_template("practice/one.html", mark=made, own=own, **page)


@bp.get("/training/practice/<uuid:practice_id>/call/<section>")
@allow(Permission.COURSE_TAKE)
def section(practice_id: UUID, section: str) -> Any:
    """One section of the script, as on a real call."""
    call = _get(practice_id)
    page = open_page(call)
    _check_section(page, section)
    if call.staff_id != g.actor.id or call.finished_at is not None:
        return redirect(url_for("practice.one", practice_id=call.id))
    return _section(call, page, section, None)


@bp.post("/training/practice/<uuid:practice_id>/call/<section>")
@allow(Permission.COURSE_TAKE)
def save(practice_id: UUID, section: str) -> Any:
    """Keep a section as it was posted, then go where the button says."""
    form, do = request.form, request.form.get("as_do", "next")
    with db.transaction("practice.answer"):
        call = _get(practice_id)
        practice.check_open(call)
        page = open_page(call)
        _check_section(page, section)
        here = page.section(section)
        gone = strays(page.run, here, form) - {"as_do"}
        page.give(posted(page.run, here, form))
        target = page.act(here, do)
        practice.keep(call, page.document())
        if gone:
            return _section(call, page, section, _GONE), 409
        if target == section and do in {"stay", "next"}:  # "stay" is the page's own script, which follows nowhere
            return _section(call, page, section, None), 422 if do == "next" else 200
        if not target:
            return redirect(url_for("practice.end", practice_id=call.id))
        anchor = do.partition(":")[2].partition("/")[0] if target == section else None
        return redirect(url_for("practice.section", practice_id=call.id, section=target, _anchor=anchor))


@bp.get("/training/practice/<uuid:practice_id>/end")
@allow(Permission.COURSE_TAKE)
def end(practice_id: UUID) -> Any:
    """All answers on one page, and what is still missing, before the end."""
    call = _get(practice_id)
    if call.staff_id != g.actor.id or call.finished_at is not None:
        return redirect(url_for("practice.one", practice_id=call.id))
    page = open_page(call)
    missing = [(where, key, view.text(page.run, item.label, key)) for where, key, item in page.run.missing()]
    shown = {**practice_page.of_call(call), "sections": view.sections(page.run)}
    return render_template("practice/end.html", page=page, missing=missing, **shown)


@bp.post("/training/practice/<uuid:practice_id>/finish")
@allow(Permission.COURSE_TAKE)
def finish(practice_id: UUID) -> Response:
    """End the call."""
    call = _get(practice_id)
    Form().load(request.form)
    with db.transaction("practice.finish"):
        practice.check_open(call)
        practice.finish(call, len(open_page(call).run.missing()), clock.now())
    return redirect(url_for("practice.check", practice_id=call.id))


@bp.get("/training/practice/<uuid:practice_id>/check")
@allow(Permission.COURSE_TAKE)
def check(practice_id: UUID) -> Any:
    """Each point of the rubric with what good looks like: how did it go?"""
    call = _get(practice_id)
    if call.staff_id != g.actor.id or call.finished_at is None or call.handed_in_at is not None:
        return redirect(url_for("practice.one", practice_id=call.id))
    return _check(call, {}, {})


@bp.post("/training/practice/<uuid:practice_id>/check")
@allow(Permission.COURSE_TAKE)
def hand_in(practice_id: UUID) -> Any:
    """What I make of it; from here on it waits for a trainer."""
    call = _get(practice_id)
    practice.check_own(call)
    try:
        given = rubric_form(library.rubric())().load(request.form)
    except ValidationError as fault:
        return _check(call, request.form, messages(fault)), 422
    with db.transaction("practice.hand_in"):
        practice.hand_in(call, points(given), clock.now())
    flash("Handed in. A trainer, or your supervisor, reads it and marks it.")
    return redirect(url_for("practice.one", practice_id=practice_id))


def _get(practice_id: UUID) -> PracticeCall:
    return records.get(db.session(), PracticeCall, practice_id)


def _check_section(page: PreviewPage, name: str) -> None:
    if page.section(name).name != name:
        raise NotFound


def _show(errors: Mapping[str, str]) -> str:
    people = library.mock_persons()
    return render_template("practice/show.html", people=people, mine=lines.mine(db.session()), errors=errors)


def _section(call: PracticeCall, page: PreviewPage, name: str, notice: str | None) -> str:
    here = page.section(name)
    return render_template(
        "practice/section.html",
        call=call,
        brief=practice_page.brief(practice.person(call.brief), call.on_day),
        page=page,
        section=here,
        sections=view.sections(page.run),
        items=view.items(page.run, here),
        spoken=page.spoken(here),
        errors=page.faults(here),
        notice=notice,
        disputed=interview_changes.disputed,
    )


def _check(call: PracticeCall, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    page = {**practice_page.of_call(call), **practice_page.rubric(None)}
    return render_template("practice/check.html", values=values, errors=errors, words=practice_page.OWN_WORDS, **page)
