"""The list of open work that a supervisor chooses from: references, kinds and times, and nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tracer.models import Case, Contact, Staff, Task, TaskKind, TaskState
from tracer.reporting import flags
from tracer.reporting.board import OPEN

PAGE = 50
# Moved by one press at most.
MOST = 500
STATES = {"all": "Everything open", "late": "Late", "held": "Held", "waiting": "Waiting"}


@dataclass(frozen=True, slots=True)
class Line:
    """One task in the list."""

    task: Task
    reference: str
    holder: str | None
    now: datetime
    called_for: str = ""
    records: tuple[tuple[UUID, str], ...] = ()
    of_case: bool = True

    @property
    def late(self) -> bool:
        """Past its time."""
        return self.task.when < self.now

    @property
    def key(self) -> tuple[datetime, UUID]:
        """Where the next page goes on."""
        return self.task.when, self.task.id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; `after` is the key of the last line of the page before."""

    state: str = "all"
    kind: TaskKind | None = None
    holder: UUID | None = None
    after: tuple[datetime, UUID] | None = None


def lines(session: Session, team_ids: list[UUID], now: datetime, wanted: Wanted) -> list[Line]:
    """A page of the open tasks of these teams, the most pressing first; one more than PAGE tells of a next page."""
    query = _narrowed(select(Task).where(Task.team_id.in_(team_ids)), wanted, now)
    found = session.scalars(query.order_by(Task.when, Task.id).limit(PAGE + 1)).all()
    return describe(session, found, now)


def matching(session: Session, team_ids: list[UUID], now: datetime, wanted: Wanted) -> dict[UUID, int]:
    """All that the list is narrowed to, the most pressing first, MOST at most: id and version of each."""
    query: Any = select(Task.id, Task.version).where(Task.team_id.in_(team_ids))
    found = session.execute(_narrowed(query, wanted, now).order_by(Task.when, Task.id).limit(MOST))
    return {row.id: row.version for row in found}


def count(session: Session, team_ids: list[UUID], now: datetime, wanted: Wanted) -> int:
    """How many the list is narrowed to, on all of its pages."""
    query = select(func.count(Task.id)).where(Task.team_id.in_(team_ids))
    return session.scalar(_narrowed(query, replace(wanted, after=None), now)) or 0


def _narrowed(query: Any, wanted: Wanted, now: datetime) -> Any:
    states = {"held": [TaskState.HELD], "waiting": [TaskState.WAITING]}.get(wanted.state, OPEN)
    query = query.where(Task.state.in_(states))
    if wanted.state == "late":
        query = query.where(Task.when < now)
    if wanted.kind is not None:
        query = query.where(Task.kind == wanted.kind)
    if wanted.holder is not None:
        query = query.where(Task.holder_id == wanted.holder)
    if wanted.after is not None:
        when, last = wanted.after
        query = query.where(or_(Task.when > when, and_(Task.when == when, Task.id > last)))
    return query


def describe(session: Session, tasks: Sequence[Task], now: datetime) -> list[Line]:
    """These tasks as lines: what each is about, and who holds it."""
    holders = {task.holder_id for task in tasks if task.holder_id}
    names = {one.id: one.name for one in session.scalars(select(Staff).where(Staff.id.in_(holders)))}
    said, called_for = _references(session, tasks), flags.about(session, tasks)
    return [_line(task, said, called_for, names.get(task.holder_id) if task.holder_id else None, now) for task in tasks]


def _line(
    task: Task,
    said: dict[UUID, list[tuple[UUID, str]]],
    called_for: dict[UUID, flags.About],
    holder: str | None,
    now: datetime,
) -> Line:
    found, words, of_case = said.get(task.id, []), "", task.case_id is not None
    if why := called_for.get(task.id):
        words = why.words
        if not found:
            found, of_case = [(why.record_id, why.reference)], why.is_case
    return Line(task, ", ".join(one for _, one in found), holder, now, words, tuple(found), of_case)


def _references(session: Session, tasks: Sequence[Task]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Id and reference of an interview's case; those of all the contacts of an alert call."""
    cases = select(Case.id, Case.reference).where(Case.id.in_({task.case_id for task in tasks if task.case_id}))
    of_case = {row.id: row.reference for row in session.execute(cases)}
    alerts = [task.id for task in tasks if task.kind is TaskKind.ALERT]
    contacts = select(Contact.alert_task_id, Contact.id, Contact.reference).where(Contact.alert_task_id.in_(alerts))
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for task_id, contact_id, reference in session.execute(contacts.order_by(Contact.created_at, Contact.id)):
        if task_id is not None:
            found.setdefault(task_id, []).append((contact_id, reference))
    about = {task.id: [(task.case_id, of_case[task.case_id])] for task in tasks if task.case_id in of_case}
    return {**about, **found}  # type: ignore[dict-item]  # a task with a case has its id
