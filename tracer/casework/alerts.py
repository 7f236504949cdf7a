"""Alerts: what the privacy officer makes of one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, contains_eager

from tracer import vault
from tracer.access import actor
from tracer.casework.records import session_of
from tracer.faults import Conflict, NotFound, Refused
from tracer.models import Alert, AlertState

MOST = 100


def listed(session: Session) -> list[Alert]:
    """Open ones first, the newest first of each."""
    decided = case((Alert.state == AlertState.OPEN, 0), else_=1)
    query = _with_staff().order_by(decided, Alert.last_at.desc(), Alert.id)
    return list(session.scalars(query.limit(MOST)))


def get(session: Session, alert_id: UUID) -> Alert:
    """One alert with the person it is about; NotFound for anybody but a privacy officer."""
    found = session.scalar(_with_staff().where(Alert.id == alert_id))
    if found is None:
        raise NotFound
    return found


def _with_staff() -> Select[Alert]:
    """By an inner join: the row rule of staff does not hold under the alias of an outer one."""
    return select(Alert).join(Alert.staff).options(contains_eager(Alert.staff))


def decide(alert: Alert, state: AlertState, note: str, now: datetime) -> None:
    """Explained, misuse confirmed, or dismissed, and why. Decided once: a later view is a new note elsewhere."""
    session = session_of(alert)
    if alert.staff_id == actor.staff_id(session):
        raise Refused("Another privacy officer decides about your own account.")
    if alert.state is not AlertState.OPEN:
        raise Conflict("This alert was decided already.")
    alert.state, alert.decided_by_id, alert.decided_at = state, actor.staff_id(session), now
    alert.sealed_note = vault.current().seal(note, alert.id, now.date())


def note_of(alert: Alert) -> str:
    """The note of a decided alert."""
    opened: Any = vault.current().open(alert.sealed_note, alert.id) if alert.sealed_note else ""
    return str(opened)
