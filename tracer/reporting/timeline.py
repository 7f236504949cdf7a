"""What happened to a record, newest first, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.models import Assignment, Attempt, Case, Contact, Interview, Notice, Task

_HOW = {"claimed": "Taken by a tracer", "allocated": "Allocated to a tracer", "reassigned": "Handed over"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    what: str
    detail: str = ""


def of_case(session: Session, case: Case, task: Task) -> list[Happening]:
    """The timeline of a case: received, held, each attempt, interviews."""
    tried = select(Attempt).where(or_(Attempt.case_id == case.id, Attempt.task_id == task.id))
    asked = select(Interview).where(Interview.case_id == case.id)
    found = [
        *[_attempt(one) for one in session.scalars(tried)],
        *_interviews(session.scalars(asked).all()),
        *_holdings(session, task),
    ]
    return _newest([*found, Happening(case.created_at, "Received from the laboratory")])


def of_contact(session: Session, contact: Contact, task: Task | None) -> list[Happening]:
    """The timeline of a contact: named, messages, held, each attempt, alert calls."""
    found = [Happening(contact.created_at, "Named as a contact")]
    sent = session.scalars(select(Notice).where(Notice.contact_id == contact.id)).all()
    found += [Happening(one.settled_at or one.created_at, f"Message {one.state}", f"by {one.channel}") for one in sent]
    if task is not None:
        tried = select(Attempt).where(Attempt.task_id == task.id)
        asked = select(Interview).where(Interview.contact_id == contact.id)
        found += [_attempt(one) for one in session.scalars(tried)]
        found += _interviews(session.scalars(asked).all())
        found += _holdings(session, task)
    return _newest(found)


def _newest(found: list[Happening]) -> list[Happening]:
    return sorted(found, key=lambda one: one.at, reverse=True)


def _attempt(attempt: Attempt) -> Happening:
    return Happening(attempt.at, f"Attempt: {attempt.outcome}", _note(attempt))


def _interviews(interviews: Sequence[Interview]) -> list[Happening]:
    found = []
    for one in interviews:
        found.append(Happening(one.started_at, "Interview started"))
        if one.finished_at:
            found.append(Happening(one.finished_at, "Interview finished", one.outcome or ""))
    return found


def _holdings(session: Session, task: Task) -> list[Happening]:
    found = []
    for one in session.scalars(select(Assignment).where(Assignment.task_id == task.id)):
        found.append(Happening(one.from_at, _HOW[one.how], one.reason or ""))
        if one.until_at and one.ended in {"handed back", "lapsed", "released"}:
            found.append(Happening(one.until_at, f"Back to the pool: {one.ended}", one.ended_reason or ""))
    return found


def _note(attempt: Attempt) -> str:
    """The note that was typed; it is sealed, for it may name somebody."""
    return str(vault.current().open(attempt.sealed_note, attempt.id)) if attempt.sealed_note else ""
