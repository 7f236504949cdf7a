"""The audit: a row for each thing read or changed, in the transaction that does it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import event, insert, inspect, text
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker

from tracer import clock
from tracer.access import actor, chain
from tracer.models import (
    Answer,
    AnswerPiece,
    AuditEvent,
    AuditGap,
    AuditSeal,
    Base,
    Challenge,
    IntakePiece,
    IntakeUpload,
    WatchMark,
    WatchMemory,
)

# An answer is its own record of who gave what when, appended only; the audit does not write it twice. What waits
# to be loaded is nobody's to read, and its intake is on record. What the watch remembers is made from the audit itself.
# A piece of an export is part of the export, which is on record.
# A challenge says nothing that the proof, or its refusal, does not.
UNAUDITED = (
    *(AuditEvent, AuditGap, AuditSeal, Answer, AnswerPiece, Challenge, IntakePiece, IntakeUpload),
    *(WatchMark, WatchMemory),
)
# Columns whose change tells nothing: the save counter, when a cookie or token was last seen, what follows from another.
SILENT = {"version", "seen_at", "used_at", "urgent_at"}
# Neither reads the new rows back: the door may write the audit, and not read it.
_ENTER = insert(AuditEvent).inline()
# On PostgreSQL. A case with its contacts is fifty events: one statement with all of them spares fifty journeys, and
# costs one event by itself a tenth more.
_ENTER_AT_ONCE = text(
    """INSERT INTO audit_event (at, actor_id, actor_kind, action, did, entity, entity_id, fields, stamp)
    SELECT at, actor_id, actor_kind, action, did, entity, entity_id, coalesce(fields, 'null'), decode(stamp, 'hex')
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS one(at timestamptz, actor_id uuid, actor_kind text,
        action text, did text, entity text, entity_id text, fields jsonb, stamp text)"""
)


class _Event(NamedTuple):
    """What an event says before it is stamped."""

    at: datetime
    actor_id: UUID | None
    actor_kind: str
    action: str
    did: str
    entity: str
    entity_id: str
    fields: list[str] | None


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
    new = _Event(clock.now(), who.id, who.kind, action, did, entity, str(entity_id), fields)
    return {**new._asdict(), "stamp": chain.stamp(new)}


def read(
    session: Session, records: Iterable[Base], fields: list[str] | None = None, *, whole: Iterable[Base] = ()
) -> None:
    """Put on record that these were read: of some the `fields`, of others the `whole`.

    First this, then the data: no audit row, no data.
    """
    parts = [(one, None) for one in whole] + [(one, fields) for one in records]
    _write(session, [event_row(session, "read", one.__tablename__, _key(one), what) for one, what in parts])


def note(session: Session, did: str, entity: str, entity_id: object, fields: list[str] | None = None) -> None:
    """Put something on record that touches no row of its own: a refused sign-in, an export."""
    _write(session, [event_row(session, did, entity, entity_id, fields)])


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER_AT_ONCE, {"rows": json.dumps(rows, default=_in_json)})
    else:
        connection.execute(_ENTER, rows)


def _in_json(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _changes(session: Session, _: UOWTransaction) -> None:
    rows = []
    for did, records in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
        for record in records:
            if isinstance(record, UNAUDITED):
                continue
            fields = _changed_fields(record) if did == "changed" else None
            if fields != []:
                rows.append(event_row(session, did, record.__tablename__, _key(record), fields))
    _write(session, rows)


def _changed_fields(record: Base) -> list[str]:
    state = inspect(record)
    columns = {attribute.key for attribute in state.mapper.column_attrs} - SILENT
    return sorted(key for key in columns if state.attrs[key].history.has_changes())


def _key(record: Base) -> str:
    return "/".join(str(part) for part in inspect(record).mapper.primary_key_from_instance(record))
