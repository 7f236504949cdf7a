"""Row rules of what others oversee: grants, requests for a second person, conflicts of interest."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, not_, or_, select

from tracer import models as m
from tracer.access.clearance import cleared
from tracer.access.row_sets import i_am, teams_i_reach
from tracer.access.row_terms import ME, Rule, looked_up, table
from tracer.models import ApprovalKind, ApprovalState, Role


def grants(grant: Any) -> Rule:
    """Their own, and those of the teams they reach; the privacy officer sees all."""
    return or_(grant.c.staff_id == ME, grant.c.team_id.in_(teams_i_reach()), i_am(Role.PRIVACY_OFFICER))


def used_under_grant(event: Any) -> Rule:
    """What somebody in a team that they reach did with the record that a grant opened, while it was open."""
    grant = table(m.Grant)
    return exists().where(
        grant.c.staff_id == event.c.actor_id,
        grant.c.team_id.in_(teams_i_reach()),
        event.c.entity_id.in_((grant.c.record_key, grant.c.person_key)),
        event.c.at >= grant.c.from_at,
        event.c.at < func.coalesce(grant.c.ended_at, grant.c.until_at),
    )


def approvals(approval: Any) -> Rule:
    """What they asked for; the glass of the teams they reach; roles and exports for those who decide on them."""
    office = i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
    glass = approval.c.kind == ApprovalKind.GLASS
    return or_(
        approval.c.asked_by_id == ME,
        and_(glass, or_(approval.c.team_id.in_(teams_i_reach()), i_am(Role.PRIVACY_OFFICER))),
        and_(not_(glass), office),
    )


def staff_keys(key: Any) -> Rule:
    """Their own."""
    mine: Rule = key.c.staff_id == ME
    return mine


@looked_up
def people_i_reach() -> Select[Any]:
    """Who works in the teams that the actor reaches."""
    person = table(m.Staff)
    return select(person.c.id).where(person.c.team_id.in_(teams_i_reach()))


def conflicts(conflict: Any) -> Rule:
    """Their own, and those of whom they could hand work to: it must be refused. On no page."""
    return or_(conflict.c.staff_id == ME, conflict.c.staff_id.in_(people_i_reach()))


def own_grant(grant: Any) -> Rule:
    """Entered by whoever gets it, or by whoever agreed to it for another."""
    agreed = and_(grant.c.approved_by_id == cleared(), _agreed(m.Approval.asked_by_id.key, grant.c.staff_id))
    return or_(grant.c.staff_id == cleared(), agreed)


def _agreed(column: str, value: Any) -> Rule:
    """A yes of the actor's own, not used yet, that says so."""
    approval = table(m.Approval)
    open_yes = (approval.c.decided_by_id == cleared(), approval.c.state == ApprovalState.APPROVED)
    return exists().where(approval.c[column] == value, *open_yes, approval.c.done_at.is_(None))


def by_second_person(column: Any) -> Rule:
    """An account that the actor agreed to in another's request, while that is not done."""
    return _agreed("about_id", column)
