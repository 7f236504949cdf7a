"""The interview in the browser: one page for each section, every answer saved as it is given."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access import audit
from tracer.access import session as sign_ins
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import cases, contacts, interviews
from tracer.faults import Invalid, NotFound
from tracer.interview import view
from tracer.schemas.form import Form
from tracer.web.interview_page import Page, open_page, posted, strays

bp = Blueprint("interviews", __name__)
_GONE = "This page was changed in another window meanwhile. What still stands on it is saved: check it, and go on."


class Answers(Schema):
    """Autosave: the answers typed since the last save, by key."""

    answers = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    section = fields.String(required=True)


@bp.post("/cases/<uuid:case_id>/interview")
@allow(Permission.INTERVIEW_CONDUCT)
def start_case(case_id: UUID) -> Response:
    """Begin or go on with the interview of a case."""
    case = cases.get(db.session(), case_id)
    Form().load(request.form)
    with db.transaction("interview.start"):
        begun = interviews.start(cases.task_of(db.session(), case), case, clock.now())
    return redirect(url_for("interviews.resume", interview_id=begun.id))


@bp.post("/contacts/<uuid:contact_id>/interview")
@allow(Permission.INTERVIEW_CONDUCT)
def start_contact(contact_id: UUID) -> Response:
    """Begin or go on with the alert call of a contact."""
    contact = contacts.get(db.session(), contact_id)
    task = contacts.task_of(contact)
    if task is None:
        raise NotFound
    Form().load(request.form)
    with db.transaction("interview.start"):
        begun = interviews.start(task, contact, clock.now())
    return redirect(url_for("interviews.resume", interview_id=begun.id))


@bp.get("/interviews/<uuid:interview_id>")
@allow(Permission.INTERVIEW_CONDUCT)
def resume(interview_id: UUID) -> Response:
    """Go on at the first question without an answer."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        missing = page.run.missing()
        section = missing[0][0].name if missing else page.run.script.sections[-1].name
    if page.marked:
        return redirect(url_for("interviews.check", interview_id=interview_id))
    anchor = missing[0][1].replace("/", "-") if missing and page.run.answers else None
    return redirect(url_for("interviews.show", interview_id=interview_id, section=section, _anchor=anchor))


@bp.get("/interviews/<uuid:interview_id>/check")
@allow(Permission.INTERVIEW_CONDUCT)
def check(interview_id: UUID) -> str:
    """All answers on one page, and what is still missing, before the end."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        audit.read(session, [page.interview])
        return _check_page(page, {})


@bp.post("/interviews/<uuid:interview_id>/finish")
@allow(Permission.INTERVIEW_CONDUCT)
def finish(interview_id: UUID) -> Any:
    """Write the interview to the record and close it."""
    Form().load(request.form)
    try:
        with db.transaction("interview.finish") as session:
            page = open_page(session, interview_id)
            interviews.finish(page.interview, page.who, page.run, clock.now())
    except Invalid as fault:
        if not fault.fields:
            raise
        with db.transaction("interview.read") as session:
            page = open_page(session, interview_id)
            audit.read(session, [page.interview])
            return _check_page(page, fault.fields), 422
    if page.interview.finished_at is None:
        flash("Noted: call back. Record when under “Record an attempt”.")
        return redirect(page.record_address)
    flash(f"The {page.called} is finished and written to the record.")
    return redirect(url_for("caseload.show") if page.who.task.holder_id is None else page.record_address)


@bp.get("/interviews/<uuid:interview_id>/<section>")
@allow(Permission.INTERVIEW_CONDUCT)
def show(interview_id: UUID, section: str) -> Any:
    """One section: what to say, what to ask."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        audit.read(session, [page.interview])
        if page.marked:
            return redirect(url_for("interviews.check", interview_id=interview_id))
        return _section_page(page, section, notice=None)


