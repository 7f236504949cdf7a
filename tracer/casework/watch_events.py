"""From rows of the audit to the events that the watch judges: about which record, and by which task.

Whole batches are looked up at once: some ten statements for two thousand events.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from tracer.casework import people
from tracer.models import Assignment, Attempt, Canary, Case, Contact, Flag, Interview, Person, Staff, Task, TaskKind
from tracer.watch.event import Event, Kind

# What is read in the moment in which a task is finished or handed back still belongs to it.
_JUST = timedelta(seconds=5)
# How the audit names an exact search that led to a broken glass, and one that found nobody.
_HIT, _MISS = ("glass.break", "added", "grant_record"), ("glass.look_up", "missed", "record_lookup")


class _Held(NamedTuple):
    """A task that somebody held, from when until when."""

    task_id: UUID
    case_id: UUID | None
    from_at: Any
    until_at: Any


def number(record: UUID) -> int:
    """A record as the number that the watch knows it by: the random end of its id, exact in JSON."""
    return record.int & (1 << 52) - 1


class Events:
    """The events among a batch of audit rows, in the rows' order, and the staff whose they are."""

    def __init__(self, session: Session, rows: Sequence[Row[Any]]) -> None:
        self.session = session
        mine = [(row, kind) for row in rows if row.actor_id and (kind := _kind(row)) is not None]
        self.staff = self._staff({row.actor_id for row, _ in mine})
        mine = [(row, kind) for row, kind in mine if row.actor_id in self.staff]
        shown = {UUID(row.entity_id) for row, kind in mine if kind in (Kind.READ, Kind.REVEAL)}
        self._about(shown)
        self._holdings(mine)
        self._tasks(mine)
        made = [self._event(row, kind) for row, kind in mine]
        self.all: list[Event] = [event for event in made if event is not None]

    def _staff(self, ids: set[UUID]) -> dict[str, Staff]:
        found = self.session.scalars(select(Staff).where(Staff.id.in_(ids))) if ids else ()
        return {one.id: one for one in found}  # type: ignore[misc]

    def _about(self, shown: set[UUID]) -> None:
        """What the people who were shown are: cases, contacts, canaries, and their family names' keys."""
        self.cases: dict[UUID, list[UUID]] = defaultdict(list)
        self.contacts: dict[UUID, list[tuple[UUID, UUID | None]]] = defaultdict(list)
        self.surnames: dict[UUID, bytes | None] = {}
        self.canaries: set[UUID] = set()
        if not shown:
            return
        for person_id, case_id in self.session.execute(
            select(Case.person_id, Case.id).where(Case.person_id.in_(shown)).order_by(Case.created_at.desc())
        ):
            self.cases[person_id].append(case_id)
        columns = select(Contact.person_id, Contact.case_id, Contact.alert_task_id)
        called_for = select(Contact.person_id, Contact.case_id, Flag.task_id).join(Flag, Flag.contact_id == Contact.id)
        for query in (columns, called_for):
            for person_id, case_id, task_id in self.session.execute(query.where(Contact.person_id.in_(shown))):
                self.contacts[person_id].append((case_id, task_id))
        named = self.session.execute(select(Person.id, Person.surname_key).where(Person.id.in_(shown)))
        self.surnames = {row[0]: row[1] for row in named}
        set_ones = select(Canary.person_id).where(Canary.person_id.in_(shown), Canary.retired_at.is_(None))
        self.canaries = {one for one in self.session.scalars(set_ones) if one is not None}

    def _holdings(self, mine: Sequence[tuple[Row[Any], Kind]]) -> None:
        """Which tasks the actors held in the time of the batch."""
        self.held: dict[UUID, list[_Held]] = defaultdict(list)
        actors = {row.actor_id for row, kind in mine if kind in (Kind.READ, Kind.REVEAL)}
        if not actors:
            return
        first, last = min(row.at for row, _ in mine) - _JUST, max(row.at for row, _ in mine)
        query = select(Assignment.staff_id, Task.id, Task.kind, Task.case_id, Assignment.from_at, Assignment.until_at)
        query = query.join(Task, Task.id == Assignment.task_id).where(
            Assignment.staff_id.in_(actors),
            Assignment.from_at <= last,
            or_(Assignment.until_at.is_(None), Assignment.until_at >= first),
        )
        for staff_id, task_id, kind, case_id, from_at, until_at in self.session.execute(query):
            case = case_id if kind is not TaskKind.ALERT else None
            self.held[staff_id].append(_Held(task_id, case, from_at, until_at))

    def _tasks(self, mine: Sequence[tuple[Row[Any], Kind]]) -> None:
        """The record of each task that was worked on or handed back."""
        ids: dict[str, set[UUID]] = defaultdict(set)
        for row, kind in mine:
            if kind in (Kind.WORK, Kind.RETURN):
                ids[row.entity].add(UUID(row.entity_id))
        self.records: dict[UUID, int] = {}
        models: tuple[Any, ...] = (Attempt, Interview)
        for model in models:
            if wanted := ids[model.__tablename__]:
                query = select(model.id, Task.id, Task.kind, Task.case_id).join(Task, Task.id == model.task_id)
                self._keep(self.session.execute(query.where(model.id.in_(wanted))))
        if wanted := ids[Task.__tablename__]:
            query = select(Task.id, Task.id.label("task"), Task.kind, Task.case_id).where(Task.id.in_(wanted))
            self._keep(self.session.execute(query))

    def _keep(self, rows: Iterable[Any]) -> None:
        for row in rows:
            of, task_id, kind, case_id = row
            self.records[of] = number(case_id if kind is not TaskKind.ALERT and case_id else task_id)

    def _event(self, row: Row[Any], kind: Kind) -> Event | None:
        at, who = row.at.timestamp(), row.actor_id
        if kind is Kind.LOOKUP:
            return Event(row.id, at, who, kind, found=row.did == _HIT[1])
        about = UUID(row.entity_id)
        if kind in (Kind.WORK, Kind.RETURN):
            record = self.records.get(about)
            return Event(row.id, at, who, kind, record) if record is not None else None
        return self._shown(row, kind, about)

    def _shown(self, row: Row[Any], kind: Kind, person_id: UUID) -> Event:
        who: Any = row.actor_id
        record, theirs = self._record(who, person_id, row.at)
        part = row.fields[0] if kind is Kind.REVEAL and row.fields else ""
        surname = self.surnames.get(person_id)
        own = surname is not None and surname == people.surname_key(self.staff[who].family_name)
        canary = person_id in self.canaries
        return Event(
            row.id, row.at.timestamp(), who, kind, record, number(person_id), theirs, part, canary, own and not theirs
        )

    def _record(self, who: UUID, person_id: UUID, at: Any) -> tuple[int, bool]:
        """The record that a person was shown as, and whether by a task that the reader held then.

        Of a person without any record (joined with another meanwhile, or disposed of) nothing can be said.
        """
        cases, contacts = self.cases.get(person_id, []), self.contacts.get(person_id, [])
        about = {*cases, *[case for case, _ in contacts]}
        tasks = {task for _, task in contacts}
        for held in self.held.get(who, ()):
            within = held.from_at <= at and (held.until_at is None or at <= held.until_at + _JUST)
            if within and (held.case_id in about or (held.case_id is None and held.task_id in tasks)):
                return number(held.case_id or held.task_id), True
        if not about:
            return number(person_id), True
        return number(cases[0] if cases else contacts[0][0]), False


def _kind(row: Row[Any]) -> Kind | None:
    """What an audit row is to the watch; None for what it does not judge."""
    if row.entity == Person.__tablename__ and row.did == "read":
        return Kind.REVEAL if row.fields and row.fields != ["identity"] else Kind.READ
    if row.entity == Attempt.__tablename__ or row.entity == Interview.__tablename__:
        return Kind.WORK if row.did in ("added", "changed") else None
    if row.entity == Task.__tablename__ and row.did == "changed":
        if row.action == "task.hand_back":
            return Kind.RETURN
        return Kind.WORK if row.action.startswith(("interview.", "attempt.")) else None
    if (row.action, row.did, row.entity) in (_HIT, _MISS):
        return Kind.LOOKUP
    return None
