"""Staff: joining, changing role or team, leaving. Each ends the old sign-ins at once.

What somebody held flows back by the worker's routine: an administrator sees no tasks.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.access.password import hash_password
from tracer.casework import approvals, teams
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid, Refused
from tracer.ids import new_id
from tracer.models import Approval, ApprovalKind, Leadership, Role, Staff, Team


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
    id: UUID | None = None,
    password_hash: str | None = None,
    approval: Approval | None = None,
) -> Staff:
    """A new member of staff. Without a password they cannot sign in yet.

    A powerful role takes the `approval` of a second person, who then does this; it says which `id` and
    `password_hash`. Commands act for the machinery and need none: they make the first administrator.
    """
    email = check_new(session, email, role, team)
    id = id or new_id()
    if is_powerful(role) and not actor.of(session).is_system:
        approvals.check(approval, session, ApprovalKind.ROLE, id)
    staff = Staff(
        id=id,
        email=email,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        role=role,
        team_id=team.id if team else None,
        password_hash=hash_password(password) if password else password_hash,
        created_at=now,
    )
    session.add(staff)
    session.flush()
    return staff


def by_address(session: Session, email: str) -> Staff:
    """One of those who work here by their address; Invalid where there is nobody."""
    found = session.scalar(select(Staff).where(Staff.email == email.strip().lower(), *Staff.current()))
    if found is None:
        raise Invalid(f"Nobody who works here has the address {email}.")
    return found


def all_current(session: Session) -> Sequence[Staff]:
    """All who work here; no machines."""
    people = select(Staff).where(*Staff.current(), Staff.role != Role.IMPORTER)
    return session.scalars(people.order_by(Staff.id)).all()


def check_new(session: Session, email: str, role: Role, team: Team | None) -> str:
    """The address as it is kept; Invalid where somebody has it, or role and team do not go together."""
    email = email.strip().lower()
    if session.scalar(select(Staff.id).where(Staff.email == email)):
        raise Invalid(
            "Somebody has that e-mail address already.",
            {"email": "Enter an address that nobody else here uses."},
        )
    check_place(role, team, ())
    return email


def is_powerful(role: Role) -> bool:
    """Whether nobody gives this role alone."""
    return role in {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}


def needs_second(staff: Staff, role: Role) -> bool:
    """Whether this change takes a second person."""
    return is_powerful(role) and role is not staff.role


def by_email(session: Session, email: str) -> Staff:
    """The current account of an address; Invalid where there is none."""
    current = select(Staff).where(Staff.email == email.strip().lower(), Staff.ended_at.is_(None))
    found = session.scalar(current)
    if found is None:
        raise Invalid("Nobody here has that e-mail address.", {"email": "Check it, or add the account first."})
    return found


def change(
    staff: Staff, *, role: Role, team: Team | None, leads: Sequence[Team] = (), approval: Approval | None = None
) -> bool:
    """Another role or team, or other teams to lead: their sign-ins end, and what they hold goes back if they moved.

    Returns whether anything changed. Invalid where the role and the rest do not go together. A powerful role
    takes the `approval` of a second person, who then does this.
    """
    check_change(staff, role=role, team=team, leads=leads)
    session, team_id = session_of(staff), team.id if team else None
    if needs_second(staff, role) and not actor.of(session).is_system:
        approvals.check(approval, session, ApprovalKind.ROLE, staff.id)
    led = {one.id for one in teams.leads(session, staff.id)}
    if (role, team_id, {one.id for one in leads}) == (staff.role, staff.team_id, led):
        return False
    staff.role, staff.team_id = role, team_id
    staff.epoch += 1
    teams.lead(session, staff, *leads)
    return True


def check_change(staff: Staff, *, role: Role, team: Team | None, leads: Sequence[Team] = ()) -> None:
    """Whether the change can be made at all, whoever agrees to it."""
    if staff.ended_at is not None:
        raise Conflict("This account has ended, and cannot be changed any more.")
    _not_oneself(staff)
    if role is not Role.ADMINISTRATOR:
        _not_the_last(staff)
    check_place(role, team, leads)


def end(staff: Staff, now: datetime) -> None:
    """End an account at once: no sign-in works from here on, and what they held goes back."""
    _not_oneself(staff)
    _not_the_last(staff)
    if staff.ended_at is None:
        _give_up_leads(staff)
        staff.ended_at = now
        staff.epoch += 1


def check_place(role: Role, team: Team | None, leads: Sequence[Team]) -> None:
    """A tracer works somewhere; only a supervisor leads, because leading opens the records of the teams led."""
    if team is None and role in {Role.TRACER, Role.SUPERVISOR}:
        raise Invalid("A tracer or supervisor needs a team.", {"team": "Choose the team they work in."})
    if leads and role is not Role.SUPERVISOR:
        raise Invalid("Only a supervisor leads teams.", {"leads": "Only a supervisor leads teams: untick these."})


def _not_oneself(staff: Staff) -> None:
    if actor.of(session_of(staff)).id == staff.id:
        raise Refused("You cannot change or end your own account: ask another administrator.")


def _not_the_last(staff: Staff) -> None:
    """Somebody must be left who can add people.

    The rows are taken, in order: two administrators who end each other at one moment do not both succeed.
    """
    if staff.role is not Role.ADMINISTRATOR or staff.ended_at is not None:
        return
    current = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR, Staff.ended_at.is_(None)).order_by(Staff.id)
    if actor.of(session_of(staff)).role is not Role.PRIVACY_OFFICER:  # who only reads accounts, and may lock none
        current = current.with_for_update()
    if set(session_of(staff).scalars(current)) <= {staff.id}:
        raise Refused("This is the last administrator: give another the role first.")


def _give_up_leads(staff: Staff) -> None:
    session = session_of(staff)
    for lead in session.scalars(select(Leadership).where(Leadership.staff_id == staff.id)):
        session.delete(lead)
