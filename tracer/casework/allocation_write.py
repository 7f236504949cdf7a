"""Carrying out a plan: many tasks to many people at once, each with its assignment and on record. SYSTEM's work."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracer import policy
from tracer.access import audit
from tracer.access.bulk import change_rows, insert_rows
from tracer.allocation import Hand, Placed
from tracer.casework import households, tasks
from tracer.ids import new_id
from tracer.models import Assignment, AuditEvent, How, Task, TaskState

CHUNK = 5_000
_FIELDS = ["held_until", "holder_id", "moved_by_id", "state", "team_id"]


def write(
    session: Session,
    placed: Sequence[Placed],
    hands: Mapping[UUID, Hand],
    now: datetime,
    *,
    by_id: UUID | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> int:
    """Hold each task for whom it is placed with; returns how many. What waits no more is passed over, not waited for.

    In the session's transaction. `by_id` is the lead who asked for it; `told` is given how many are done.
    """
    moved = 0
    for start in range(0, len(placed), CHUNK):
        some = placed[start : start + CHUNK]
        moved += _chunk(session, some, hands, now, by_id)
        told(start + len(some))
    return moved


def _chunk(
    session: Session, some: Sequence[Placed], hands: Mapping[UUID, Hand], now: datetime, by_id: UUID | None
) -> int:
    rows = [{"id": one.task, "holder_id": one.to, "team_id": hands[one.to].team} for one in some]
    same, moved = {"state": TaskState.HELD, "moved_by_id": by_id}, set[UUID]()
    for until, diseases in _until(now).items():
        only = and_(Task.state == TaskState.WAITING, Task.disease.in_(diseases))
        moved |= _held(session, rows, {**same, "held_until": until}, only)
    insert_rows(session, Assignment, [_assignment(one, now, by_id) for one in some if one.task in moved])
    entity = Task.__tablename__
    events = [audit.event_row(session, "changed", entity, one.task, _FIELDS) for one in some if one.task in moved]
    insert_rows(session, AuditEvent, events)
    return len(moved)


def _until(now: datetime) -> dict[datetime, list[str]]:
    """Until when what is taken now is held, and of which diseases: most policies say the same."""
    found: dict[datetime, list[str]] = {}
    for disease in policy.diseases():
        found.setdefault(tasks.held_until(disease, now), []).append(disease)
    return found


def _held(
    session: Session, rows: Sequence[dict[str, Any]], same: Mapping[str, Any], only: ColumnElement[bool]
) -> set[UUID]:
    """The tasks that could be held. Where somebody took another of a household this moment, one by one."""
    try:
        with session.begin_nested():
            return change_rows(session, Task, rows, same, only=only)
    except IntegrityError as fault:
        if not households.is_held_elsewhere(fault):
            raise
    if len(rows) == 1:
        return set()
    half = len(rows) // 2
    return _held(session, rows[:half], same, only) | _held(session, rows[half:], same, only)


def _assignment(one: Placed, now: datetime, by_id: UUID | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "task_id": one.task,
        "staff_id": one.to,
        "how": How.ALLOCATED,
        "by_id": by_id,
        "reason": one.why or None,
        "from_at": now,
    }
