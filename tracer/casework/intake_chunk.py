"""One chunk of a batch: rows that passed their checks become people, cases and tasks, or join what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import postcode
from tracer.access import audit
from tracer.access.bulk import insert_rows
from tracer.casework import cases, conflicts, intake_fill, people
from tracer.casework.intake_match import Known, Matches, compared, somebody_else
from tracer.casework.teams import Pools
from tracer.ids import new_reference
from tracer.models import AuditEvent, Case, Person, Task
from tracer.schemas.case_batch import CaseRow
from tracer.schemas.identity import Identity

# A second positive test of one person for one disease within 8 weeks is the same episode.
EPISODE = timedelta(weeks=8)
_IDENTITY = (
    *("given_name", "family_name", "date_of_birth", "nhs_number", "phone", "phone_2", "email"),
    *("address_line_1", "address_line_2", "town", "postcode", "record_id"),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that passed its checks: its line in the file, its cells as they came, what they mean, its key."""

    line: int
    cells: dict[str, str]
    row: CaseRow
    record_key: bytes

    @property
    def identity(self) -> Identity:
        """Who the row is about."""
        known = {name: getattr(self.row, name) for name in _IDENTITY}
        return Identity(**{name: value for name, value in known.items() if value is not None})


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a chunk."""

    loaded: int = 0
    joined: int = 0
    foreign: list[Arrival] = field(default_factory=list)  # a known record_id, another person


@dataclass(slots=True)
class _New:
    people: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)


class Chunks:
    """Takes the chunks of one intake in turn; a SYSTEM session, inside its transaction."""

    def __init__(self, session: Session, intake_id: UUID, disease: str, now: datetime) -> None:
        self._session, self._intake_id, self._disease, self._now = session, intake_id, disease, now
        self._pools = Pools(session)

    def take(self, arrivals: Sequence[Arrival]) -> Outcome:
        """Load or join each row; those under somebody else's record_id come back untouched."""
        outcome, known = Outcome(), self._known(arrivals)
        newcomers: list[Arrival] = []
        fills: list[tuple[UUID, CaseRow]] = []
        for arrival in arrivals:
            case = known.get(arrival.record_key)
            if case is None:
                newcomers.append(arrival)
            elif somebody_else(tuple(case[-4:]), compared(people.keys(arrival.identity, arrival.row.birth_year))):
                outcome.foreign.append(arrival)
            else:
                outcome.joined += 1
                if intake_fill.fills(case, arrival.row):
                    fills.append((case.id, arrival.row))
        self._newcomers(newcomers, outcome, fills)
        intake_fill.dates(self._session, fills)
        return outcome

    def _known(self, arrivals: Sequence[Arrival]) -> dict[bytes, Any]:
        """The cases that these record ids brought before, with their people's keys at the end of each row."""
        keys = (Person.nhs_number_key, Person.name_birth_key, Person.phone_key, Person.email_key)
        dates = (Case.result_date, Case.onset_date, Case.outcome)
        query = select(Case.record_key, Case.id, *dates, *keys).join(Person, Person.id == Case.person_id)
        query = query.where(Case.record_key.in_([one.record_key for one in arrivals]))
        rows: Sequence[Any] = self._session.execute(query).all()
        return {row.record_key: row for row in rows}

    def _newcomers(self, newcomers: Sequence[Arrival], outcome: Outcome, fills: list[tuple[UUID, CaseRow]]) -> None:
        given = [self._person(arrival) for arrival in newcomers]
        matches, new = Matches(self._session, given), _New()
        found = [matches.find(person) for person in given]
        episodes = _Episodes(self._session, self._disease, {one.id for one in found if one})
        learnt: dict[UUID, list[Identity]] = {}
        keys: dict[UUID, set[bytes]] = {}
        for arrival, person in zip(newcomers, given, strict=True):
            match = matches.find(person)  # again: it may be somebody of this chunk
            if match is None:
                new.people.append(person)
                matches.add(person)
            else:
                if match.lacks(person):
                    learnt.setdefault(match.id, []).append(arrival.identity)
                person = match.completing(person)
            person_id: UUID = person["id"]
            keys.setdefault(person_id, set()).update(_compared(person, match))
            episode = episodes.of(person_id, arrival.row.specimen_date)
            if episode is not None:
                outcome.joined += 1
                fills.append((episode, arrival.row))
                continue
            case_id = self._open(arrival, person, new)
            episodes.add(person_id, arrival.row.specimen_date, case_id)
            outcome.loaded += 1
        self._insert(new)
        intake_fill.identities(self._session, learnt, self._now)
        self._keep_apart(keys)

    def _keep_apart(self, keys: Mapping[UUID, set[bytes]]) -> None:
        """Nobody is given their own, their household's or a colleague's record: not for a moment."""
        ours = conflicts.owners(self._session, set().union(*keys.values()))
        conflicts.refresh(self._session, [person_id for person_id, own in keys.items() if not own.isdisjoint(ours)])

    def _person(self, arrival: Arrival) -> dict[str, Any]:
        row = arrival.row
        known = people.values(
            arrival.identity,
            self._now,
            birth_year=row.birth_year,
            sex=row.sex,
            area=postcode.outward(row.postcode) if row.postcode else None,
            language=row.language,
        )
        return {**known, "compared_at": self._now}  # in this transaction: see `_keep_apart`

    def _open(self, arrival: Arrival, person: dict[str, Any], new: _New) -> UUID:
        row = arrival.row
        case, task = cases.opening(
            person["id"],
            disease=self._disease,
            specimen_date=row.specimen_date,
            pool_id=self._pools.of(person["area"]),
            now=self._now,
            onset_date=row.onset_date,
            setting=row.setting,
            birth_year=person["birth_year"],
            area=person["area"],
            language=person["language"],
            result_date=row.result_date,
            test_type=row.test_type,
            lab_code=row.lab_code,
            record_key=arrival.record_key,
            intake_id=self._intake_id,
        )
        task["household_key"] = person["address_key"]
        new.cases.append(case)
        new.tasks.append(task)
        case_id: UUID = case["id"]
        return case_id

    def _insert(self, new: _New) -> None:
        session = self._session
        self._tell_apart(new.cases)
        insert_rows(session, Person, new.people)
        insert_rows(session, Case, new.cases)
        insert_rows(session, Task, new.tasks)
        # One event a case: a new person comes with theirs, and the case names the intake.
        added = [audit.event_row(session, "added", Case.__tablename__, one["id"], None) for one in new.cases]
        insert_rows(session, AuditEvent, added)

    def _tell_apart(self, new: list[dict[str, Any]]) -> None:
        """Give another reference to a case whose own is taken: among a million, two are alike more often than not."""
        given = select(Case.reference).where(Case.reference.in_([case["reference"] for case in new]))
        taken = set(self._session.scalars(given)) if new else set()
        for case in new:
            while case["reference"] in taken:
                case["reference"] = new_reference()
            taken.add(case["reference"])