@bp.post("/interviews/<uuid:interview_id>/<section>")
@allow(Permission.INTERVIEW_CONDUCT)
def save(interview_id: UUID, section: str) -> Any:
    """Save a section as posted, then go where the button says."""
    with db.transaction("interview.answer") as session:
        page = open_page(session, interview_id)
        chosen = page.section(section)
        before = {key for _, key in page.run.keys(chosen) if page.run.relevant(key)}
        gone = strays(page.run, chosen, request.form)
        page.give(posted(page.run, chosen, request.form), clock.now())
        if gone:
            return _section_page(page, section, notice=_GONE), 409
        target = _act(page, section, request.form.get("do", "next"))
        if target is not None:
            return redirect(target)
        faults = any(page.run.fault(key) for item, key in page.run.keys(chosen) if item.is_question)
        appeared = any(
            page.run.relevant(key) and key not in before and not page.run.answered(key)
            for item, key in page.run.keys(chosen)
            if item.is_question
        )
        if faults or appeared:
            notice = None if faults else "Saved. That answer brought up more questions on this page."
            return _section_page(page, section, notice=notice), 422 if faults else 200
        return redirect(page.after(section))


def _act(page: Page, section: str, do: str) -> str | None:
    """The buttons that do not go on: pause, add and remove. None for the others."""
    here = url_for("interviews.show", interview_id=page.interview.id, section=section)
    verb, _, rest = do.partition(":")
    if verb == "pause":
        return page.record_address
    if verb == "add":
        page.add(rest, clock.now())
        return f"{here}#{rest}"
    if verb == "remove":
        repeat, _, number = rest.partition("/")
        page.remove(repeat, int(number) if number.isdigit() else 0, clock.now())
        return f"{here}#{repeat}"
    return None


@bp.post("/interviews/<uuid:interview_id>/answers")
@allow(Permission.INTERVIEW_CONDUCT)
def autosave(interview_id: UUID) -> dict[str, Any]:
    """Save what was just typed, and say what it changes on the page: questions, words, faults."""
    interviews.get(db.session(), interview_id)
    given = Answers().load(request.get_json())
    now = clock.now()
    with db.transaction("interview.answer") as session:
        page = open_page(session, interview_id)
        page.give(given["answers"], now)
        items = view.items(page.run, page.section(given["section"]))
    flat: list[view.ItemView] = []
    relevant: dict[str, bool] = {}
    for one in items:
        if isinstance(one, view.RepeatView):
            relevant[one.repeat.name] = one.relevant
            flat += [item for _, instance in one.instances for item in instance]
        else:
            flat.append(one)
    return {
        "saved_at": f"{clock.london(now):%H:%M}",
        "relevant": relevant | {item.key: item.relevant for item in flat},
        "texts": {item.key: item.text for item in flat if "${" in item.item.label},
        "faults": {item.key: item.fault for item in flat if item.key in given["answers"]},
    }


@bp.post("/interviews/<uuid:interview_id>/call")
@allow(Permission.INTERVIEW_CONDUCT)
def calling(interview_id: UUID) -> dict[str, Any]:
    """The page is open, so the call goes on: the sign-in does not idle, while the work is still the caller's."""
    with db.transaction("interview.call") as session:
        interviews.check_open(interviews.get(session, interview_id))
    sign_ins.renew(g.sign_in, clock.now())
    return {}


def _section_page(page: Page, section: str, notice: str | None) -> str:
    chosen = page.section(section)
    items = view.items(page.run, chosen)
    return render_template(
        "interviews/section.html",
        page=page,
        section=chosen,
        sections=view.sections(page.run),
        items=items,
        notice=notice,
        errors=page.faults(chosen),
    )


def _check_page(page: Page, missing: dict[str, str]) -> str:
    return render_template(
        "interviews/check.html",
        page=page,
        summary=view.summary(page.run),
        sections=view.sections(page.run),
        missing=[(section, key, view.text(page.run, item.label, key)) for section, key, item in page.run.missing()],
        errors=missing,
        **page.marked,
    )
