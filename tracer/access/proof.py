"""Proving that it is really them: a code or a passkey, on record whichever way it goes.

Runs at the door, in the transaction of whoever calls; tries are counted before that (`tries`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracer.access import audit, passkeys, recovery, totp
from tracer.access.factors import Kinds
from tracer.access.passkeys import Party
from tracer.models import Factor, FactorKind


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody gave: a code as typed, or the answer of a passkey to the challenge that was asked."""

    code: str = ""
    passkey: str = ""
    asked: bytes | None = None
    party: Party | None = None


def check(session: Session, staff_id: UUID, answer: Answer, accepted: Kinds, now: datetime) -> FactorKind | None:
    """The kind of what proves it is them, used by this; None, on record too, where nothing does."""
    factor = _by_passkey(session, answer, now) if answer.passkey else _by_code(session, staff_id, answer, accepted, now)
    if factor is None or factor.staff_id != staff_id or factor.kind not in accepted:
        refuse(session, staff_id)
        return None
    accept(session, factor)
    return factor.kind


def accept(session: Session, factor: Factor) -> None:
    """Put on record that this was used."""
    audit.note(session, "used", Factor.__tablename__, factor.id)


def refuse(session: Session, staff_id: UUID) -> None:
    """Put on record that somebody could not prove it."""
    audit.note(session, "refused", Factor.__tablename__, staff_id)


def _by_passkey(session: Session, answer: Answer, now: datetime) -> Factor | None:
    if answer.asked is None or answer.party is None:
        return None
    return passkeys.use(session, answer.party, answer.asked, answer.passkey, now)


def _by_code(session: Session, staff_id: UUID, answer: Answer, accepted: Kinds, now: datetime) -> Factor | None:
    found = None
    if FactorKind.TOTP in accepted:
        found = totp.use(session, staff_id, answer.code, now)
    if found is None and FactorKind.RECOVERY in accepted:
        found = recovery.use(session, staff_id, answer.code, now)
    return found
