"""Whose account it is that the provider signed in. It never makes one.

By verified address, and from the first time on bound to the provider's own name for the person as well: an address
that is given to somebody else later opens nothing.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db, vault
from tracer.access import audit
from tracer.access.door import door_session
from tracer.access.provider import Said, SignOnFault
from tracer.config import Provider
from tracer.models import Factor, FactorKind, Role, Staff

_UNVERIFIED = "{label} has not checked your e-mail address. Ask those who run {label} to, or use your password."
_UNKNOWN = "There is no account here for the address that {label} gave. Ask an administrator of Tracer to add you."
_OTHER = (
    "{label} knows you under another name than when you first came, so this account stays shut to it. "
    "Sign in with your password, or ask an administrator to reset your second factors."
)


def find(provider: Provider, said: Said, now: datetime) -> Staff:
    """The current account; SignOnFault, in words for the person and on record, where there is none for them."""
    if not said.verified or not said.email:
        raise SignOnFault(provider, _UNVERIFIED, "the address is not verified")
    key = vault.current().digest("subject", f"{provider.issuer}\0{said.subject}")
    with door_session() as session, db.transaction("session.provider", session):
        query = select(Staff).where(Staff.email == said.email, *Staff.current(), Staff.role != Role.IMPORTER)
        staff = session.scalar(query.with_for_update())
        fits = staff is not None and _bound(session, staff, key, provider.label, now)
        if staff is None or not fits:
            audit.note(session, "refused", "staff", staff.id if staff else "unknown")
    if staff is None:
        raise SignOnFault(provider, _UNKNOWN, "no account has the address")
    if not fits:
        raise SignOnFault(provider, _OTHER, "account and subject are not bound to each other")
    return staff


def _bound(session: Session, staff: Staff, key: bytes, label: str, now: datetime) -> bool:
    """Whether the account and the subject are each other's; bound to each other now, where neither was bound."""
    mine = (Factor.staff_id == staff.id) & (Factor.kind == FactorKind.PROVIDER)
    held = session.scalars(select(Factor).where(mine | (Factor.digest == key))).all()
    if not held:
        kind, name = FactorKind.PROVIDER, label[:60]
        session.add(Factor(staff_id=staff.id, kind=kind, name=name, digest=key, created_at=now, used_at=now))
        return True
    if [(one.staff_id, one.digest) for one in held] != [(staff.id, key)]:
        return False
    held[0].used_at = now
    return True
