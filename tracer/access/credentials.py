"""What proves who somebody is by password. Step one of signing in; what follows is `session.open_sign_in`.

Unknown, ended, without a password, and wrong: the same answer after the same work. Above the limit nothing is
evaluated at all, for an address that nobody has as for one that somebody has.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update

from tracer import db
from tracer.access import audit, password, throttle
from tracer.access.door import door_session
from tracer.access.throttle import ACCOUNT, NOTED, Limit, Try
from tracer.models import Staff


@dataclass(frozen=True, slots=True)
class Proved:
    """Whose proof it was, at which epoch of the account; and the tries to take off when they are let in."""

    id: UUID
    epoch: int
    tries: tuple[Try, ...] = ()


def check(email: str, given: str, address: str | None, now: datetime, per_network: int) -> Proved | None:
    """Whose password this is, where they work here now; or None, with the reason in the audit alone.

    The try is counted before the password is looked at; whoever goes on with what is proved takes it off. No
    connection is held while the hash is worked out.
    """
    email, network = email.strip().lower(), throttle.network_of(address)
    tries = ((Limit("network", per_network), network), (ACCOUNT, email))
    with db.engine("door").begin() as connection:
        counted = throttle.count(connection, now, *tries)
        found = connection.execute(_BY_EMAIL, {"email": email}).one_or_none()
    if not counted:
        if throttle.take(now, (NOTED, f"{network} {email}")):
            _note("limited", found)
        return None
    right = password.matches(found.password_hash if found and found.is_current else None, given)
    if found is None or not right:
        _note("refused", found)
        return None
    _refresh(found, given)
    return Proved(found.id, found.epoch, tries)


def prove(staff_id: UUID, given: str, address: str | None, now: datetime, per_network: int) -> bool:
    """Whether this is the password of somebody who is signed in; counted and refused like a sign-in."""
    with door_session() as session:
        email = session.scalar(select(Staff.email).where(Staff.id == staff_id))
    proved = check(email, given, address, now, per_network) if email is not None else None
    if proved is not None:
        throttle.give_back(*proved.tries)
    return proved is not None


def replace(staff_id: UUID, given: str) -> Proved:
    """Another password for somebody who has proved the old one; every sign-in of theirs ends."""
    hashed = password.hash_password(given)
    with door_session() as session, db.transaction("password.change", session):
        staff = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
        staff.password_hash = hashed
        staff.epoch += 1
    return Proved(staff.id, staff.epoch)


_BY_EMAIL = select(Staff.id, Staff.epoch, Staff.password_hash, and_(*Staff.current()).label("is_current"))
_BY_EMAIL = _BY_EMAIL.where(Staff.email == bindparam("email"))


def _note(did: str, found: Any) -> None:
    with door_session() as session, db.transaction("session.sign_in", session):
        audit.note(session, did, "staff", found.id if found else "unknown")


def _refresh(found: Any, given: str) -> None:
    """Hash again with today's parameters, while the password is at hand."""
    old = found.password_hash
    if old is None or not password.is_dated(old):
        return
    new = password.hash_password(given)
    with db.engine("door").begin() as connection:
        mine = update(Staff).where(Staff.id == found.id, Staff.password_hash == old)
        connection.execute(mine.values(password_hash=new))