def _compared(person: Mapping[str, Any], match: Known | None) -> set[bytes]:
    """The keys by which a person is compared with the staff: the row's, and those that we have."""
    columns = [column.key for column in conflicts.COLUMNS]
    found = [*(person[name] for name in columns), *(match.keys.values() if match else ())]
    return {key for key in found if key is not None}


class _Episodes:
    """Which case of a person a specimen's day falls to, if any: within 8 weeks, the nearest."""

    def __init__(self, session: Session, disease: str, person_ids: set[UUID]) -> None:
        self._of: dict[UUID, list[tuple[date, UUID]]] = {}
        query = select(Case.person_id, Case.specimen_date, Case.id).where(Case.disease == disease)
        if person_ids:
            for person_id, specimen, case_id in session.execute(query.where(Case.person_id.in_(person_ids))):
                self.add(person_id, specimen, case_id)

    def add(self, person_id: UUID, specimen: date, case_id: UUID) -> None:
        self._of.setdefault(person_id, []).append((specimen, case_id))

    def of(self, person_id: UUID, specimen: date) -> UUID | None:
        near = [(abs(day - specimen), str(case_id), case_id) for day, case_id in self._of.get(person_id, ())]
        near = [one for one in near if one[0] <= EPISODE]
        return min(near)[2] if near else None
