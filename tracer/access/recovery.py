"""Recovery codes: ten, each good once, for whoever lost telephone and passkey. Kept as keyed hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.ids import new_reference
from tracer.models import Factor, FactorKind

MANY = 10
_LETTERS = 16  # of 31: 79 bits


def make(session: Session, staff_id: UUID, now: datetime) -> list[str]:
    """Ten new codes, shown this once; those from before stop working."""
    forget(session, staff_id)
    codes = [_new() for _ in range(MANY)]
    for code in codes:
        kind, kept = FactorKind.RECOVERY, _digest(staff_id, code)
        session.add(Factor(staff_id=staff_id, kind=kind, digest=kept, created_at=now))
    session.flush()
    return codes


def use(session: Session, staff_id: UUID, code: str, now: datetime) -> Factor | None:
    """The code, spent by this; None for one that is wrong or spent."""
    found = session.scalar(_held(staff_id).where(Factor.digest == _digest(staff_id, code)).with_for_update())
    if found is not None:
        found.used_at = now
    return found


def left(session: Session, staff_id: UUID) -> int:
    """How many are not spent."""
    return session.scalar(_held(staff_id).with_only_columns(func.count(Factor.id))) or 0


def forget(session: Session, staff_id: UUID) -> None:
    """Take all codes of somebody away, the spent ones too."""
    every = select(Factor).where(Factor.staff_id == staff_id, Factor.kind == FactorKind.RECOVERY)
    for old in session.scalars(every):
        session.delete(old)
    session.flush()


def _held(staff_id: UUID) -> Select[Factor]:
    return select(Factor).where(
        Factor.staff_id == staff_id, Factor.kind == FactorKind.RECOVERY, Factor.used_at.is_(None)
    )


def _new() -> str:
    letters = (new_reference() + new_reference())[:_LETTERS]
    return "-".join(letters[at : at + 4] for at in range(0, _LETTERS, 4))


def _digest(staff_id: UUID, code: str) -> bytes:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return vault.current().digest("recovery", f"{staff_id}:{letters}")
