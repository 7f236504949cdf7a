"""Reviews of finished work: those that wait, the form, the feedback, and how each team's work was found."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracer import clock, db, vault
from tracer.access import audit
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, reviews, scripts
from tracer.faults import Invalid, NotFound
from tracer.interview import rubric
from tracer.interview.compiled import Compiled
from tracer.interview.script import Item
from tracer.interview.view import in_words
from tracer.models import Review, Task
from tracer.reporting import reviews as lines
from tracer.schemas.review_forms import ASKED, ReadForm, review_form
from tracer.web.call import messages

bp = Blueprint("reviews", __name__)


@bp.get("/team/reviews")
@allow(Permission.REVIEW_MAKE)
def show() -> str:
    """What waits to be reviewed, what was, and how each team's work was found."""
    session, now = db.session(), clock.now()
    waits, teams = lines.to_make(session), lines.by_team(session, now)
    asked = _lines_of(session, waits)
    page = {"waits": waits, "made": lines.made(session), "teams": teams, "whole": lines.whole(teams)}
    return render_template("reviews/show.html", why=lines.WHY, asked=asked, days=lines.OVER.days, **page)


@bp.get("/reviews/<uuid:review_id>")
@allow(Permission.REVIEW_SEE)
def one(review_id: UUID) -> str:
    """To whoever reviews, the form; made, what was found."""
    return _page(review_id, MultiDict(), {})


@bp.post("/reviews/<uuid:review_id>")
@allow(Permission.REVIEW_MAKE)
def decide(review_id: UUID) -> Any:
    """Write it down; reopen the work where that is decided."""
    session, now = db.session(), clock.now()
    review = records.get(session, Review, review_id)
    try:
        compiled = reviews.script(session, review, records.get(session, Task, review.task_id), now)[1]
        given = _given(compiled)
        with db.transaction("review.make"):
            again = reviews.decide(review, given, given.pop("version"), now)
        task = records.get(db.session(), Task, review.task_id)
        told = rubric.notes(rubric.run(compiled, given, task.kind.value, clock.today())[0])
    except (ValidationError, Invalid) as fault:
        return _page(review_id, request.form, messages(fault)), 422
    flash("Reviewed." if again is None else "Reviewed. The work is open again, for whose it was.")
    for words in told:
        flash(words.replace("**", ""))
    return redirect(url_for("reviews.show"))


@bp.post("/reviews/<uuid:review_id>/read")
@allow(Permission.REVIEW_SEE)
def mark_read(review_id: UUID) -> Any:
    """I have read what was found."""
    review = records.get(db.session(), Review, review_id)
    ReadForm().load(request.form)
    with db.transaction("review.read"):
        reviews.mark_read(review, clock.now())
    return redirect(url_for("caseload.show"))


def _given(compiled: Compiled) -> dict[str, Any]:
    asked = {ASKED + one.name: one for one in rubric.questions(compiled)}
    many = {name for name, one in asked.items() if one.kind == "select_multiple"}
    sent = {name: request.form.getlist(name) if name in many else value for name, value in request.form.items()}
    given: dict[str, Any] = review_form(asked.values())().load(sent)
    return {name.removeprefix(ASKED): value for name, value in given.items()}


def _lines_of(session: Session, waits: list[lines.Line]) -> list[tuple[str, str]]:
    """The lines of the rubric by key, in the script that is live; none where there is no script."""
    disease = next((one.task.disease for one in waits if one.task), "covid-19")
    compiled = scripts.ready(session, scripts.live(session, disease, reviews.SCRIPT, clock.now()).id)
    return [(one.name, one.label) for one in rubric.lines(compiled)]


def _page(review_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    with db.transaction("review.look") as session:
        review = records.get(session, Review, review_id)
        line = lines.lines(session, [review])[0]
        mine = review.tracer_id == g.actor.id
        if review.reviewed_at is not None:
            return _made(session, line, mine)
        if mine or line.task is None:
            raise NotFound
        _, compiled = reviews.script(session, review, line.task, clock.now())
        return render_template(
            "reviews/make.html",
            line=line,
            why=lines.WHY,
            sections=rubric.sections(compiled),
            asked=ASKED,
            choices=_choices,
            ticked=getattr(values, "getlist", lambda _: ()),
            values=values,
            errors={ASKED + name.removeprefix(ASKED): words for name, words in errors.items()},
        )


def _choices(item: Item) -> list[dict[str, str]]:
    return [{"value": one.name, "text": one.label} for one in item.choices]


def _made(session: Session, line: lines.Line, mine: bool) -> str:
    review = line.review
    audit.read(session, [review], ["sealed_words"])
    written = vault.current().open(review.sealed_words, review.id) if review.sealed_words else {}
    found = list[tuple[str, str, str]]()
    if review.script_id is not None:
        for item in rubric.questions(scripts.ready(session, review.script_id)):
            if answer := {**review.marks, **written}.get(item.name):
                found.append((item.name, item.label, in_words(item, answer, "en")))
    return render_template("reviews/one.html", line=line, found=found, mine=mine)
