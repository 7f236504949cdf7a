"""Asking the training desk, answering, and saying which problems are known."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework.records import check_version
from tracer.faults import Conflict, Invalid
from tracer.models import HelpQuestion, KnownProblem

_MOST_WAITING = 10


def ask(session: Session, question: str, page: str, now: datetime) -> HelpQuestion:
    """A question in the actor's name, which no page shows; Invalid while ten of theirs wait."""
    me = actor.staff_id(session)
    mine = select(func.count(HelpQuestion.id)).where(HelpQuestion.asked_by_id == me)
    if (session.scalar(mine.where(HelpQuestion.answered_at.is_(None))) or 0) >= _MOST_WAITING:
        how = f"{_MOST_WAITING} of your questions wait for an answer. Ask again when one is answered."
        raise Invalid("Too many of your questions wait.", {"question": how})
    made = HelpQuestion(asked_by_id=me, asked_at=now, question=question, page=page, title="", published=False)
    session.add(made)
    session.flush()
    return made


def answer(
    question: HelpQuestion, words: str, title: str, published: bool, version: int, by: actor.Actor, now: datetime
) -> None:
    """Answer it, or put the answer right. Invalid where it is for everybody and has no title; Conflict when stale."""
    check_version(question, version)
    if published and len(title) < 3:
        raise Invalid("A title is missing.", {"title": "Give a title that people find it by, of 3 to 120 characters."})
    question.answer, question.title, question.published = words, title, published
    question.answered_by_id, question.answered_at = by.id, now


def begin_problem(session: Session, title: str, text: str, now: datetime) -> KnownProblem:
    """Tell everybody that something does not work."""
    made = KnownProblem(title=title, text=text, begun_at=now, by_id=actor.staff_id(session))
    session.add(made)
    session.flush()
    return made


def end_problem(problem: KnownProblem, version: int, now: datetime) -> None:
    """It works again. Conflict when the page was stale, or it ended before."""
    check_version(problem, version)
    if problem.ended_at is not None:
        raise Conflict("This problem has ended already.")
    problem.ended_at = now
