"""The audit, searched: who read and changed what, newest first, by a record, a person or a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from tracer.access.on_record import Keys
from tracer.clock import LONDON
from tracer.models import AuditEvent, Base, Staff

PAGE = 100
DID = {"": "Everything", "read": "Reading", "change": "Changing"}
# Every table by name: an id alone is looked for under each, so that the index by entity and id is used.
TABLES = sorted(mapper.class_.__tablename__ for mapper in Base.registry.mappers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of these keys, by this person, on this London day; `before` is the last event shown."""

    keys: Keys | None = None
    staff: UUID | None = None
    day: date | None = None
    did: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who read a record: how many times, first and last."""

    staff: Staff | None
    times: int
    first: datetime
    last: datetime


def of_id(key: str) -> Keys:
    """The keys of an id, whichever table it is in."""
    return {table: [key] for table in TABLES}


def search(session: Session, wanted: Wanted) -> list[AuditEvent]:
    """A page of events; one more than PAGE tells of a next page."""
    query = _narrowed(select(AuditEvent), wanted)
    last = session.get(AuditEvent, wanted.before) if wanted.before else None
    if last is not None:
        query = query.where(tuple_(AuditEvent.at, AuditEvent.id) < (last.at, last.id))
    return list(session.scalars(query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(PAGE + 1)))


def count(session: Session, wanted: Wanted) -> int:
    """How many there are, on all pages."""
    return session.scalar(_narrowed(select(func.count(AuditEvent.id)), wanted)) or 0


def is_there(session: Session, event_id: int) -> bool:
    """Whether there is such an event, for this actor; a page does not go on from one that is not."""
    return session.get(AuditEvent, event_id) is not None


def extent(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many events there are of this kind, and the id of the last."""
    query = _narrowed(select(func.count(AuditEvent.id), func.max(AuditEvent.id)), wanted)
    rows, last = session.execute(query).one()
    return rows, last or 0


def whole(session: Session, wanted: Wanted, upto: int, most: int) -> list[AuditEvent]:
    """All events of this kind up to the id `upto`, newest first; one more than `most` tells of too many."""
    query = _narrowed(select(AuditEvent), wanted).where(AuditEvent.id <= upto)
    return list(session.scalars(query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(most + 1)))


def _narrowed(query: Any, wanted: Wanted) -> Any:
    if wanted.keys is not None:
        query = query.where(_about(wanted.keys))
    if wanted.staff is not None:
        query = query.where(AuditEvent.actor_id == wanted.staff)
    if wanted.day is not None:
        start = datetime.combine(wanted.day, datetime.min.time(), LONDON)
        end = datetime.combine(wanted.day + timedelta(days=1), datetime.min.time(), LONDON)
        query = query.where(AuditEvent.at >= start, AuditEvent.at < end)
    if wanted.did:
        query = query.where(AuditEvent.did == "read" if wanted.did == "read" else AuditEvent.did != "read")
    return query


def readers(session: Session, keys: Keys) -> list[Reader]:
    """Who read a record, the last first."""
    last = func.max(AuditEvent.at)
    query = select(AuditEvent.actor_id, func.count(), func.min(AuditEvent.at), last).group_by(AuditEvent.actor_id)
    found: list[Any] = list(session.execute(query.where(_about(keys), AuditEvent.did == "read").order_by(last.desc())))
    people = staff_by_id(session, {row[0] for row in found if row[0]})
    return [Reader(people.get(who), times, first, at) for who, times, first, at in found]


def staff_by_id(session: Session, ids: set[UUID]) -> dict[UUID, Staff]:
    """The staff of these ids, to name them by."""
    return {one.id: one for one in session.scalars(select(Staff).where(Staff.id.in_(ids)))}


def _about(keys: Keys) -> ColumnElement[bool]:
    return or_(*[and_(AuditEvent.entity == table, AuditEvent.entity_id.in_(ids)) for table, ids in keys.items()])
