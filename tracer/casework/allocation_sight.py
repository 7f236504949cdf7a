"""What an allocation looks at: all that waits under a team, and everybody at work there. SYSTEM's sight."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from tracer import needs
from tracer.access.clearance import among_staff
from tracer.allocation import Hand, Work
from tracer.casework import shifts, teams
from tracer.models import (
    RAISED,
    Attempt,
    ConflictOfInterest,
    Outcome,
    Role,
    Staff,
    Task,
    TaskState,
    Team,
    TeamReach,
)

# What says that somebody was spoken to, so that the same voice calls again.
_SPOKEN = (Outcome.REACHED, Outcome.CALL_BACK)


def under(session: Session, team: Team) -> list[UUID]:
    """A team and all under it."""
    return list(session.scalars(select(TeamReach.team_id).where(TeamReach.above_id == team.id)))


def works(session: Session, team_ids: list[UUID], now: datetime, most: int | None = None) -> list[Work]:
    """What waits in the pools of these teams and can be worked now, the most urgent `most` of it.

    Without what answers called for, which is for those who have taken it on; and without the new work of a household
    that somebody holds, which follows to them by itself.
    """
    held = aliased(Task)
    elsewhere = select(held.id).where(held.household_key == Task.household_key, held.state == TaskState.HELD)
    query = select(Task.id, Task.team_id, Task.need, Task.urgent_at, Task.household_key, Task.attempts)
    query = query.where(Task.state == TaskState.WAITING, Task.team_id.in_(team_ids), Task.kind.not_in(RAISED))
    query = query.where(or_(Task.not_before.is_(None), Task.not_before <= now))
    query = query.where(~elsewhere.where(held.kind.not_in(RAISED)).exists())
    if most is not None:
        query = query.order_by(Task.urgent_at, Task.id).limit(most)
    rows = session.execute(query).all()
    before = _before(session, team_ids) if any(row.attempts for row in rows) else {}
    return [Work(*row[:5], before.get(row.id)) for row in rows]


def _before(session: Session, team_ids: list[UUID]) -> dict[UUID, UUID]:
    """Who spoke last to those whom a waiting task is about."""
    query = select(Attempt.task_id, Attempt.staff_id).join(Task, Task.id == Attempt.task_id)
    query = query.where(Task.state == TaskState.WAITING, Task.team_id.in_(team_ids), Attempt.outcome.in_(_SPOKEN))
    return dict(session.execute(query.order_by(Attempt.at)).all())


def hands(session: Session, team_ids: list[UUID], now: datetime) -> list[Hand]:
    """Every tracer of these teams who is cleared and at work, with what they can do, hold and must not have."""
    query = select(Staff.id, Staff.team_id, Staff.skills, Staff.languages, Staff.capacity)
    query = query.where(Staff.team_id.in_(team_ids), Staff.role == Role.TRACER, *Staff.current(), among_staff(now))
    here = shifts.working(session, now, team_ids)
    people = [row for row in session.execute(query.order_by(Staff.id)) if row.id in here]
    holds = select(Task.holder_id, func.count()).where(Task.state == TaskState.HELD, Task.team_id.in_(team_ids))
    held = dict(session.execute(holds.group_by(Task.holder_id)).all())
    within, over, never = set(team_ids), teams.over(session), _never(session)
    pools = {team_id: frozenset(over[team_id]) & within for team_id in team_ids}
    served: dict[tuple[str, ...], frozenset[str]] = {}
    found = []
    for person in people:
        if person.team_id is None:
            continue
        can = (*person.skills, "", *person.languages)
        if can not in served:
            served[can] = frozenset(needs.served(person.skills, person.languages))
        hand = Hand(person.id, person.team_id, served[can], pools[person.team_id], held.get(person.id, 0), 0)
        hand.capacity, hand.never = person.capacity, never.get(person.id, frozenset())
        found.append(hand)
    return found


def _never(session: Session) -> dict[UUID, frozenset[UUID]]:
    query = select(ConflictOfInterest.staff_id, ConflictOfInterest.task_id)
    query = query.join(Task, Task.id == ConflictOfInterest.task_id).where(Task.state == TaskState.WAITING)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for staff_id, task_id in session.execute(query):
        if task_id is not None:
            found[staff_id].add(task_id)
    return {staff_id: frozenset(tasks) for staff_id, tasks in found.items()}
