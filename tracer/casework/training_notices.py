"""The notices of a training session: one mailbox each, entered by the thousand in one transaction, as SYSTEM."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import audit
from tracer.access.bulk import insert_rows
from tracer.ids import new_id
from tracer.models import (
    AuditEvent,
    Channel,
    MailingKind,
    Notice,
    NoticeState,
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
        seats = [_seat(one, person, now) for person in people]
        insert_rows(session, TrainingSeat, seats)
        _on_record(session, TrainingSeat.__tablename__, seats)
    sealed_on, kind = now.date(), f"training-{mailing.kind.value}"
    rows = []
    for person in people:
        made, key = new_id(), f"training/{mailing.id}/{person.id}"
        document = {"to": person.email, "details": details(one, person.given_name)}
        sealed = vault.current().seal(document, made, sealed_on)
        rows.append(_row(made, key, kind, person.id, sealed, now) | {"mailing_id": mailing.id})
    insert_rows(session, Notice, rows)
    _on_record(session, Notice.__tablename__, rows)


def owe_one(
    session: Session, kind: str, one: TrainingSession, seat: TrainingSeat, person: Staff, now: datetime
) -> None:
    """A notice to one person about their own seat."""
    made = new_id()
    document = {"to": person.email, "details": details(one, person.given_name)}
    sealed = vault.current().seal(document, made, now.date())
    session.add(Notice(**_row(made, f"{kind}/{seat.id}/{made}", kind, person.id, sealed, now)))


def _seat(one: TrainingSession, person: Any, now: datetime) -> dict[str, Any]:
    known = {"id": new_id(), "training_session_id": one.id, "staff_id": person.id, "version": 1}
    return known | {"state": SeatState.INVITED, "invited_at": now}


def _row(made: Any, key: str, kind: str, staff_id: Any, sealed: bytes, now: datetime) -> dict[str, Any]:
    row = {"id": made, "key": key, "kind": kind, "channel": Channel.EMAIL, "staff_id": staff_id, "sealed": sealed}
    return row | {"state": NoticeState.WAITING, "tries": 0, "next_try_at": now, "created_at": now}


def _on_record(session: Session, table: str, rows: Sequence[dict[str, Any]]) -> None:
    events = [audit.event_row(session, "added", table, row["id"], None) for row in rows]
    insert_rows(session, AuditEvent, events)
