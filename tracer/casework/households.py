"""Households: what is to be done at one address is one person's, from the first call to the last.

The database refuses that two hold calls to one household (migration 0020): it sees past the row rules, which hide from
each what the other holds. The verbs move a household whole, so that it is seldom asked. What an answer called for
(`RAISED`) is other people's work, and stays apart.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from tracer.casework.records import session_of
from tracer.models import RAISED, Task, TaskState

_ELSEWHERE = "household held by another"


def is_held_elsewhere(fault: IntegrityError) -> bool:
    """Whether the database refused a hold because another holds the household."""
    return _ELSEWHERE in str(fault.orig)


def with_mates(task: Task) -> Sequence[Task]:
    """A task and, after it, whatever else is open at its address as the actor sees it, locked."""
    if task.household_key is None or task.kind in RAISED:
        return [task]
    mates = select(Task).where(*_at(task), Task.state != TaskState.DONE, Task.id != task.id).order_by(Task.id)
    return [task, *session_of(task).scalars(mates.with_for_update(of=Task))]


def waiting_whole(session: Session, task: Task) -> Sequence[Task] | None:
    """A locked task and all that waits at its address, locked too; None where another is taking some of it.

    Whoever takes work of a household locks all of it: so of two who begin at either end, neither gets a part.
    """
    home = (*_at(task), Task.state == TaskState.WAITING)
    there = session.scalar(select(func.count(Task.id)).where(*home)) or 0
    if there == 1:
        return [task]
    found = select(Task).where(*home).order_by(Task.id).with_for_update(skip_locked=True, of=Task)
    taken = session.scalars(found).all()
    return taken if len(taken) == there else None


def none_kept(now: datetime) -> ColumnElement[bool]:
    """That no other task of the household is held beyond now, to ask with: a callback to one keeps them all."""
    other = aliased(Task)
    kept = select(other.id).where(other.household_key == Task.household_key, other.id != Task.id)
    kept = kept.where(other.state == TaskState.HELD, other.holder_id == Task.holder_id, other.held_until >= now)
    return ~kept.where(other.kind.not_in(RAISED), Task.kind.not_in(RAISED)).exists()


def left_behind(session: Session, most: int) -> Sequence[tuple[Task, Task]]:
    """Waiting tasks of households that somebody holds, each with one that is held; SYSTEM's question."""
    held = aliased(Task)
    query = select(Task, held).join(held, held.household_key == Task.household_key)
    query = query.where(Task.state == TaskState.WAITING, Task.kind.not_in(RAISED))
    query = query.where(held.state == TaskState.HELD, held.kind.not_in(RAISED)).order_by(Task.id).limit(most)
    pairs = session.execute(query.with_for_update(of=Task, skip_locked=True))
    return list({waiting: (waiting, one) for waiting, one in pairs}.values())  # once, however many are held there


def _at(task: Task) -> tuple[ColumnElement[bool], ...]:
    return Task.household_key == task.household_key, Task.kind.not_in(RAISED)
