"""The database's record of each browser signed in, and machine tokens.

The cookie holds a random token whose hash is in the database; sign-out, a newer sign-in, a role or password
change, leaving or idling ends it there, so an old cookie is worth nothing (Flask's own cookies replay).

Signing in is two steps: `credentials.check` says whose password it is, `open_sign_in` opens the door. Whatever
else must be proved stands between the two.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from tracer import db
from tracer.access import throttle
from tracer.access.actor import Actor
from tracer.access.credentials import Proved, check
from tracer.access.door import door_session
from tracer.models import ApiToken, Ended, Role, SignIn, Staff

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Live:
    """A sign-in that is in force, and whose it is."""

    actor: Actor
    id: UUID
    created_at: datetime
    seen_at: datetime
    veiled_at: datetime | None
    proved_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing is done from now on."""
        return min(self.seen_at + IDLE, self.created_at + LONGEST)


@dataclass(frozen=True, slots=True)
class Gone:
    """A sign-in that is over: whose it was, why it ended and when."""

    staff_id: UUID
    why: Ended
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A new sign-in: the cookie's token, the role it is in, and since when each one had lasted that it ended."""

    token: str
    role: Role
    ended: tuple[datetime, ...] = ()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def new_cookie() -> tuple[str, bytes]:
    """A cookie's token, and the hash that is kept."""
    token = secrets.token_urlsafe(32)
    return token, _digest(token)


def open_sign_in(
    session: Session,
    staff: Staff,
    now: datetime,
    *,
    proved_by: str | None = None,
    why: Ended = Ended.ELSEWHERE,
    instead_of: str | None = None,
) -> Opened:
    """Sign somebody in, in a session of the door: the one live sign-in that they have, so it ends any other.

    `staff` is loaded `FOR UPDATE` (two at one moment: the later stands). `instead_of` is the token that this
    browser had, which is not worth a warning; nor is one that was only halfway in. `proved_by` is what proved just
    now that it is them, for what asks again (`step_up`).
    """
    (token, kept), ended = new_cookie(), []
    own = _digest(instead_of) if instead_of else None
    for one in session.scalars(_OPEN_OF, {"staff": staff.id}):
        lapsed = _lapsed(one, staff.epoch, now)
        if lapsed is None and not one.pending and one.token_hash != own:
            ended.append(one.created_at)
        one.ended_at, one.ended_why = now, why if lapsed in (None, Ended.CHANGED) else lapsed
    made = SignIn(staff_id=staff.id, token_hash=kept, epoch=staff.epoch, created_at=now, seen_at=now)
    made.proved_at, made.proved_by = (now, proved_by) if proved_by else (None, None)
    session.add(made)
    return Opened(token, staff.role, tuple(ended))


def let_in(
    who: Proved,
    now: datetime,
    *,
    proved_by: str | None = None,
    why: Ended = Ended.ELSEWHERE,
    instead_of: str | None = None,
) -> Opened | None:
    """`open_sign_in` for somebody whose proof is complete; None when their account changed while they proved it.

    What they tried by password is taken off.
    """
    with door_session() as session, db.transaction("session.sign_in", session):
        found = session.scalar(_UNCHANGED, {"staff": who.id, "epoch": who.epoch})
        if found is None:
            throttle.take_off(session.connection(), *who.tries)
            return None
        opened = open_sign_in(session, found, now, proved_by=proved_by, why=why, instead_of=instead_of)
        session.flush()
        throttle.take_off(session.connection(), *who.tries)  # last: all of a building wait for its row
        return opened


def sign_in(email: str, password: str, now: datetime) -> str | None:
    """Both steps at once, by password alone, for commands and tests: a cookie's token, or None."""
    proved = check(email, password, None, now, throttle.NETWORK)
    opened = let_in(proved, now, proved_by="password") if proved else None
    return opened.token if opened else None


def _lapsed(row: Any, epoch: int, now: datetime) -> Ended | None:
    """Why a sign-in that nobody ended is over all the same; None while it is in force."""
    if row.epoch != epoch:
        return Ended.CHANGED
    if now - row.created_at > LONGEST:
        return Ended.LONGEST
    return Ended.IDLE if now - row.seen_at > IDLE else None


def _actor_columns(*more: Any) -> Select[Any]:
    return select(Staff.id, Staff.given_name, Staff.family_name, Staff.role, Staff.team_id, *more).where(
        *Staff.current()
    )


