"""Carrying out a plan: many tasks to many people at once, each with its assignment and on record. SYSTEM's work."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
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
    until = {disease: tasks.held_until(disease, now) for disease in policy.diseases()}
    moved = 0
    for start in range(0, len(placed), CHUNK):
        some = placed[start : start + CHUNK]
        moved += _chunk(session, some, hands, now, by_id, until)
        told(start + len(some))
    return moved


def _chunk(
    session: Session,
    some: Sequence[Placed],
    hands: Mapping[UUID, Hand],
    now: datetime,
    by_id: UUID | None,
    until: Mapping[str, datetime],
) -> int:
    diseases = dict(session.execute(select(Task.id, Task.disease).where(Task.id.in_([one.task for one in some]))).all())
    rows = [_row(one, hands[one.to], until[diseases[one.task]], by_id) for one in some if one.task in diseases]
    moved = _held(session, rows)
    assignments = [_assignment(one, now, by_id) for one in some if one.task in moved]
    insert_rows(session, Assignment, assignments)
    events = [audit.event_row(session, "changed", Task.__tablename__, row["id"], _FIELDS) for row in rows]
    insert_rows(session, AuditEvent, [event for event, row in zip(events, rows, strict=True) if row["id"] in moved])
    return len(moved)


def _row(one: Placed, hand: Hand, until: datetime, by_id: UUID | None) -> dict[str, Any]:
    holding = {"state": TaskState.HELD, "holder_id": hand.id, "team_id": hand.team, "held_until": until}
    return {"id": one.task, **holding, "moved_by_id": by_id}


def _held(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """The tasks that could be held. Where somebody took another of a household this moment, one by one."""
    try:
        with session.begin_nested():
            return change_rows(session, Task, rows, only=Task.state == TaskState.WAITING)
    except IntegrityError as fault:
        if not households.is_held_elsewhere(fault):
            raise
    if len(rows) == 1:
        return set()
    half = len(rows) // 2
    return _held(session, rows[:half]) | _held(session, rows[half:])


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
