"""Row rules of accounts: the staff, their sign-ins, what proves who they are, and machines' tokens."""

from typing import Any

from sqlalchemy import exists, or_

from tracer import models as m
from tracer.access.row_sets import i_am, teams_above_mine, teams_i_reach
from tracer.access.row_terms import ME, Rule, table
from tracer.models import Role


def staff(person: Any) -> Rule:
    """Themselves, the teams they reach, who leads them; administrators and privacy officers see all."""
    lead = table(m.Leadership)
    leads_me = exists().where(lead.c.staff_id == person.c.id, teams_above_mine.has(lead.c.team_id))
    return or_(
        person.c.id == ME,
        person.c.team_id.in_(teams_i_reach()),
        leads_me,
        i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER),
    )


def sign_ins(sign_in: Any) -> Rule:
    """Their own."""
    mine: Rule = sign_in.c.staff_id == ME
    return mine


def password_links(_: Any) -> Rule:
    """An administrator's to send."""
    return i_am(Role.ADMINISTRATOR)


def factors(factor: Any) -> Rule:
    """Their own; an administrator's to take away from whoever lost theirs."""
    return or_(factor.c.staff_id == ME, i_am(Role.ADMINISTRATOR))


def factor_resets(reset: Any) -> Rule:
    """What was done to them; administrators and privacy officers see all."""
    return or_(reset.c.staff_id == ME, i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER))


def api_tokens(_: Any) -> Rule:
    """An administrator's to manage."""
    return i_am(Role.ADMINISTRATOR)
