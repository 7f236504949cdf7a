"""Halfway in: the password was right, and a second factor is still owed.

Such a sign-in is nobody: its cookie opens the pages of the second factor, and nothing else, for half an hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracer import db
from tracer.access import factors, proof, throttle, tries
from tracer.access.challenges import digest
from tracer.access.credentials import Proved
from tracer.access.door import door_session
from tracer.access.factors import Kinds, Owed
from tracer.access.proof import Answer
from tracer.access.session import Opened, new_cookie, open_sign_in
from tracer.faults import Refused
from tracer.models import Ended, Factor, FactorKind, Role, SignIn, Staff

LONGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Step:
    """A step further: the browser's new cookie, and whether it is in now or owes more."""

    opened: Opened
    done: bool


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody halfway in: who they say they are, what they have, what they proved."""

    sign_in_id: UUID
    id: UUID
    email: str
    name: str
    role: Role
    kinds: Kinds
    passkeys: tuple[bytes, ...]
    proved: bool

    @property
    def owed(self) -> Owed:
        """What they owe next."""
        return factors.owed(self.role, self.kinds, self.proved)

    @property
    def accepted(self) -> Kinds:
        """What proves it is them."""
        return factors.accepted(self.role, self.kinds)


def begin(who: Proved, now: datetime) -> str:
    """Halfway in, for somebody whose password was right. It ends no sign-in of theirs: a password alone cannot."""
    token, kept = new_cookie()
    with door_session() as session, db.transaction("session.begin", session):
        session.add(
            SignIn(staff_id=who.id, token_hash=kept, epoch=who.epoch, created_at=now, seen_at=now, pending=True)
        )
        session.flush()
        throttle.take_off(session.connection(), *who.tries)
    return token


def find(token: str, now: datetime) -> Halfway | None:
    """Who is halfway in with this cookie; None once they are in, or took too long."""
    with door_session() as session, db.transaction("session.halfway", session):
        found = session.execute(_pending(token, now)).one_or_none()
        if found is None:
            return None
        sign_in, staff = found
        return Halfway(
            sign_in.id,
            staff.id,
            staff.email,
            staff.name,
            staff.role,
            factors.kinds(session, staff.id),
            tuple(factors.credentials(session, staff.id)),
            sign_in.proved_at is not None,
        )


def prove(who: Halfway, answer: Answer, now: datetime) -> Step | None:
    """Prove it: a step further, or None where the answer proves nothing. Refused after too many tries."""
    tries.count(who.id, now)
    with _working(who, "factor.prove") as (session, sign_in):
        kind = proof.check(session, who.id, answer, who.accepted, now)
        step = _settle(session, sign_in, who.role, kind, now) if kind else None
    if step is not None:
        tries.give_back(who.id)
    return step


@contextmanager
def setting_up(who: Halfway) -> Iterator[Session]:
    """A transaction in which somebody halfway in gets a factor of their own."""
    with _working(who, "factor.set_up") as (session, _):
        yield session


def set_up(session: Session, who: Halfway, factor: Factor, now: datetime) -> Step:
    """What was just set up proves that they have it: a step further. In the transaction of `setting_up`."""
    sign_in = session.get_one(SignIn, who.sign_in_id)
    return _settle(session, sign_in, who.role, factor.kind, now)


@contextmanager
def _working(who: Halfway, action: str) -> Iterator[tuple[Session, SignIn]]:
    with door_session() as session, db.transaction(action, session):
        staff = session.scalars(select(Staff).where(Staff.id == who.id).with_for_update()).one()
        sign_in = session.get_one(SignIn, who.sign_in_id, with_for_update=True)
        if sign_in.ended_at or not staff.is_current or sign_in.epoch != staff.epoch:
            raise Refused("Your account changed, or you signed in elsewhere, meanwhile. Sign in again.")
        yield session, sign_in


def _settle(session: Session, sign_in: SignIn, role: Role, kind: FactorKind, now: datetime) -> Step:
    """Let them in where nothing more is owed. The cookie changes with what it is worth."""
    session.flush()
    if factors.owed(role, factors.kinds(session, sign_in.staff_id), True) is Owed.NOTHING:
        sign_in.ended_at, sign_in.ended_why = now, Ended.SIGNED_OUT
        session.flush()
        staff = session.get_one(Staff, sign_in.staff_id)
        return Step(open_sign_in(session, staff, now, proved_by=kind.value), True)
    token, sign_in.token_hash = new_cookie()
    sign_in.proved_at, sign_in.proved_by = now, kind.value
    return Step(Opened(token, role), False)


def _pending(token: str, now: datetime) -> Any:
    current = and_(
        SignIn.staff_id == Staff.id, SignIn.epoch == Staff.epoch, SignIn.ended_at.is_(None), SignIn.pending.is_(True)
    )
    query = select(SignIn, Staff).join(Staff, current)
    return query.where(SignIn.token_hash == digest(token), SignIn.created_at > now - LONGEST, *Staff.current())
