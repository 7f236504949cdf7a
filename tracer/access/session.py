"""Signing in: passwords, the database's record of each browser signed in, and machine tokens.

The cookie holds a random token whose hash is in the database; sign-out, a role or password change, or
leaving ends it there, so an old cookie is worth nothing (Flask's own cookies replay).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, and_, or_, select, update

from tracer import db
from tracer.access import audit
from tracer.access.actor import Actor
from tracer.access.door import door_session
from tracer.models import ApiToken, SignIn, Staff

# SECURITY.md row 18: 19 MiB, 2 passes; one sign-in is about 18 ms of work.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))
LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)


def hash_password(password: str) -> str:
    """An argon2id hash for the staff table."""
    return _hasher.hash(password)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def sign_in(email: str, password: str, now: datetime) -> str | None:
    """A new cookie token for the right password of a current account; None for anything else.

    Unknown, ended and wrong take the same time and say the same.
    """
    with door_session() as session, db.transaction("session.sign_in", session):
        staff = session.scalar(select(Staff).where(Staff.email == email.strip().lower()))
        current = staff is not None and staff.ended_at is None and staff.suspended_at is None
        known = staff is not None and staff.password_hash is not None and current
        try:
            _hasher.verify(staff.password_hash if staff and known and staff.password_hash else _NOBODY, password)
        except (VerificationError, InvalidHashError):
            known = False
        if staff is None or not known:
            audit.note(session, "refused", "staff", staff.id if staff else "unknown")
            return None
        token = secrets.token_urlsafe(32)
        session.add(
            SignIn(staff_id=staff.id, token_hash=_digest(token), epoch=staff.epoch, created_at=now, seen_at=now)
        )
        return token


def _actor_columns(*more: Any) -> Select[Any]:
    return select(Staff.id, Staff.given_name, Staff.family_name, Staff.role, Staff.team_id, *more).where(
        Staff.ended_at.is_(None), Staff.suspended_at.is_(None)
    )


_BY_COOKIE = _actor_columns(SignIn.id.label("sign_in_id"), SignIn.seen_at, SignIn.created_at).join(
    SignIn, and_(SignIn.staff_id == Staff.id, SignIn.epoch == Staff.epoch, SignIn.ended_at.is_(None))
)
_BY_TOKEN = _actor_columns(ApiToken.id.label("token_id"), ApiToken.scope, ApiToken.expires_at).join(
    ApiToken, and_(ApiToken.staff_id == Staff.id, ApiToken.revoked_at.is_(None))
)


def _one(query: Select[Any]) -> Any:
    reading = db.engine("door").connect().execution_options(isolation_level="AUTOCOMMIT")
    with reading as connection:
        return connection.execute(query).one_or_none()


def _actor(row: Any, scope: str | None = None) -> Actor:
    name = f"{row.given_name} {row.family_name}"
    return Actor(row.id, row.role.value, name, row.role, row.team_id, scope)


def find(token: str, now: datetime) -> Actor | None:
    """Who a cookie's token is, while it lasts (12 hours; 2 hours without a request)."""
    row = _one(_BY_COOKIE.where(SignIn.token_hash == _digest(token)))
    if row is None or now - row.created_at > LONGEST or now - row.seen_at > IDLE:
        return None
    if now - row.seen_at > _SEEN_EVERY:
        with db.engine("door").begin() as connection:
            connection.execute(update(SignIn).where(SignIn.id == row.sign_in_id).values(seen_at=now))
    return _actor(row)


def find_machine(token: str, now: datetime) -> Actor | None:
    """Who a bearer token is, while it is neither revoked nor expired; the use is noted."""
    row = _one(_BY_TOKEN.where(ApiToken.token_hash == _digest(token)))
    if row is None or now > row.expires_at:
        return None
    with db.engine("door").begin() as connection:
        stale = or_(ApiToken.used_at.is_(None), ApiToken.used_at < now - _SEEN_EVERY)
        connection.execute(update(ApiToken).where(ApiToken.id == row.token_id, stale).values(used_at=now))
    return _actor(row, row.scope)


def sign_out(token: str, now: datetime) -> None:
    """End one browser's sign-in."""
    with door_session() as session, db.transaction("session.sign_out", session):
        found = session.scalar(select(SignIn).where(SignIn.token_hash == _digest(token)))
        if found is not None:
            found.ended_at = now


def new_token() -> tuple[str, bytes]:
    """A machine's token, to be shown once, and the hash that is kept."""
    token = "tracer_" + secrets.token_urlsafe(32)
    return token, _digest(token)
