"""Step-up: some steps ask again that it is really them, who is at this browser now.

A route so marked needs a proof within the last ten minutes; the one guard (`web/guard.py`) reads the mark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db
from tracer.access import factors, proof, tries
from tracer.access.actor import Actor
from tracer.access.door import door_session
from tracer.access.factors import Kinds
from tracer.access.proof import Answer
from tracer.access.session import Live
from tracer.models import FactorKind, SignIn, Staff

View = TypeVar("View", bound=Callable[..., Any])

FRESH = timedelta(minutes=10)
BY_PASSWORD = "password"


def stepped_up(view: View) -> View:
    """Mark a view that asks again who it is. Beside `@allow`, in either order; the view comes back unchanged."""
    setattr(view, "stepped_up", True)  # noqa: B010 - a mark on a function, which its type does not know
    return view


def is_stepped_up(view: Callable[..., Any]) -> bool:
    """Whether a view asks again."""
    return getattr(view, "stepped_up", False)


def is_fresh(live: Live | None, now: datetime) -> bool:
    """Whether a sign-in was proved within the last ten minutes; a machine's request never is."""
    return live is not None and live.proved_at is not None and now - live.proved_at <= FRESH


@dataclass(frozen=True, slots=True)
class Ways:
    """What proves that it is somebody, the ids of their passkeys, and whether they have a password."""

    kinds: Kinds
    passkeys: tuple[bytes, ...]
    password: bool


def ways(who: Actor) -> Ways:
    """How somebody who is signed in can prove it."""
    with door_session() as session, db.transaction("step_up.ask", session):
        staff = _staff(session, who)
        kinds = factors.accepted(staff.role, factors.kinds(session, staff.id))
        return Ways(kinds, tuple(factors.credentials(session, staff.id)), staff.password_hash is not None)


def prove(live: Live, answer: Answer, knows_password: bool | None, lenient: bool, now: datetime) -> bool:
    """Prove it anew: by passkey, or by password and code; a demonstration (`lenient`) is content with the password.

    `knows_password` is None for an account that has none: its code alone counts. Refused after too many tries.
    """
    tries.count(_id(live.actor), now)
    if proved := _prove(live, answer, knows_password, lenient, now):
        tries.give_back(_id(live.actor))
    return proved


def _prove(live: Live, answer: Answer, knows_password: bool | None, lenient: bool, now: datetime) -> bool:
    with door_session() as session, db.transaction("step_up.prove", session):
        staff = _staff(session, live.actor)
        by = _proved_by(session, staff, answer, knows_password, lenient, now)
        if by is None:
            return False
        sign_in = session.get_one(SignIn, live.id)
        sign_in.proved_at, sign_in.proved_by = now, by
        return True


def _proved_by(
    session: Session, staff: Staff, answer: Answer, knows_password: bool | None, lenient: bool, now: datetime
) -> str | None:
    accepted = factors.accepted(staff.role, factors.kinds(session, staff.id))
    if answer.passkey:
        return proof.check(session, staff.id, answer, accepted & {FactorKind.PASSKEY}, now)
    if knows_password is False:
        proof.refuse(session, staff.id)
        return None
    if lenient and knows_password:
        return BY_PASSWORD
    return proof.check(session, staff.id, answer, accepted, now)


def _staff(session: Session, who: Actor) -> Staff:
    return session.scalars(select(Staff).where(Staff.id == who.id)).one()


def _id(who: Actor) -> UUID:
    assert who.id is not None  # the guard asks who it is first
    return who.id
