"""What waits: the most urgent task of a pool that somebody can do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from tracer.access import actor
from tracer.models import RAISED, ConflictOfInterest, Task, TaskKind, TaskState


def first(
    session: Session,
    pool: UUID,
    can: Sequence[str],
    now: datetime,
    *,
    not_kinds: Sequence[TaskKind] = RAISED,
    passed: Collection[bytes] = (),
) -> Task | None:
    """The most urgent task of a pool that the actor can do, locked; one that another has locked is passed over.

    `can` is the needs that the actor serves. One look into the index for each finds the most urgent need, and one
    walks it: what nobody of theirs can do may wait in thousands, and costs nothing. Where others have locked all of
    that need, the pool is walked for the rest.
    """
    if len(can) > 1:
        best = _most_urgent_need(session, pool, can, now, not_kinds, passed)
        query = _ready(session, Task, pool, now, not_kinds, passed).where(Task.need == best)
        found: Task | None = session.scalar(_locked(query))
        if found is not None:
            return found
    query = _ready(session, Task, pool, now, not_kinds, passed)
    query = query.where(Task.need == can[0] if len(can) == 1 else Task.need.in_(can))
    left: Task | None = session.scalar(_locked(query))
    return left


def _locked(query: Select[Any]) -> Select[Any]:
    query = query.order_by(Task.urgent_at, Task.id).limit(1)
    return query.with_for_update(skip_locked=True, of=Task)


def _ready(
    session: Session,
    task: Any,
    pool: UUID,
    now: datetime,
    not_kinds: Sequence[TaskKind],
    passed: Collection[bytes],
) -> Select[Any]:
    """What waits in a pool and can be worked now, without what the actor must not have or has passed over."""
    mine = ConflictOfInterest.staff_id == actor.staff_id(session)
    never = select(ConflictOfInterest.task_id).where(mine, ConflictOfInterest.task_id.is_not(None))
    query = select(task).where(task.state == TaskState.WAITING, task.team_id == pool)
    query = query.where(or_(task.not_before.is_(None), task.not_before <= now), task.id.not_in(never))
    if not_kinds:
        query = query.where(task.kind.not_in(not_kinds))
    if passed:
        query = query.where(or_(task.household_key.is_(None), task.household_key.not_in(passed)))
    return query


def _most_urgent_need(
    session: Session,
    pool: UUID,
    can: Sequence[str],
    now: datetime,
    not_kinds: Sequence[TaskKind],
    passed: Collection[bytes],
) -> Any:
    served = union_all(*(select(literal(one).label("need")) for one in can)).subquery()
    task: Any = aliased(Task)
    head = _ready(session, task, pool, now, not_kinds, passed).where(task.need == served.c.need)
    head = head.with_only_columns(task.urgent_at).order_by(task.urgent_at, task.id).limit(1)
    earliest = head.correlate(served).scalar_subquery()
    # A need of which nothing waits comes last on either database.
    query = select(served.c.need).order_by(earliest.is_(None), earliest, served.c.need).limit(1)
    return query.scalar_subquery()
