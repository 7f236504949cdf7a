"""What row rules ask about the actor: their role, teams, conflicts, grants."""

from typing import Any

from sqlalchemy import Select, select

from tracer import models as m
from tracer.access.clearance import cleared
from tracer.access.row_terms import NOW, Rule, looked_up, table
from tracer.access.told import told, told_many
from tracer.models import Role


@told(cleared)
def my_role(me: Any) -> Select[Any]:
    """The actor's role, once they are cleared for it."""
    account = table(m.Staff)
    return select(account.c.role).where(account.c.id == me)


@told(cleared)
def my_team(me: Any) -> Select[Any]:
    """The actor's own team, once they are cleared for work."""
    account = table(m.Staff)
    return select(account.c.team_id).where(account.c.id == me)


def i_am(*roles: Role) -> Rule:
    """Whether the actor has one of these roles, and is cleared for it."""
    found: Rule = my_role().in_(roles)
    return found


@told_many(cleared)
def teams_i_lead(me: Any) -> Select[Any]:
    """The teams that the actor leads themselves: few, where those under them may be a thousand."""
    lead = table(m.Leadership)
    return select(lead.c.team_id).where(lead.c.staff_id == me)


@looked_up
def teams_i_reach() -> Select[Any]:
    """The teams that the actor leads, and all under those."""
    reach = table(m.TeamReach)
    return select(reach.c.team_id).where(teams_i_lead.has(reach.c.above_id))


@told_many()
def teams_above_mine(me: Any) -> Select[Any]:
    """The actor's own team and all above it, trained or not."""
    return _above(me)


@told_many(cleared)
def pools_i_draw_from(me: Any) -> Select[Any]:
    """The actor's own team and all above it, once they are cleared for work."""
    return _above(me)


def _above(me: Any) -> Select[Any]:
    account, reach = table(m.Staff), table(m.TeamReach)
    return select(reach.c.above_id).where(account.c.id == me, reach.c.team_id == account.c.team_id)


@told_many()
def tasks_in_conflict(me: Any) -> Select[Any]:
    """The tasks that the actor must have nothing to do with."""
    conflict = table(m.ConflictOfInterest)
    return select(conflict.c.task_id).where(conflict.c.staff_id == me, conflict.c.task_id.is_not(None))


@told_many()
def people_in_conflict(me: Any) -> Select[Any]:
    """The people that the actor must have nothing to do with."""
    conflict = table(m.ConflictOfInterest)
    return select(conflict.c.person_id).where(conflict.c.staff_id == me, conflict.c.person_id.is_not(None))


@told_many(cleared)
def granted_cases(me: Any) -> Select[Any]:
    """The cases that a grant opens to the actor at this moment."""
    return _granted("case_id", me)


@told_many(cleared)
def granted_contacts(me: Any) -> Select[Any]:
    """The contacts that a grant opens to them."""
    return _granted("contact_id", me)


@told_many(cleared)
def granted_tasks(me: Any) -> Select[Any]:
    """The tasks that a grant opens to them."""
    return _granted("task_id", me)


def _granted(column: str, me: Any) -> Select[Any]:
    grant = table(m.Grant)
    now = (grant.c.from_at <= NOW, grant.c.until_at > NOW, grant.c.ended_at.is_(None))
    return select(grant.c[column]).where(grant.c.staff_id == me, *now, grant.c[column].is_not(None))
