"""Presence: what somebody at work is doing at this moment.

A call sets it by itself when it begins, is paused or ends; the rest is one press of the person's own. Whoever is
signed out is away, and whoever signs in again is available: the worker says both.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.access.session import IDLE, LONGEST
from tracer.models import Presence, PresenceState, Role, SignIn, Staff

# Who works cases, and so is available for them or not.
WORKERS = (Role.TRACER, Role.SUPERVISOR)
# What they say themselves; "on a call" comes of a call.
SAID = (PresenceState.AVAILABLE, PresenceState.WRAPPING_UP, PresenceState.ON_A_BREAK, PresenceState.AWAY)
_MOST = 500


def mine(session: Session) -> Presence | None:
    """The actor's own; None while nothing was ever said."""
    return _of(session, actor.of(session).id)


def become(session: Session, state: PresenceState, now: datetime) -> None:
    """The actor is in this state from now on; since when it was is kept where they were already."""
    who = actor.of(session)
    if who.id is None or who.role not in WORKERS:
        return
    found = _of(session, who.id, lock=True) or _entered(session, who.id, state, now)
    if found.state is not state:
        found.state, found.since = state, now


def back_at_work(session: Session, now: datetime) -> None:
    """They take work, so whatever they said before, they are available; a call that goes on goes on."""
    found = mine(session)
    if found is None or found.state is not PresenceState.ON_A_CALL:
        become(session, PresenceState.AVAILABLE, now)


def _of(session: Session, staff_id: UUID | None, *, lock: bool = False) -> Presence | None:
    query = select(Presence).where(Presence.staff_id == staff_id)
    return session.scalar(query.with_for_update() if lock else query)


def _entered(session: Session, staff_id: UUID, state: PresenceState, now: datetime) -> Presence:
    """A first row; where two windows enter it at one moment, the row of the other."""
    made = Presence(staff_id=staff_id, state=state, since=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.scalars(select(Presence).where(Presence.staff_id == staff_id)).one()
    return made


def settle(session: Session, now: datetime) -> int:
    """Whoever has no sign-in is away; whoever signed in since they were is available. SYSTEM's, at every tick."""
    here = exists().where(
        SignIn.staff_id == Staff.id,
        SignIn.epoch == Staff.epoch,
        SignIn.ended_at.is_(None),
        SignIn.pending.is_(False),
        SignIn.seen_at > now - IDLE,
        SignIn.created_at > now - LONGEST,
    )
    return _gone(session, here, now) + _come(session, here, now)


def _gone(session: Session, here: Exists, now: datetime) -> int:
    query = select(Presence).join(Staff, Staff.id == Presence.staff_id)
    query = query.where(Presence.state != PresenceState.AWAY, or_(~here, ~and_(*Staff.current())))
    rows = session.scalars(query.limit(_MOST).with_for_update(of=Presence, skip_locked=True)).all()
    for one in rows:
        one.state, one.since = PresenceState.AWAY, now
    return len(rows)


def _come(session: Session, here: Exists, now: datetime) -> int:
    known = select(Presence).join(Staff, Staff.id == Presence.staff_id).where(Presence.state == PresenceState.AWAY)
    known = known.where(*_works(), here.where(SignIn.created_at > Presence.since))
    rows = session.scalars(known.limit(_MOST).with_for_update(of=Presence, skip_locked=True)).all()
    for found in rows:
        found.state, found.since = PresenceState.AVAILABLE, now
    first = select(Staff.id).where(*_works(), here, Staff.id.not_in(select(Presence.staff_id)))
    fresh = session.scalars(first.limit(_MOST)).all()
    for one in fresh:  # another worker may enter the same at this moment
        _entered(session, one, PresenceState.AVAILABLE, now)
    session.flush()
    return len(rows) + len(fresh)


def _works() -> tuple[ColumnElement[bool], ...]:
    return *Staff.current(), Staff.role.in_(WORKERS)
