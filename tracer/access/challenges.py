"""Challenges: what is asked once and soon forgotten. Kept here, sealed; the browser holds only a handle.

A handle fits one kind of question, one person (or nobody, before it is known who they are) and one try. Asked and
answered at the door, in a transaction of its own: on SQLite no other may be open in the same request.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db, vault
from tracer.access.door import door_session
from tracer.ids import new_id
from tracer.models import Challenge

LIFE = timedelta(minutes=5)


def digest(token: str) -> bytes:
    """The hash under which a random token is kept."""
    return hashlib.sha256(token.encode()).digest()


def make(kind: str, content: Any, now: datetime, staff_id: UUID | None = None, life: timedelta = LIFE) -> str:
    """Keep a JSON-able question; the handle that finds it again."""
    handle = secrets.token_urlsafe(32)
    row = Challenge(id=new_id(), kind=kind, staff_id=staff_id, handle_hash=digest(handle), expires_at=now + life)
    row.sealed = vault.current().seal(content, row.id, now.date())
    with door_session() as session, db.transaction("challenge.make", session):
        session.add(row)
    return handle


def look(kind: str, handle: str, now: datetime, staff_id: UUID | None = None) -> Any:
    """The question, which stays; None where there is none of this kind for this person any more."""
    with door_session() as session, db.transaction("challenge.look", session):
        row = _find(session, kind, handle, now, staff_id)
        return _opened(row) if row else None


def take(kind: str, handle: str, now: datetime, staff_id: UUID | None = None) -> Any:
    """The question, for the one time; None where it was answered before, has expired, or is somebody else's."""
    with door_session() as session, db.transaction("challenge.take", session):
        row = _find(session, kind, handle, now, staff_id)
        if row is None:
            return None
        session.delete(row)
        return _opened(row)


def _find(session: Session, kind: str, handle: str, now: datetime, staff_id: UUID | None) -> Challenge | None:
    found = select(Challenge).where(Challenge.handle_hash == digest(handle), Challenge.kind == kind)
    whose = Challenge.staff_id == staff_id if staff_id else Challenge.staff_id.is_(None)
    return session.scalar(found.where(whose, Challenge.expires_at > now).with_for_update())


def _opened(row: Challenge) -> Any:
    return vault.current().open(row.sealed, row.id)
