"""Ask my supervisor: the form on a record, the questions that wait, the answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.access import audit, experts
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import cases, contacts, record_questions, records
from tracer.faults import Invalid, NotFound
from tracer.models import Case, Contact, QuestionKind, RecordQuestion, Task
from tracer.reporting import record_questions as lines
from tracer.schemas.question_forms import KINDS, AnswerForm, AskForm, StepForm
from tracer.web.call import messages

bp = Blueprint("record_questions", __name__)

_WORDS = ["sealed_question", "sealed_answer"]


@bp.get("/questions")
@allow(Permission.QUESTION_ASK)
def show() -> str:
    """What I asked, and what waits for an expert like me."""
    now = clock.now()
    with db.transaction("question.list") as session:
        own, others = lines.mine(session, now), lines.to_answer(session, now)
        audit.read(session, [one.question for one in own], _WORDS)
        return render_template("questions/show.html", mine=own, others=others, skills=sorted(experts.skills(session)))


@bp.get("/team/questions")
@allow(Permission.TEAM_SEE)
def of_team() -> str:
    """What waits in the teams that I lead, the oldest first, and what was answered within a day."""
    with db.transaction("question.list") as session:
        waits, answered = lines.of_teams(session, clock.now())
        audit.read(session, [one.question for one in (*waits, *answered)], _WORDS)
        return render_template("questions/team.html", waits=waits, answered=answered)


@bp.get("/cases/<uuid:case_id>/question")
@allow(Permission.QUESTION_ASK)
def new_of_case(case_id: UUID) -> str:
    """The form, about a case."""
    return _form(*_case(db.session(), case_id), {"kind": "supervisor"}, {})


@bp.post("/cases/<uuid:case_id>/question")
@allow(Permission.QUESTION_ASK)
def ask_of_case(case_id: UUID) -> Any:
    """Ask about a case."""
    return _ask(*_case(db.session(), case_id))


@bp.get("/contacts/<uuid:contact_id>/question")
@allow(Permission.QUESTION_ASK)
def new_of_contact(contact_id: UUID) -> str:
    """The form, about a contact."""
    return _form(*_contact(db.session(), contact_id), {"kind": "supervisor"}, {})


@bp.post("/contacts/<uuid:contact_id>/question")
@allow(Permission.QUESTION_ASK)
def ask_of_contact(contact_id: UUID) -> Any:
    """Ask about a contact."""
    return _ask(*_contact(db.session(), contact_id))


@bp.get("/questions/<uuid:asked_id>")
@allow(Permission.QUESTION_ASK)
def one(asked_id: UUID) -> str:
    """One question: its words, the link to the record, and what can be done with it."""
    return _one(asked_id, {}, {})


@bp.post("/questions/<uuid:asked_id>/take")
@allow(Permission.QUESTION_ANSWER)
def take(asked_id: UUID) -> Any:
    """An expert takes it up, and sees the record while they answer."""
    found = records.get(db.session(), RecordQuestion, asked_id)
    given = StepForm().load(request.form)
    with db.transaction("question.take"):
        record_questions.take(found, given["version"], clock.now())
    flash("The record is open to you until you answer, give the question back, or the time is over.")
    return redirect(url_for("record_questions.one", asked_id=asked_id))


@bp.post("/questions/<uuid:asked_id>/release")
@allow(Permission.QUESTION_ANSWER)
def release(asked_id: UUID) -> Any:
    """Give it back unanswered."""
    found = records.get(db.session(), RecordQuestion, asked_id)
    given = StepForm().load(request.form)
    with db.transaction("question.release"):
        record_questions.release(found, given["version"], clock.now())
    flash("Given back: another expert can take it up. The record is closed to you.")
    return redirect(url_for("record_questions.show"))


@bp.post("/questions/<uuid:asked_id>/answer")
@allow(Permission.QUESTION_ANSWER)
def answer(asked_id: UUID) -> Any:
    """The answer, once."""
    found = records.get(db.session(), RecordQuestion, asked_id)
    try:
        given = AnswerForm().load(request.form)
        with db.transaction("question.answer"):
            record_questions.answer(found, given["answer"], given["version"], clock.now())
    except ValidationError as fault:
        return _one(asked_id, request.form, messages(fault)), 422
    flash("Answered. Whoever asked sees it on the record and on their caseload.")
    return redirect(url_for("record_questions.one", asked_id=asked_id))


@bp.post("/questions/<uuid:asked_id>/read")
@allow(Permission.QUESTION_ASK)
def mark_read(asked_id: UUID) -> Any:
    """I have read the answer."""
    found = records.get(db.session(), RecordQuestion, asked_id)
    StepForm().load(request.form)
    with db.transaction("question.mark_read"):
        record_questions.mark_read(found, clock.now())
    return redirect(url_for("record_questions.show"))


def on_record(session: Session, record: Case | Contact) -> list[lines.Line]:
    """What was asked about a record, for its page; read on record."""
    found = lines.about(session, record, clock.now())
    audit.read(session, [one.question for one in found if one.words is not None], _WORDS)
    return found


def _case(session: Session, case_id: UUID) -> tuple[Case, Task]:
    return cases.with_task(session, case_id)


def _contact(session: Session, contact_id: UUID) -> tuple[Contact, Task]:
    contact = contacts.get(session, contact_id)
    task = contacts.task_of(contact)
    if task is None:
        raise NotFound
    return contact, task


def _address(about: Case | Contact) -> str:
    if isinstance(about, Case):
        return url_for("cases.show", case_id=about.id)
    return url_for("contacts.show", contact_id=about.id)


def _ask(about: Case | Contact, task: Task) -> Any:
    try:
        given = AskForm().load(request.form)
        with db.transaction("question.ask"):
            record_questions.ask(task, about, QuestionKind(given["kind"]), given["question"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _form(about, task, request.form, messages(fault)), 422
    flash("Asked. The answer stands on this record, and your caseload tells you when it is there.")
    return redirect(_address(about))


def _form(about: Case | Contact, task: Task, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    kinds = [{"value": value, "text": text} for value, text in KINDS.items()]
    page = {"reference": about.reference, "back": _address(about), "is_case": isinstance(about, Case)}
    return render_template("questions/ask.html", kinds=kinds, values=values, errors=errors, **page)


def _one(asked_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    now = clock.now()
    with db.transaction("question.read") as session:
        found = records.get(session, RecordQuestion, asked_id)
        line = lines.one(session, found, now)
        if line.words is not None:
            audit.read(session, [found], _WORDS)
        waits = found.answered_at is None
        expert = waits and not line.mine and found.kind in experts.skills(session)
        leads = not line.mine and lines.leads(session, found)
        model, record_id = (Case, found.case_id) if found.case_id else (Contact, found.contact_id)
        about = session.get(model, record_id)
        return render_template(
            "questions/one.html",
            line=line,
            record=_address(about) if isinstance(about, Case | Contact) else None,
            can_take=expert and not line.taken,
            can_answer=line.taken_by_me or (waits and leads and not line.taken),
            leads=leads,
            kinds=KINDS,
            values=values,
            errors=errors,
        )
