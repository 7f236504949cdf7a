"""Which second factors somebody has, which they owe, and which of them are taken from whom.

In production everybody owes one. An administrator's and a privacy officer's is a passkey, for theirs is the account
that is phished: a code can be read out to a stranger, a passkey cannot.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import recovery
from tracer.faults import Refused
from tracer.models import Factor, FactorKind, Role

STRONG = frozenset({FactorKind.TOTP, FactorKind.PASSKEY})
MUST_HAVE_PASSKEY = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
Kinds = frozenset[FactorKind]


class Owed(StrEnum):
    """What still stands between a right password and the first page."""

    PROOF = "proof"
    SET_UP = "set-up"
    PASSKEY = "passkey"
    NOTHING = "nothing"


def owed(role: Role, kinds: Kinds, proved: bool) -> Owed:
    """What somebody of this role, with unspent means of these kinds, owes next."""
    if not proved and kinds & (STRONG | {FactorKind.RECOVERY}):
        return Owed.PROOF
    if not kinds & STRONG:
        return Owed.SET_UP
    if role in MUST_HAVE_PASSKEY and FactorKind.PASSKEY not in kinds:
        return Owed.PASSKEY
    return Owed.NOTHING


def accepted(role: Role, kinds: Kinds) -> Kinds:
    """The kinds that prove it is them. Who must have a passkey, and has one, uses it (or spends a recovery code)."""
    if role in MUST_HAVE_PASSKEY and FactorKind.PASSKEY in kinds:
        return kinds & {FactorKind.PASSKEY, FactorKind.RECOVERY}
    return kinds & (STRONG | {FactorKind.RECOVERY})


def kinds(session: Session, staff_id: UUID) -> Kinds:
    """The kinds of which somebody has one that is not spent."""
    unspent = (Factor.kind != FactorKind.RECOVERY) | Factor.used_at.is_(None)
    return frozenset(session.scalars(select(Factor.kind).where(Factor.staff_id == staff_id, unspent).distinct()))


def credentials(session: Session, staff_id: UUID) -> list[bytes]:
    """The ids by which somebody's passkeys are known to their devices."""
    query = select(Factor.credential_id).where(Factor.staff_id == staff_id, Factor.kind == FactorKind.PASSKEY)
    return [one for one in session.scalars(query) if one is not None]


def held(session: Session, staff_id: UUID) -> Sequence[Factor]:
    """Passkeys, app and provider, the oldest first; recovery codes are only counted (`recovery.left`)."""
    query = select(Factor).where(Factor.staff_id == staff_id, Factor.kind != FactorKind.RECOVERY)
    return session.scalars(query.order_by(Factor.created_at, Factor.id)).all()


def why_kept(factor: Factor, among: Sequence[Factor], role: Role, required: bool) -> str | None:
    """Why somebody cannot remove this of what they hold; None where they can."""
    others = [one.kind for one in among if one.id != factor.id]
    if not required or factor.kind not in STRONG:
        return None
    if role in MUST_HAVE_PASSKEY and factor.kind is FactorKind.PASSKEY and FactorKind.PASSKEY not in others:
        return "Your role needs a passkey, and this is your last one: add another first."
    if not STRONG & set(others):
        return "This is your last one: add another way first."
    return None


def remove(session: Session, factor: Factor, role: Role, required: bool) -> None:
    """Take one away from its owner; Refused where it is the last that they must have.

    With the last strong one go the recovery codes, which stand in for nothing any more.
    """
    among = held(session, factor.staff_id)
    if why := why_kept(factor, among, role, required):
        raise Refused(why)
    if not STRONG & {one.kind for one in among if one.id != factor.id}:
        recovery.forget(session, factor.staff_id)
    session.delete(factor)
    session.flush()
