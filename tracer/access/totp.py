"""Codes of an authenticator app (TOTP, RFC 6238): six digits that change every 30 seconds, each good once."""

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.faults import Invalid
from tracer.ids import new_id
from tracer.models import Factor, FactorKind
from tracer.vault import VaultFault

_STEP = 30
# A telephone's clock may be half a minute off either way.
_WINDOW = (0, -1, 1)
WRONG = "This is not the code that the app shows now. Wait for the next one and enter that."


def new_secret() -> str:
    """160 random bits, in the letters that people type into an app."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Tracer")


def add(session: Session, staff_id: UUID, secret: str, code: str, now: datetime) -> Factor:
    """Take an app on, once it showed that it has the secret; it replaces the one before. Invalid for a wrong code."""
    step = _step(secret, code, now, None)
    if step is None:
        raise Invalid("That code is not right.", {"code": WRONG})
    for older in session.scalars(_held(staff_id)):
        session.delete(older)
    factor = Factor(id=new_id(), staff_id=staff_id, kind=FactorKind.TOTP, created_at=now, last_step=step)
    _seal(factor, secret, now)
    session.add(factor)
    session.flush()
    return factor


def use(session: Session, staff_id: UUID, code: str, now: datetime) -> Factor | None:
    """The app that shows this code, which is spent by it; None for a wrong, old or used one."""
    for factor in session.scalars(_held(staff_id).with_for_update()):
        try:
            secret = vault.current().open(factor.sealed or b"", factor.id)["secret"]
        except VaultFault:
            continue  # its month's key was destroyed: another way in is needed
        step = _step(secret, code, now, factor.last_step)
        if step is not None:
            factor.last_step, factor.used_at = step, now
            _seal(factor, secret, now)  # under this month's key, so that it outlives the older ones
            return factor
    return None


def _held(staff_id: UUID) -> Select[Factor]:
    return select(Factor).where(Factor.staff_id == staff_id, Factor.kind == FactorKind.TOTP)


def _seal(factor: Factor, secret: str, now: datetime) -> None:
    if factor.sealed is None or not factor.sealed.startswith(f"{now:%Y-%m}".encode()):
        factor.sealed = vault.current().seal({"secret": secret}, factor.id, now.date())


def _step(secret: str, code: str, now: datetime, after: int | None) -> int | None:
    """The time step whose code this is, later than the last one used."""
    digits = "".join(code.split())
    here, maker = int(now.timestamp()) // _STEP, pyotp.TOTP(secret)
    for step in (here + apart for apart in _WINDOW):
        right = hmac.compare_digest(maker.generate_otp(step).encode(), digits.encode())
        if right and (after is None or step > after):
            return step
    return None
