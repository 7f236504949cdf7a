"""Clearance: what each role needs, kept as the shipped table says; who was let off, by whom and until when."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracer import clock
from tracer.access import actor
from tracer.access.clearance import among_staff
from tracer.casework.records import session_of
from tracer.casework.training import SIGNED_MONTHS
from tracer.courses import library
from tracer.courses.library import UNDERTAKING
from tracer.faults import Conflict, Invalid, Refused
from tracer.models import Completion, Grace, Requirement, Role, Staff

# Long enough to be trained in; whoever needs more is given it anew, by name.
LONGEST = timedelta(days=14)


def keep(session: Session) -> None:
    """Write down what each role needs, and end what must be taken again (SYSTEM's, at `db upgrade`)."""
    wanted = {(role, key): months for role in Role for key, months in needs(role).items()}
    for one in session.scalars(select(Requirement)):
        months = wanted.pop((one.role, one.key), None)
        if months is None:
            session.delete(one)
        else:
            one.months = months
    session.add_all(Requirement(role=role, key=key, months=months) for (role, key), months in wanted.items())
    for name in library.shipped():
        _retake(session, name)


def needs(role: Role) -> dict[str, int]:
    """What a role needs, and for how many months one serves at most; nothing for a machine."""
    if role is Role.IMPORTER:
        return {}
    table = library.needed(list(Role))
    return {**table.of(role), UNDERTAKING: SIGNED_MONTHS, **table.more(role)}


def _retake(session: Session, name: str) -> None:
    """A version that must be taken by a day ends what was passed of earlier ones on that day."""
    course = library.load(name)
    if course.retake_by is not None:
        end = clock.end_of(course.retake_by)
        older = (Completion.key == name, Completion.course_version < course.version)
        session.execute(update(Completion).where(*older, Completion.until_at > end).values(until_at=end))


def let_off(session: Session, person: Staff, reason: str, days: int, now: datetime, by: Staff | None = None) -> Grace:
    """Let somebody work for so many days without all that they need; Invalid for too many, or no reason.

    `by` is who says so; without it, the actor.
    """
    errors = {}
    if not reason.strip():
        errors["reason"] = "Write why they may work before they are trained. It is on record with your name."
    if not 1 <= days <= LONGEST.days:
        errors["days"] = f"Enter a number of days from 1 to {LONGEST.days}."
    if errors:
        raise Invalid("Grace needs a reason and an end.", errors)
    me = by.id if by else actor.staff_id(session)
    if person.id == me:
        raise Refused("Nobody lets themselves off: ask your supervisor or an administrator.")
    if not person.is_current:
        raise Conflict(f"{person.name} does not work here at present.")
    made = Grace(staff_id=person.id, given_by_id=me, reason=reason.strip(), from_at=now)
    made.until_at = now + timedelta(days=days)
    session.add(made)
    session.flush()
    return made


def open_grace(session: Session, person: Staff, now: datetime) -> Grace | None:
    """By what somebody is let off at this moment; of several the one that ends last."""
    here = (Grace.staff_id == person.id, Grace.from_at <= now, Grace.until_at > now, Grace.ended_at.is_(None))
    return session.scalars(select(Grace).where(*here).order_by(Grace.until_at.desc())).first()


def is_ready(session: Session, person: Staff, now: datetime) -> bool:
    """Whether somebody in the actor's sight is cleared: they have all in date, or are let off. By the rule itself."""
    cleared = select(Staff.id).where(Staff.id == person.id, among_staff(now))
    return session.scalar(cleared) is not None


def end(grace: Grace, now: datetime) -> None:
    """End it early; Conflict where it is over already."""
    if grace.ended_at is not None or grace.until_at <= now:
        raise Conflict("This is over already.")
    grace.ended_at, grace.ended_by_id = now, actor.staff_id(session_of(grace))
