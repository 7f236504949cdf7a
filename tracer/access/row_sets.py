"""Sets that the row rules ask for: the actor's role, teams, conflicts, grants. Each is looked up once a statement."""

from typing import Any

from sqlalchemy import Select, select

from tracer import models as m
from tracer.access.clearance import cleared
from tracer.access.row_terms import ME, NOW, Rule, looked_up, table
from tracer.models import Role


@looked_up
def my(column: str) -> Select[Any]:
    """A column of the actor's own account, trained or not."""
    me = table(m.Staff)
    return select(me.c[column]).where(me.c.id == ME)


@looked_up
def my_cleared(column: str) -> Select[Any]:
    """A column of the actor's own account, once they are cleared for their work."""
    me = table(m.Staff)
    return select(me.c[column]).where(me.c.id == cleared())


def i_am(*roles: Role) -> Rule:
    """Whether the actor has one of these roles, and is cleared for it."""
    found: Rule = my_cleared("role").in_(roles)
    return found


@looked_up
def teams_i_reach() -> Select[Any]:
    """The teams that the actor leads, and all under those."""
    lead, reach = table(m.Leadership), table(m.TeamReach)
    return select(reach.c.team_id).where(reach.c.above_id == lead.c.team_id, lead.c.staff_id == cleared())


@looked_up
def teams_above_mine() -> Select[Any]:
    """The actor's own team, and all above it."""
    reach = table(m.TeamReach)
    return select(reach.c.above_id).where(reach.c.team_id == my("team_id"))


@looked_up
def pools_i_draw_from() -> Select[Any]:
    """The actor's own team and all above it, once they are cleared for work."""
    reach = table(m.TeamReach)
    return select(reach.c.above_id).where(reach.c.team_id == my_cleared("team_id"))


@looked_up
def conflicting(column: str) -> Select[Any]:
    """The tasks, or the people, that the actor must have nothing to do with."""
    conflict = table(m.ConflictOfInterest)
    found = select(conflict.c[column]).where(conflict.c.staff_id == ME)
    return found.where(conflict.c[column].is_not(None))  # NOT IN of a NULL is never true


@looked_up
def granted(column: str) -> Select[Any]:
    """The cases, contacts or tasks that a grant opens to the actor at this moment."""
    grant = table(m.Grant)
    now = (grant.c.from_at <= NOW, grant.c.until_at > NOW, grant.c.ended_at.is_(None))
    found = select(grant.c[column]).where(grant.c.staff_id == cleared(), *now)
    return found.where(grant.c[column].is_not(None))
