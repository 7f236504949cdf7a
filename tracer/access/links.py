"""Coming in by a link: whose it is, and setting the password that it is for, once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db, vault
from tracer.access.door import door_session
from tracer.access.password import hash_password
from tracer.ids import new_id
from tracer.models import PasswordLink, PasswordRequest, Staff


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for, as its page shows them."""

    name: str
    email: str
    role: str
    joins: bool


def digest(token: str) -> bytes:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def whose(token: str, now: datetime) -> Invited | None:
    """Whom a link is for; None for one that is used, replaced, expired or never was."""
    with door_session() as session:
        found = _working(session, token, now)
    if found is None:
        return None
    staff, _ = found
    return Invited(staff.name, staff.email, staff.role.value, staff.password_hash is None)


def use(token: str, password: str, now: datetime) -> bool:
    """Set the password and use the link up; every sign-in of theirs ends. False where the link does not work."""
    hashed = hash_password(password)
    with door_session() as session, db.transaction("password.set", session):
        found = _working(session, token, now)
        if found is None:
            return False
        staff, link = found
        staff.password_hash = hashed
        staff.epoch += 1
        link.used_at = now
    return True


def ask(email: str, now: datetime) -> None:
    """Somebody forgot the password of an address: written down for the worker, and not looked up here."""
    request_id = new_id()
    sealed = vault.current().seal({"email": email.strip().lower()}, request_id, now.date())
    with door_session() as session, db.transaction("password.ask", session):
        session.add(PasswordRequest(id=request_id, sealed=sealed, created_at=now))


def _working(session: Session, token: str, now: datetime) -> tuple[Staff, PasswordLink] | None:
    query = select(PasswordLink).where(PasswordLink.token_hash == digest(token), PasswordLink.expires_at > now)
    unused = query.where(PasswordLink.used_at.is_(None), PasswordLink.replaced_at.is_(None))
    link = session.scalar(unused.with_for_update())
    if link is None:
        return None
    staff = session.scalar(select(Staff).where(Staff.id == link.staff_id, *Staff.current()))
    return (staff, link) if staff else None
