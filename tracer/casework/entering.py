"""Entering many rows of one table, each on record: in bulk as SYSTEM, under the row rules as anybody else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tracer.access import actor, audit
from tracer.access.bulk import insert_rows
from tracer.models import AuditEvent, Base


def enter(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Enter rows that all have the same columns, `id` among them, in the session's transaction."""
    if not actor.of(session).is_system:
        session.add_all(model(**row) for row in rows)
        session.flush()
        return
    insert_rows(session, model, rows)
    events = [audit.event_row(session, "added", model.__tablename__, row["id"], None) for row in rows]
    insert_rows(session, AuditEvent, events)
