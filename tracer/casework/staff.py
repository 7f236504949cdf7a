"""Staff: joining, changing role or team, leaving. Each ends the old sign-ins at once.

What somebody held flows back by the worker's routine: an administrator sees no tasks.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.access.session import hash_password
from tracer.casework.records import session_of
from tracer.faults import Invalid, Refused
from tracer.models import Leadership, Role, Staff, Team


def add(
    session: Session,
    *,
    email: str,
    given_name: str,
    family_name: str,
    role: Role,
    team: Team | None,
    password: str | None,
    now: datetime,
) -> Staff:
    """A new member of staff. Without a password they cannot sign in yet."""
    email = email.strip().lower()
    if session.scalar(select(Staff.id).where(Staff.email == email)):
        raise Invalid(
            "Somebody has that e-mail address already.",
            {"email": "Enter an address that nobody else here uses."},
        )
    if team is None and role in {Role.TRACER, Role.SUPERVISOR}:
        raise Invalid("A tracer or supervisor needs a team.", {"team": "Choose the team they work in."})
    staff = Staff(
        email=email,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        role=role,
        team_id=team.id if team else None,
        password_hash=hash_password(password) if password else None,
        created_at=now,
    )
    session.add(staff)
    session.flush()
    return staff


def by_email(session: Session, email: str) -> Staff:
    """The current account of an address; Invalid where there is none."""
    current = select(Staff).where(Staff.email == email.strip().lower(), Staff.ended_at.is_(None))
    found = session.scalar(current)
    if found is None:
        raise Invalid("Nobody here has that e-mail address.", {"email": "Check it, or add the account first."})
    return found


def change(staff: Staff, *, role: Role, team: Team | None) -> None:
    """Another role or team: their sign-ins end, and what they hold goes back to its pool."""
    _not_oneself(staff)
    if role is not Role.ADMINISTRATOR:
        _not_the_last(staff)
    if role is staff.role and staff.team_id == (team.id if team else None):
        return
    _give_up_leads(staff)
    staff.role, staff.team_id = role, team.id if team else None
    staff.epoch += 1


def end(staff: Staff, now: datetime) -> None:
    """End an account at once: no sign-in works from here on, and what they held goes back."""
    _not_oneself(staff)
    _not_the_last(staff)
    if staff.ended_at is None:
        _give_up_leads(staff)
        staff.ended_at = now
        staff.epoch += 1


def _not_oneself(staff: Staff) -> None:
    if actor.of(session_of(staff)).id == staff.id:
        raise Refused("You cannot change or end your own account: ask another administrator.")


def _not_the_last(staff: Staff) -> None:
    """Somebody must be left who can add people."""
    others = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR, Staff.ended_at.is_(None), Staff.id != staff.id)
    if staff.role is Role.ADMINISTRATOR and session_of(staff).scalar(others.limit(1)) is None:
        raise Refused("This is the last administrator: give another the role first.")


def _give_up_leads(staff: Staff) -> None:
    session = session_of(staff)
    for lead in session.scalars(select(Leadership).where(Leadership.staff_id == staff.id)):
        session.delete(lead)
