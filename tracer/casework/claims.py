"""Claiming: whoever is free takes the most urgent work that they can do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from tracer import needs
from tracer.access import actor
from tracer.casework import households, tasks, waiting
from tracer.faults import Refused
from tracer.models import RAISED, How, Staff, Task, Team, TeamReach

# A team and all above it: the more there is above one, the nearer it is. Made once, for it is asked at each claim.
_further = aliased(TeamReach)
_height = select(func.count()).where(_further.team_id == TeamReach.above_id).correlate(TeamReach).scalar_subquery()
_POOLS = select(TeamReach.above_id, Team.duty).join(Team, Team.id == TeamReach.above_id)
_POOLS = _POOLS.where(TeamReach.team_id == bindparam("team")).order_by(_height.desc())


def claim_next(session: Session, now: datetime) -> Task | None:
    """The most urgent work that the actor can do, of their own pool, else of the pools above; None where there is none.

    A household comes whole: with a task come all others that wait at the same address. What another is taking at
    this moment, or holds, is passed over, not waited for.
    """
    me = session.get_one(Staff, actor.staff_id(session))
    can, passed = needs.served(me.skills, me.languages), set[bytes]()
    pools = _pools_of(session, me.team_id)
    for pool, duty in pools:
        kinds = () if duty else RAISED  # what answers called for is for those who took that on, or a lead hands it out
        while task := waiting.first(session, pool, can, now, not_kinds=kinds, passed=passed):
            if _take(session, task, me, now):
                return task
            assert task.household_key is not None
            passed.add(task.household_key)
    return None


def _take(session: Session, task: Task, me: Staff, now: datetime) -> bool:
    """Hold a task and what waits at its address; False where somebody else is at that address, or about to be."""
    if task.household_key is None or task.kind in RAISED:
        tasks.hold(task, me.id, me.team_id, How.CLAIMED, None, now)
        return True
    home = households.waiting_whole(session, task)
    if home is None:
        return False
    try:
        with session.begin_nested():
            for one in home:
                reason = None if one is task else "same household"
                tasks.hold(one, me.id, me.team_id, How.CLAIMED, reason, now)
            session.flush()
    except IntegrityError as fault:
        if not households.is_held_elsewhere(fault):
            raise
        return False
    return True


def _pools_of(session: Session, team_id: UUID | None) -> list[tuple[UUID, str | None]]:
    """The actor's own team first, then each team above it, nearest first, with what each has taken on."""
    if team_id is None:
        raise Refused("You are in no team, so there is no pool to draw from: ask an administrator.")
    return [(pool, duty) for pool, duty in session.execute(_POOLS, {"team": team_id})]
