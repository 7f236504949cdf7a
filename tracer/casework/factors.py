"""Second factors as others have to do with them: an administrator's reset, and telling the owner what changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import notices
from tracer.casework.records import session_of
from tracer.faults import Conflict, Refused
from tracer.models import Factor, FactorReset, Staff

# What was done, as the notice and the page say it.
CHANGES = {
    "app-added": "an authenticator app was added to your account",
    "passkey-added": "a passkey was added to your account",
    "totp-removed": "the authenticator app was removed from your account",
    "passkey-removed": "a passkey was removed from your account",
    "provider-removed": "single sign-on was unlinked from your account",
    "reset": "an administrator removed all second factors from your account, and signed you out",
}


def reset(staff: Staff, reason: str, now: datetime) -> FactorReset:
    """Take all second factors of somebody away, who lost them: they are signed out, told, and set up anew."""
    session, me = session_of(staff), actor.of(session_of(staff)).id
    if me is None or me == staff.id:
        raise Refused("You cannot reset your own second factors: ask another administrator.")
    if staff.ended_at is not None:
        raise Conflict("This account has ended: there is nothing to reset.")
    for factor in session.scalars(select(Factor).where(Factor.staff_id == staff.id)):
        session.delete(factor)
    staff.epoch += 1
    made = FactorReset(staff_id=staff.id, by_id=me, at=now, reason=reason)
    session.add(made)
    tell(session, staff, "reset", now)
    session.flush()
    return made


def resets(session: Session, staff_id: object) -> Sequence[FactorReset]:
    """What was reset of somebody, and why, the latest first."""
    query = select(FactorReset).where(FactorReset.staff_id == staff_id).order_by(FactorReset.at.desc())
    return session.scalars(query.limit(5)).all()


def tell(session: Session, staff: Staff, change: str, now: datetime) -> None:
    """Owe somebody a message to their own mailbox that their second factors changed."""
    details = {"reference": "", "change": CHANGES[change], "at": now.isoformat()}
    notices.owe_staff(session, "factor-changed", staff, details, now)
