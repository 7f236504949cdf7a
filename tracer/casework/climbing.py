"""Work goes where hands are idle: what waits long in one team's pool is drawn from further up, by a neighbour.

SYSTEM's work. Only for somebody who is available and has nothing to take: otherwise a team keeps its own. The task
goes up to the nearest pool that both teams draw from, its household with it; back in the pool, it is at home again.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer import needs
from tracer.access.clearance import among_staff
from tracer.casework import shifts
from tracer.models import RAISED, Presence, PresenceState, Staff, Task, TaskState, TeamReach
from tracer.policy.needs import climbs_after

# Of the people who could take something; the others find it in the next tick, a few seconds later.
_MOST = 200
Crew = tuple[UUID, tuple[str, ...]]


def climb(session: Session, now: datetime) -> int:
    """Take up as much as idle people could take and do not find; returns how many tasks."""
    crews, went = _idle(session, now), 0
    if not crews:
        return 0
    over = _over(session)
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


def _over(session: Session) -> dict[UUID, list[UUID]]:
    """Each team with itself and all above it, the nearest first."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    size: Counter[UUID] = Counter()
    for team_id, above_id in session.execute(select(TeamReach.team_id, TeamReach.above_id)):
        found[team_id].append(above_id)
        size[above_id] += 1
    return {team_id: sorted(above, key=size.__getitem__) for team_id, above in found.items()}


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
    home = [task]
    if task.household_key is not None:
        mates = (Task.household_key == task.household_key, Task.state == TaskState.WAITING, Task.kind.not_in(RAISED))
        query = select(Task).where(*mates, Task.team_id == task.team_id)
        home = list(session.scalars(query.with_for_update(of=Task, skip_locked=True)))
    for one in home:
        one.team_id = above
    return len(home)
