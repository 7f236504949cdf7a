"""Signing in by passkey alone, without saying who one is: possession and the device's own check in one step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tracer import db
from tracer.access import audit, passkeys, proof
from tracer.access.door import door_session
from tracer.access.proof import Answer
from tracer.access.session import Opened, open_sign_in
from tracer.models import Factor, FactorKind, Staff


def enter(answer: Answer, now: datetime, instead_of: str | None = None) -> tuple[UUID, Opened] | None:
    """The owner of the passkey and their new sign-in; None where it is unknown, wrong, or its owner left."""
    if answer.asked is None or answer.party is None:
        return None
    with door_session() as session, db.transaction("session.sign_in", session):
        factor = passkeys.use(session, answer.party, answer.asked, answer.passkey, now)
        whose = Staff.id == factor.staff_id if factor else None
        staff = session.scalar(select(Staff).where(whose).with_for_update()) if whose is not None else None
        if factor is None or staff is None or not staff.is_current:
            audit.note(session, "refused", Factor.__tablename__, factor.id if factor else "unknown")
            return None
        proof.accept(session, factor)
        opened = open_sign_in(session, staff, now, proved_by=FactorKind.PASSKEY.value, instead_of=instead_of)
        return staff.id, opened
