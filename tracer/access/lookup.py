"""The one place that finds a record for somebody whose work it is not: by exactly what they were told.

It asks past the row rules, by equality only. On PostgreSQL the view `record_lookup` sees past the policies for
us, yields nothing but what is asked for in this transaction, and nothing to whoever may not break the glass;
elsewhere this module is the guard. What is found here opens nothing: only a grant does.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, String, Uuid, column, func, select, table
from sqlalchemy.orm import Session

from tracer.access import actor, clearance
from tracer.access.permissions import Permission, may
from tracer.faults import NotFound
from tracer.models.base import Moment

# More records than this of one human being are not shown: the newest are meant.
MOST = 10
_VIEW = table(
    "record_lookup",
    column("entity", String()),
    column("record_id", Uuid()),
    column("reference", String()),
    column("lookup_key", LargeBinary()),
    column("person_id", Uuid()),
    column("task_id", Uuid()),
    column("created_at", Moment()),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One record: which table and id, its reference, whose it is, and the household's task of a contact."""

    entity: str
    record_id: UUID
    reference: str
    person_id: UUID
    task_id: UUID | None
    created_at: datetime


def by_reference(session: Session, reference: str) -> list[Hit]:
    """The record of a reference, as a list of one, or nothing."""
    return _ask(session, _VIEW.c.reference == reference, {"tracer.lookup_reference": reference})


def by_key(session: Session, key: bytes) -> list[Hit]:
    """The records of the people with this `lookup_key`, the newest first."""
    return _ask(session, _VIEW.c.lookup_key == key, {"tracer.lookup_key": key.hex()})


def alone(session: Session) -> None:
    """Let one lookup of the same person wait for the other, so that their misses are counted and not outrun.

    SQLite's transactions stand in line already.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(actor.staff_id(session)), 0))))


def _ask(session: Session, asked: object, settings: dict[str, str]) -> list[Hit]:
    who = actor.of(session)
    if not may(who.role, Permission.GLASS_BREAK, who.scope) or not clearance.is_cleared(session):
        raise NotFound
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _set(connection, {"tracer.actor": str(who.id), **settings})
    columns = [_VIEW.c[name] for name in Hit.__slots__]
    query = select(*columns).where(asked).order_by(_VIEW.c.created_at.desc()).limit(MOST)  # type: ignore[arg-type]
    found = [Hit(*row) for row in connection.execute(query)]
    if connection.dialect.name == "postgresql":
        _set(connection, dict.fromkeys(settings, ""))
    return found


def _set(connection: Connection, settings: dict[str, str]) -> None:
    """For this transaction only: the next borrower of the connection finds nothing."""
    connection.execute(select(*[func.set_config(name, value, True) for name, value in settings.items()]))
