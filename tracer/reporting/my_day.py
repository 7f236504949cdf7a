"""What one of the staff did on a day, from the audit, with the references of the records that are still theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import AuditEvent, Case, Contact
from tracer.reporting import events
from tracer.reporting.events import Wanted


@dataclass(frozen=True, slots=True)
class Record:
    """A case or a contact that an event was about, while it is within reach."""

    is_case: bool
    id: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class Day:
    """A page of a day, the newest first: each event with its record; how much there is of the whole day."""

    lines: list[tuple[AuditEvent, Record | None]]
    more: bool
    read: int
    changed: int


def of_actor(session: Session, day: date, before: int | None) -> Day:
    """What the actor did on a London day; `before` is the last event of the page before."""
    mine = Wanted(staff=actor.staff_id(session), day=day, before=before)
    found = events.search(session, mine)
    shown = found[: events.PAGE]
    records = _records(session, shown)
    lines = [(event, records.get(event.entity_id)) for event in shown]
    whole = Wanted(staff=mine.staff, day=day)
    reads, changes = (events.count(session, replace(whole, did=did)) for did in ("read", "change"))
    return Day(lines, len(found) > len(shown), reads, changes)


def _records(session: Session, shown: Sequence[AuditEvent]) -> dict[str, Record]:
    """By the id of the record or of its person; the row rules leave out what is not the actor's any more."""
    ids = {UUID(one.entity_id) for one in shown if one.entity in {"case_record", "contact", "person"}}
    found: dict[str, Record] = {}
    for model in (Case, Contact) if ids else ():
        query = select(model.id, model.person_id, model.reference)
        for record_id, person_id, reference in session.execute(
            query.where(or_(model.id.in_(ids), model.person_id.in_(ids)))
        ):
            record = Record(model is Case, record_id, reference)
            found |= {str(record_id): record, str(person_id): record}
    return found
