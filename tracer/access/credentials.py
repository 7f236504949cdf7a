"""What proves who somebody is by password. Step one of signing in; what follows is `session.open_sign_in`.

Unknown, ended, without a password, and wrong: the same answer after the same work. Above the limit nothing is
evaluated at all, for an address that nobody has as for one that somebody has.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from tracer import db
from tracer.access import audit, password, throttle
from tracer.access.door import door_session
from tracer.access.throttle import ACCOUNT, NOTED, Limit
from tracer.models import Staff


def check(email: str, given: str, address: str | None, now: datetime, per_network: int) -> Staff | None:
    """Whose password this is: the current account (detached), or None, with the reason in the audit alone.

    The try is counted before the password is looked at, and given back when it was right. No connection is
    held while the hash is worked out.
    """
    email, network = email.strip().lower(), throttle.network_of(address)
    tries = ((Limit("network", per_network), network), (ACCOUNT, email))
    if not throttle.take(now, *tries):
        if throttle.take(now, (NOTED, f"{network} {email}")):
            _note("limited", _find(email))
        return None
    staff = _find(email)
    right = password.matches(staff.password_hash if staff and staff.is_current else None, given)
    if staff is None or not right:
        _note("refused", staff)
        return None
    throttle.give_back(*tries)
    _refresh(staff, given)
    return staff


def prove(staff_id: UUID, given: str, address: str | None, now: datetime, per_network: int) -> bool:
    """Whether this is the password of somebody who is signed in; counted and refused like a sign-in."""
    with door_session() as session:
        email = session.scalar(select(Staff.email).where(Staff.id == staff_id))
    return email is not None and check(email, given, address, now, per_network) is not None


def replace(staff_id: UUID, given: str) -> Staff:
    """Another password for somebody who has proved the old one; every sign-in of theirs ends."""
    hashed = password.hash_password(given)
    with door_session() as session, db.transaction("password.change", session):
        staff = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
        staff.password_hash = hashed
        staff.epoch += 1
    return staff


def _find(email: str) -> Staff | None:
    with door_session() as session:
        return session.scalar(select(Staff).where(Staff.email == email))


def _note(did: str, staff: Staff | None) -> None:
    with door_session() as session, db.transaction("session.sign_in", session):
        audit.note(session, did, "staff", staff.id if staff else "unknown")


def _refresh(staff: Staff, given: str) -> None:
    """Hash again with today's parameters, while the password is at hand."""
    old = staff.password_hash
    if old is None or not password.is_dated(old):
        return
    new = password.hash_password(given)
    with db.engine("door").begin() as connection:
        mine = update(Staff).where(Staff.id == staff.id, Staff.password_hash == old)
        connection.execute(mine.values(password_hash=new))