# Each is made once, which takes a tenth of a millisecond; that of the cookie is asked at every request.
_OPEN_OF = select(SignIn).where(SignIn.staff_id == bindparam("staff"), SignIn.ended_at.is_(None))
_UNCHANGED = select(Staff).where(Staff.id == bindparam("staff"), Staff.epoch == bindparam("epoch"), *Staff.current())
_UNCHANGED = _UNCHANGED.with_for_update()
_OF_SIGN_IN = (
    SignIn.id.label("sign_in_id"),
    SignIn.seen_at,
    SignIn.created_at,
    SignIn.epoch,
    SignIn.veiled_at,
    SignIn.proved_at,
)
_BY_COOKIE = (
    _actor_columns(*_OF_SIGN_IN)
    .join(
        SignIn,
        and_(
            SignIn.staff_id == Staff.id,
            SignIn.epoch == Staff.epoch,
            SignIn.ended_at.is_(None),
            SignIn.pending.is_(False),
        ),
    )
    .where(SignIn.token_hash == bindparam("token"))
)
_OVER = select(SignIn.staff_id, SignIn.ended_at, SignIn.ended_why, SignIn.epoch, SignIn.created_at, SignIn.seen_at)
_OVER = _OVER.add_columns(Staff.epoch.label("epoch_now"), Staff.ended_at.label("left_at"))
_OVER = _OVER.join(Staff, Staff.id == SignIn.staff_id).where(SignIn.token_hash == bindparam("token"))
_BY_TOKEN = (
    _actor_columns(ApiToken.id.label("token_id"), ApiToken.scope, ApiToken.expires_at)
    .join(ApiToken, and_(ApiToken.staff_id == Staff.id, ApiToken.revoked_at.is_(None)))
    .where(ApiToken.token_hash == bindparam("token"))
)


def _one(query: Select[*tuple[Any, ...]], token: str) -> Any:
    reading = db.engine("door").connect().execution_options(isolation_level="AUTOCOMMIT")
    with reading as connection:
        return connection.execute(query, {"token": _digest(token)}).one_or_none()


def _actor(row: Any, scope: str | None = None) -> Actor:
    name = f"{row.given_name} {row.family_name}"
    return Actor(row.id, row.role.value, name, row.role, row.team_id, scope)


def find(token: str, now: datetime, *, renews: bool = True) -> Live | None:
    """The sign-in of a cookie's token, while it lasts; a request that somebody made renews it."""
    row = _one(_BY_COOKIE, token)
    if row is None or _lapsed(row, row.epoch, now):
        return None
    live = Live(_actor(row), row.sign_in_id, row.created_at, row.seen_at, row.veiled_at, row.proved_at)
    return renew(live, now) if renews else live


def renew(live: Live, now: datetime) -> Live:
    """Somebody is at work: the time runs from now (written down once a minute)."""
    if now - live.seen_at <= _SEEN_EVERY:
        return live
    with db.engine("door").begin() as connection:
        connection.execute(update(SignIn).where(SignIn.id == live.id).values(seen_at=now))
    return replace(live, seen_at=now)


def gone(token: str, now: datetime) -> Gone | None:
    """What became of a cookie's sign-in that is over; None for one that never was, or is in force."""
    row = _one(_OVER, token)
    if row is None:
        return None
    if row.ended_at is not None:
        return Gone(row.staff_id, row.ended_why or Ended.SIGNED_OUT, row.ended_at)
    why = Ended.CHANGED if row.left_at else _lapsed(row, row.epoch_now, now)
    return Gone(row.staff_id, why, min(row.seen_at + IDLE, now)) if why else None


def sign_out(token: str, now: datetime) -> None:
    """End one browser's sign-in."""
    with door_session() as session, db.transaction("session.sign_out", session):
        found = session.scalar(select(SignIn).where(SignIn.token_hash == _digest(token), SignIn.ended_at.is_(None)))
        if found is not None:
            found.ended_at, found.ended_why = now, Ended.SIGNED_OUT


def find_machine(token: str, now: datetime) -> Actor | None:
    """Who a bearer token is, while it is neither revoked nor expired; the use is noted."""
    row = _one(_BY_TOKEN, token)
    if row is None or now > row.expires_at:
        return None
    with db.engine("door").begin() as connection:
        stale = or_(ApiToken.used_at.is_(None), ApiToken.used_at < now - _SEEN_EVERY)
        connection.execute(update(ApiToken).where(ApiToken.id == row.token_id, stale).values(used_at=now))
    return _actor(row, row.scope)


def new_token() -> tuple[str, bytes]:
    """A machine's token, to be shown once, and the hash that is kept."""
    token = "tracer_" + secrets.token_urlsafe(32)
    return token, _digest(token)
