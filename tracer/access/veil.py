"""The veil: "somebody is behind me". While it is down, a sign-in answers nothing until it is proved again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracer.faults import NotFound
from tracer.models import SignIn


def lower(session: Session, sign_in_id: UUID, now: datetime) -> None:
    """Nothing is shown from here on."""
    _own(session, sign_in_id).veiled_at = now


def lift(session: Session, sign_in_id: UUID) -> None:
    """Whoever is signed in has proved again who they are."""
    _own(session, sign_in_id).veiled_at = None


def _own(session: Session, sign_in_id: UUID) -> SignIn:
    found = session.get(SignIn, sign_in_id)
    if found is None:
        raise NotFound
    return found
