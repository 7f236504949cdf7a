"""What happened to a record, newest first, in words. One statement: a page pays for each round trip."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, String, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from tracer import vault
from tracer.models import Assignment, Attempt, Case, Contact, Interview, Notice, Task
from tracer.models.base import Moment

_HOW = {"claimed": "Taken by a tracer", "allocated": "Allocated to a tracer", "reassigned": "Handed over"}
_BY = {"sms": "by text message", "email": "by e-mail"}
_BACK = {"handed back", "lapsed", "released"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    what: str
    detail: str = ""


def of_case(session: Session, case: Case, task: Task) -> list[Happening]:
    """The timeline of a case: received, held, each attempt, interviews."""
    about = {"case": case.id, "task": task.id}
    return _newest(session, _OF_CASE, about, Happening(case.created_at, "Received from the laboratory"))


def of_contact(session: Session, contact: Contact, task: Task | None) -> list[Happening]:
    """The timeline of a contact: named, messages, held, each attempt, alert calls."""
    about = {"contact": contact.id, "task": task.id} if task else {"contact": contact.id}
    asked = _OF_CONTACT_WITH_TASK if task else _OF_CONTACT
    return _newest(session, asked, about, Happening(contact.created_at, "Named as a contact"))


def _row(
    kind: str,
    model: Any,
    at: Any,
    word: Any,
    detail: Any = None,
    until: Any = None,
    end: Any = None,
    sealed: Any = None,
) -> Select[Any]:
    """A line as columns that all kinds share."""

    def text(value: Any) -> Any:
        return cast(null() if value is None else value, String)

    return select(
        literal(kind).label("kind"),
        model.id.label("id"),
        at.label("at"),
        text(word).label("word"),
        text(detail).label("detail"),
        # SQLite casts a time to its year: only what is no time is cast.
        (cast(null(), Moment()) if until is None else until).label("until"),
        text(end).label("end"),
        cast(null() if sealed is None else sealed, LargeBinary).label("sealed"),
    )


def _attempts(where: Any) -> Select[Any]:
    return _row("attempt", Attempt, Attempt.at, Attempt.outcome, sealed=Attempt.sealed_note).where(where)


def _interviews(where: Any) -> Select[Any]:
    return _row("interview", Interview, Interview.started_at, Interview.outcome, until=Interview.finished_at).where(
        where
    )


def _holdings() -> Select[Any]:
    held = _row(
        "held",
        Assignment,
        Assignment.from_at,
        Assignment.how,
        Assignment.reason,
        Assignment.until_at,
        Assignment.ended,
    )
    return held.where(Assignment.task_id == bindparam("task"))


def _messages() -> Select[Any]:
    sent = _row("notice", Notice, Notice.created_at, Notice.state, Notice.channel, Notice.settled_at)
    return sent.where(Notice.contact_id == bindparam("contact"))


# Written once: they are the longest statements of the page that is opened most.
_OF_CASE = union_all(
    _attempts(or_(Attempt.case_id == bindparam("case"), Attempt.task_id == bindparam("task"))),
    _interviews(Interview.case_id == bindparam("case")),
    _holdings(),
)
_OF_CONTACT = union_all(_messages())
_OF_CONTACT_WITH_TASK = union_all(
    _messages(),
    _attempts(Attempt.task_id == bindparam("task")),
    _interviews(Interview.contact_id == bindparam("contact")),
    _holdings(),
)


def _newest(session: Session, asked: Any, about: dict[str, UUID], first: Happening) -> list[Happening]:
    found = [first]
    for row in session.execute(asked, about):
        found += _SAID[row.kind](row)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _said_attempt(row: Any) -> list[Happening]:
    note = str(vault.current().open(row.sealed, row.id)) if row.sealed else ""
    return [Happening(row.at, f"Attempt: {row.word}", note)]


def _said_interview(row: Any) -> list[Happening]:
    ended = [Happening(row.until, "Interview finished", row.word or "")] if row.until else []
    return [Happening(row.at, "Interview started"), *ended]


def _said_held(row: Any) -> list[Happening]:
    back = [Happening(row.until, f"Back to the pool: {row.end}")] if row.until and row.end in _BACK else []
    return [Happening(row.at, _HOW[row.word], row.detail or ""), *back]


def _said_notice(row: Any) -> list[Happening]:
    return [Happening(row.until or row.at, f"Message {row.word}", _BY.get(row.detail, row.detail))]


_SAID = {"attempt": _said_attempt, "interview": _said_interview, "held": _said_held, "notice": _said_notice}
