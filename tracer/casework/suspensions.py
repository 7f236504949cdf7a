"""Suspending an account: by the watch, at once, and lifted by the privacy officer alone, with a reason.

An administrator cannot lift it: whoever can add accounts must not be able to undo what watches them.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor
from tracer.casework.records import session_of
from tracer.faults import Conflict, Refused
from tracer.models import Alert, Role, Staff, Suspension


def suspend(staff: Staff, alert: Alert, now: datetime) -> None:
    """No sign-in and no token works from here on; what they hold goes back by the worker's `release`."""
    staff.suspended_at = now
    staff.epoch += 1
    alert.suspended = True
    session_of(staff).add(Suspension(staff_id=staff.id, alert_id=alert.id, from_at=now))


def lift(staff: Staff, reason: str, now: datetime) -> None:
    """They can sign in again, within seconds; Refused for anybody but a privacy officer, and for one's own account."""
    session = session_of(staff)
    who = actor.of(session)
    if who.role is not Role.PRIVACY_OFFICER or who.id == staff.id:
        raise Refused("Only a privacy officer lifts a suspension, and never their own.")
    query = select(Suspension).where(Suspension.staff_id == staff.id, Suspension.lifted_at.is_(None))
    found = session.scalars(query).all()
    if not found:
        raise Conflict("This account is not suspended any more.")
    for one in found:
        one.lifted_at, one.lifted_by_id = now, who.id
        one.sealed_reason = vault.current().seal(reason, one.id, now.date())


def settle(session: Session, now: datetime) -> int:
    """Make every account what its suspensions say; SYSTEM's work, at every tick.

    A privacy officer changes no account, and an administrator, who may, cannot keep a suspended one open.
    """
    lasting = select(Suspension.staff_id).where(Suspension.lifted_at.is_(None))
    over = select(Staff).where(Staff.suspended_at.is_not(None), Staff.id.not_in(lasting))
    opened = session.scalars(select(Staff).where(Staff.suspended_at.is_(None), Staff.id.in_(lasting))).all()
    lifted = session.scalars(over).all()
    for staff in lifted:
        staff.suspended_at = None
    for staff in opened:
        staff.suspended_at = now
        staff.epoch += 1
    return len(lifted) + len(opened)
