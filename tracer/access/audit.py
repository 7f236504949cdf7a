"""The audit: a row for each thing read or changed, in the transaction that does it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker

from tracer import clock
from tracer.access import actor
from tracer.models import Answer, AuditEvent, Base, IntakePiece, IntakeUpload

# An answer is its own record of who gave what when, appended only; the audit does not write it twice. What waits
# to be loaded is nobody's to read, and its intake is on record.
UNAUDITED = (AuditEvent, Answer, IntakePiece, IntakeUpload)
# Columns whose change tells nothing: the save counter, and when a cookie or token was last seen.
SILENT = {"version", "seen_at", "used_at"}
# Without reading the new row back: the door may write the audit, and not read it.
_ENTER = insert(AuditEvent).inline()


def install(maker: "sessionmaker[Session]") -> None:
    """Write the audit of every session that the maker makes."""
    if not event.contains(maker, "after_flush", _changes):
        event.listen(maker, "after_flush", _changes)


def event_row(session: Session, did: str, entity: str, entity_id: object, fields: list[str] | None) -> dict[str, Any]:
    """One event as a row, for whoever inserts many at once (an intake)."""
    who = actor.of(session)
    action = session.info.get("action")
    if action is None:
        raise RuntimeError("Nothing is read or changed on record outside db.transaction(action).")
    return {
        "at": clock.now(),
        "actor_id": who.id,
        "actor_kind": who.kind,
        "action": action,
        "did": did,
        "entity": entity,
        "entity_id": str(entity_id),
        "fields": fields,
    }


def read(session: Session, records: Iterable[Base], fields: list[str] | None = None) -> None:
    """Put on record that these were read. First this, then the data: no audit row, no data."""
    rows = [event_row(session, "read", record.__tablename__, _key(record), fields) for record in records]
    if rows:
        session.connection().execute(_ENTER, rows)


def note(session: Session, did: str, entity: str, entity_id: object) -> None:
    """Put something on record that touches no row of its own: a refused sign-in, an export."""
    session.connection().execute(_ENTER, [event_row(session, did, entity, entity_id, None)])


def _changes(session: Session, _: UOWTransaction) -> None:
    rows = []
    for did, records in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
        for record in records:
            if isinstance(record, UNAUDITED):
                continue
            fields = _changed_fields(record) if did == "changed" else None
            if fields != []:
                rows.append(event_row(session, did, record.__tablename__, _key(record), fields))
    if rows:
        session.connection().execute(_ENTER, rows)


def _changed_fields(record: Base) -> list[str]:
    state = inspect(record)
    columns = {attribute.key for attribute in state.mapper.column_attrs} - SILENT
    return sorted(key for key in columns if state.attrs[key].history.has_changes())


def _key(record: Base) -> str:
    return "/".join(str(part) for part in inspect(record).mapper.primary_key_from_instance(record))
