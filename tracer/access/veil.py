"""The veil: "somebody is behind me". While it is down, a sign-in answers nothing until it is proved again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tracer import db
from tracer.access.door import door_session
from tracer.models import SignIn


def lower(sign_in_id: UUID, now: datetime) -> None:
    """Nothing is shown from here on."""
    _set(sign_in_id, now, "session.veil")


def lift(sign_in_id: UUID) -> None:
    """Whoever is signed in has proved again who they are."""
    _set(sign_in_id, None, "session.unveil")


def is_down(staff_id: UUID) -> bool:
    """Whether the last sign-in of somebody is, or was left, under the veil: what comes next is by a proof."""
    last = select(SignIn.veiled_at).where(SignIn.staff_id == staff_id, SignIn.pending.is_(False))
    with door_session() as session, db.transaction("session.veil", session):
        return session.scalar(last.order_by(SignIn.created_at.desc(), SignIn.id.desc()).limit(1)) is not None


def _set(sign_in_id: UUID, at: datetime | None, action: str) -> None:
    with door_session() as session, db.transaction(action, session):
        session.scalars(select(SignIn).where(SignIn.id == sign_in_id)).one().veiled_at = at
