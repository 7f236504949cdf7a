"""The training desk: questions that wait, answers that become help, and which problems are known."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import audit
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import help as desk
from tracer.casework import records
from tracer.faults import Invalid
from tracer.models import HelpQuestion, KnownProblem
from tracer.reporting import help as lines
from tracer.schemas.help_forms import AnswerForm, EndForm, ProblemForm
from tracer.web.call import messages

bp = Blueprint("help_desk", __name__)


@bp.get("/help/questions")
@allow(Permission.HELP_ANSWER)
def show() -> str:
    """All questions, without who asked: those that wait first."""
    with db.transaction("help.read") as session:
        waiting, answered = lines.unanswered(session), lines.answered(session)
        audit.read(session, [*waiting, *answered], ["question", "answer"])
        page = {"waiting": waiting, "answered": answered, "problems": lines.problems(session)}
        return render_template("help/questions.html", **page)


@bp.get("/help/questions/<uuid:question_id>")
@allow(Permission.HELP_ANSWER)
def one(question_id: UUID) -> str:
    """One question, to answer it or to put the answer right."""
    return _one(question_id, None, {})


@bp.post("/help/questions/<uuid:question_id>")
@allow(Permission.HELP_ANSWER)
def answer(question_id: UUID) -> Any:
    """The answer; and where it is ticked, help for everybody."""
    found = records.get(db.session(), HelpQuestion, question_id)
    try:
        given = AnswerForm().load(request.form)
        given["title"] = given["title"].strip()
        with db.transaction("help.answer"):
            desk.answer(found, given.pop("answer"), by=g.actor, now=clock.now(), **given)
    except (ValidationError, Invalid) as fault:
        return _one(question_id, request.form, messages(fault)), 422
    flash("Answered, and everybody finds it in Help." if given["published"] else "Answered. Whoever asked sees it.")
    return redirect(url_for("help_desk.show"))


@bp.get("/help/problems")
@allow(Permission.PROBLEM_KEEP)
def problems() -> str:
    """What does not work, and what worked again."""
    return _problems({}, {})


@bp.post("/help/problems")
@allow(Permission.PROBLEM_KEEP)
def begin_problem() -> Any:
    """Tell everybody that something does not work."""
    try:
        given = ProblemForm().load(request.form)
        with db.transaction("problem.begin") as session:
            desk.begin_problem(session, given["title"], given["text"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _problems(request.form, messages(fault)), 422
    flash("It stands at the top of everybody's Help.")
    return redirect(url_for("help_desk.problems"))


@bp.post("/help/problems/<uuid:problem_id>/end")
@allow(Permission.PROBLEM_KEEP)
def end_problem(problem_id: UUID) -> Any:
    """It works again."""
    found = records.get(db.session(), KnownProblem, problem_id)
    given = EndForm().load(request.form)
    with db.transaction("problem.end"):
        desk.end_problem(found, given["version"], clock.now())
    flash("Ended. It no longer stands in Help.")
    return redirect(url_for("help_desk.problems"))


def _one(question_id: UUID, given: Mapping[str, str] | None, errors: Mapping[str, str]) -> str:
    db.session.rollback()
    with db.transaction("help.read") as session:
        found = records.get(session, HelpQuestion, question_id)
        audit.read(session, [found], ["question", "answer"])
        there = {"answer": found.answer or "", "title": found.title, "published": "yes" if found.published else ""}
        page = {"one": found, "problems": lines.problems(session)}
        values = there if given is None else given
        return render_template("help/question.html", values=values, errors=errors, **page)


def _problems(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    session = db.session()
    page = {"problems": lines.problems(session), "past": lines.past_problems(session)}
    return render_template("help/problems.html", values=values, errors=errors, **page)
