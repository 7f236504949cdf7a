"""Ask my supervisor: a question that carries a record's link and no data, taken, answered and read here.

A clinical or conversation expert sees the record through the open question alone: a grant that begins when they take
it and ends with the answer, after an hour at the latest.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, experts
from tracer.casework.records import check_version, session_of
from tracer.clock import london
from tracer.faults import Conflict, Invalid, Refused
from tracer.ids import new_id
from tracer.models import EXPERT_KINDS, Case, Contact, Grant, GrantKind, QuestionKind, RecordQuestion, Task, Team

# As long as any grant lasts at most, which the database sees to.
EXPERTS_TIME = timedelta(hours=1)
_MOST_OPEN = 5


def ask(task: Task, about: Case | Contact, kind: QuestionKind, words: str, now: datetime) -> RecordQuestion:
    """Ask about a record in the middle of the work on it; Refused for whoever does not hold that work."""
    session = session_of(task)
    me = actor.of(session)
    if me.id is None or task.holder_id != me.id or me.team_id is None:
        raise Refused("Only whoever holds this work asks about it. Take it first.")
    mine = select(func.count(RecordQuestion.id)).where(RecordQuestion.asked_by_id == me.id)
    mine = mine.where(RecordQuestion.task_id == task.id, RecordQuestion.answered_at.is_(None))
    if (session.scalar(mine) or 0) >= _MOST_OPEN:
        how = f"{_MOST_OPEN} of your questions on this wait for an answer. Ring your supervisor if it cannot wait."
        raise Invalid("Too many questions wait.", {"question": how})
    made = RecordQuestion(id=new_id(), kind=kind, asked_by_id=me.id, asked_at=now, team_id=me.team_id, task_id=task.id)
    made.case_id = about.id if isinstance(about, Case) else None
    made.contact_id = about.id if isinstance(about, Contact) else None
    made.reference, made.person_key = about.reference, str(about.person_id)
    made.sealed_question = vault.current().seal({"question": words}, made.id, now.date())
    session.add(made)
    session.flush()
    return made


def take(question: RecordQuestion, version: int, now: datetime) -> None:
    """An expert takes it up, and sees the record from now on; Conflict where another was first."""
    session = session_of(question)
    me = actor.of(session)
    check_version(question, version)
    _check_open(question)
    if question.kind not in EXPERT_KINDS:
        raise Conflict("This question is for whoever leads the team: nobody takes it up.")
    if question.asked_by_id == me.id or question.kind not in experts.skills(session):
        raise Refused(f"This takes somebody else, who has the skill “{question.kind.value}”.")
    if question.is_taken(now):
        raise Conflict("Somebody is answering this already.")
    grant = _grant(question, me, now)
    session.add(grant)
    session.flush()
    question.taken_by_id, question.taken_until, question.grant_id = grant.staff_id, grant.until_at, grant.id
    session.flush()


def _grant(question: RecordQuestion, me: actor.Actor, now: datetime) -> Grant:
    assert me.id is not None
    made = Grant(id=new_id(), kind=GrantKind.EXPERT, staff_id=me.id, team_id=me.team_id, reference=question.reference)
    made.case_id, made.contact_id, made.task_id = question.case_id, question.contact_id, question.task_id
    made.record_key, made.person_key = str(question.case_id or question.contact_id), question.person_key
    why = f"To answer a {question.kind.value} question that was asked at {london(question.asked_at):%H:%M}"
    made.sealed_reason = vault.current().seal(why, made.id, now.date())
    made.from_at, made.until_at = now, now + EXPERTS_TIME
    return made


def release(question: RecordQuestion, version: int, now: datetime) -> None:
    """The expert who took it gives it back unanswered; the record closes to them."""
    check_version(question, version)
    _check_open(question)
    if not _is_mine(question, now):
        raise Conflict("You have not taken this question up, or the time for it is over.")
    _close(question, now)
    question.taken_by_id, question.taken_until, question.grant_id = None, None, None
    session_of(question).flush()


def answer(question: RecordQuestion, words: str, version: int, now: datetime) -> None:
    """Answer it, once: the expert who took it up, or whoever leads the asker's team while no expert has it."""
    session = session_of(question)
    me = actor.staff_id(session)
    check_version(question, version)
    _check_open(question)
    if question.asked_by_id == me:
        raise Refused("Nobody answers their own question.")
    if not _is_mine(question, now):
        if question.is_taken(now):
            raise Conflict("An expert is answering this already.")
        if not _leads(session, question):
            raise Refused("Take the question up first: then you see the record, and can answer.")
    question.sealed_answer = vault.current().seal({"answer": words}, question.id, now.date())
    question.answered_by_id, question.answered_at = me, now
    if _is_mine(question, now):
        _close(question, now)
    session.flush()


def mark_read(question: RecordQuestion, now: datetime) -> None:
    """Whoever asked has read the answer; Conflict while there is none."""
    if question.asked_by_id != actor.staff_id(session_of(question)):
        raise Refused("Only whoever asked says that they have read the answer.")
    if question.answered_at is None:
        raise Conflict("There is no answer yet.")
    question.read_at = question.read_at or now


def _check_open(question: RecordQuestion) -> None:
    if question.answered_at is not None:
        raise Conflict("This question was answered meanwhile.")


def _is_mine(question: RecordQuestion, now: datetime) -> bool:
    return question.taken_by_id == actor.of(session_of(question)).id and question.is_taken(now)


def _leads(session: Session, question: RecordQuestion) -> bool:
    within = select(Team.id).where(Team.id == question.team_id, Team.id.in_(experts.led(session)))
    return session.scalar(within) is not None


def _close(question: RecordQuestion, now: datetime) -> None:
    """The record closes; whoever had it may have closed it before."""
    session = session_of(question)
    grant = session.get(Grant, question.grant_id) if question.grant_id else None
    if grant is not None and grant.is_open(now):
        grant.ended_at, grant.ended_by_id = now, actor.staff_id(session)
