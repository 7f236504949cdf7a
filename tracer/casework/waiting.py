"""What waits: the most urgent task of a pool that somebody can do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, bindparam, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from tracer.access import actor
from tracer.models import RAISED, ConflictOfInterest, Task, TaskKind, TaskState


class _Form(NamedTuple):
    """What the statement turns on: how many needs are served, the kinds left out, whether households are."""

    needs: int
    not_kinds: tuple[TaskKind, ...]
    passed: bool


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
    form = _Form(len(can), tuple(not_kinds), bool(passed))
    given = {"me": actor.staff_id(session), "pool": pool, "now": now, **_named(can)}
    if passed:
        given["passed"] = list(passed)
    found: Task | None = session.scalar(_of_the_best_need(form), given) if len(can) > 1 else None
    if found is None:
        found = session.scalar(_of_any_need(form), given)
    return found


# Made once for each form: to write such a statement takes over half a millisecond, and every claim asks it.
@cache
def _of_the_best_need(form: _Form) -> Select[Any]:
    needs = union_all(*(select(need.label("need")) for need in _needs(form))).subquery()
    task: Any = aliased(Task)
    head = _ready(form, task).where(task.need == needs.c.need)
    head = head.with_only_columns(task.urgent_at).order_by(task.urgent_at, task.id).limit(1)
    earliest = head.correlate(needs).scalar_subquery()
    # A need of which nothing waits comes last on either database.
    best = select(needs.c.need).order_by(earliest.is_(None), earliest, needs.c.need).limit(1)
    return _locked(_ready(form, Task).where(Task.need == best.scalar_subquery()))


@cache
def _of_any_need(form: _Form) -> Select[Any]:
    needs = _needs(form)
    return _locked(_ready(form, Task).where(Task.need == needs[0] if len(needs) == 1 else Task.need.in_(needs)))


def _ready(form: _Form, task: Any) -> Select[Any]:
    """What waits in a pool and can be worked now, without what the actor must not have or has passed over."""
    mine = ConflictOfInterest.staff_id == bindparam("me")
    never = select(ConflictOfInterest.task_id).where(mine, ConflictOfInterest.task_id.is_not(None))
    query = select(task).where(task.state == TaskState.WAITING, task.team_id == bindparam("pool"))
    query = query.where(or_(task.not_before.is_(None), task.not_before <= bindparam("now")), task.id.not_in(never))
    if form.not_kinds:
        query = query.where(task.kind.not_in(form.not_kinds))
    if form.passed:
        passed: Any = bindparam("passed", expanding=True)
        query = query.where(or_(task.household_key.is_(None), task.household_key.not_in(passed)))
    return query


def _locked(query: Select[Any]) -> Select[Any]:
    return query.order_by(Task.urgent_at, Task.id).limit(1).with_for_update(skip_locked=True, of=Task)


def _needs(form: _Form) -> list[Any]:
    return [bindparam(f"need{number}", type_=String) for number in range(form.needs)]


def _named(can: Sequence[str]) -> dict[str, Any]:
    return {f"need{number}": one for number, one in enumerate(can)}
