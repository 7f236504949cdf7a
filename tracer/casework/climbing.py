"""Work goes where hands are idle: what waits long in one team's pool is drawn from further up, by a neighbour.

SYSTEM's work. Only for somebody who is available and has nothing to take: otherwise a team keeps its own. The task
goes up to the nearest pool that both teams draw from, its household with it; back in the pool, it is at home again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer import needs
from tracer.access.clearance import among_staff
from tracer.casework import households, shifts, teams
from tracer.models import RAISED, Presence, PresenceState, Staff, Task, TaskState
from tracer.policy.needs import climbs_after

# Of the people who could take something; the others find it in the next tick, a few seconds later.
_MOST = 200
Crew = tuple[UUID, tuple[str, ...]]


def climb(session: Session, now: datetime) -> int:
    """Take up as much as idle people could take and do not find; returns how many tasks."""
    crews, went = _idle(session, now), 0
    if not crews:
        return 0
    over = teams.over(session)
    for (team_id, can), people in crews.items():
        for above in over[team_id]:
            if people <= 0 or _ready(session, over[team_id], can, now, 1):
                break
            under = [team for team, all_over in over.items() if above in all_over and team not in over[team_id]]
            for task in _ready(session, under, can, now, people, long=True):
                went += _take_up(session, task, above)
                people -= 1
    session.flush()
    return went


def _idle(session: Session, now: datetime) -> Counter[Crew]:
    """How many people of each team and skill are available and hold nothing that could be worked now."""
    here = shifts.working(session, now, present=True)
    held = select(Task.holder_id).where(Task.state == TaskState.HELD, Task.holder_id.is_not(None))
    busy = held.where(or_(Task.not_before.is_(None), Task.not_before <= now))
    query = select(Staff.id, Staff.team_id, Staff.skills, Staff.languages)
    query = query.join(Presence, Presence.staff_id == Staff.id).where(Presence.state == PresenceState.AVAILABLE)
    query = query.where(Staff.id.not_in(busy), among_staff(now)).order_by(Presence.since)
    found: Counter[Crew] = Counter()
    for staff_id, team_id, skills, languages in session.execute(query):
        if staff_id in here and team_id is not None and found.total() < _MOST:
            found[team_id, tuple(needs.served(skills, languages))] += 1
    return found


def _ready(
    session: Session, pools: Sequence[UUID], can: Sequence[str], now: datetime, most: int, *, long: bool = False
) -> Sequence[Task]:
    """The most urgent that waits in these pools and that they can do; `long`: of what waits for long enough."""
    query = select(Task).where(Task.state == TaskState.WAITING, Task.team_id.in_(pools), Task.need.in_(can))
    query = query.where(or_(Task.not_before.is_(None), Task.not_before <= now), Task.kind.not_in(RAISED))
    if long:
        query = query.where(Task.created_at < now - climbs_after()).with_for_update(of=Task, skip_locked=True)
    return session.scalars(query.order_by(Task.urgent_at, Task.id).limit(most)).all()


def _take_up(session: Session, task: Task, above: UUID) -> int:
    """A household goes whole, or stays where another is taking some of it."""
    home = [task] if task.household_key is None else households.waiting_whole(session, task) or []
    for one in home:
        one.team_id = above
    return len(home)
