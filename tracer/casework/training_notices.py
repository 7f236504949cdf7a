"""The notices of a training session: one mailbox each, entered by the thousand in one transaction, as SYSTEM."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracer.casework import notices
from tracer.casework.entering import enter
from tracer.ids import new_id
from tracer.models import (
    MailingKind,
    Notice,
    SeatState,
    Staff,
    TrainingMailing,
    TrainingSeat,
    TrainingSession,
)


def details(one: TrainingSession, given_name: str) -> dict[str, Any]:
    """What the wording may say: the first name and the session; how to get in stands on the person's own page."""
    return {
        "given_name": given_name,
        "session": one.title,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "why": one.cancelled_why or "",
        "page": f"training/sessions/{one.id}",
    }


def owe(session: Session, mailing: TrainingMailing, one: TrainingSession, people: Sequence[Any], now: datetime) -> None:
    """Seats of those who are invited now, and a notice each; each is on record."""
    if mailing.kind is MailingKind.INVITATION:
        enter(session, TrainingSeat, [_seat(one, person, now) for person in people])
    enter(session, Notice, [_row(mailing, one, person, now) for person in people])


def owe_one(session: Session, kind: str, one: TrainingSession, person: Staff, now: datetime) -> None:
    """A notice to one person about their own seat."""
    notices.owe_staff(session, kind, person, details(one, person.given_name), now)


def _row(mailing: TrainingMailing, one: TrainingSession, person: Any, now: datetime) -> dict[str, Any]:
    kind, key = f"training-{mailing.kind.value}", f"training/{mailing.id}/{person.id}"
    row = notices.staff_row(kind, person.id, person.email, details(one, person.given_name), now, key)
    return row | {"mailing_id": mailing.id}


def _seat(one: TrainingSession, person: Any, now: datetime) -> dict[str, Any]:
    known = {"id": new_id(), "training_session_id": one.id, "staff_id": person.id, "version": 1}
    return known | {"state": SeatState.INVITED, "invited_at": now}
