"""An interview that is open in one request: what was written, what the record tells, and the run that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracer.access import actor
from tracer.casework import interview_facts, interview_memory, records, scripts
from tracer.casework.interview_facts import Basis
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import NotFound, Refused
from tracer.interview import record
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.ledger import Entry, Ledger
from tracer.models import Case, Contact, Interview, Task, TaskState

NOT_HELD = "Only whoever holds the task does its interview. Take the task first."


@dataclass(frozen=True)
class Sitting:
    """One interview as it stands at this moment. Writing to it makes another sitting."""

    interview: Interview
    task: Task
    compiled: Compiled
    basis: Basis
    ledger: Ledger
    settings: Mapping[str, str]
    today: date
    run: Run = field(init=False)

    def __post_init__(self) -> None:
        answers, disputed = self.ledger.answers(), self.ledger.disputed()
        plain = {**self.basis.facts, **self.settings, "today": self.today}
        begun = Run(self.compiled, answers, plain, self.today, disputed)
        told = record.one(begun, "case.onset_date") if self.basis.specimen else None
        onset = date.fromisoformat(told) if told else None
        facts = {**plain, **self.basis.dated(onset, self.today)}
        object.__setattr__(self, "run", Run(self.compiled, answers, facts, self.today, disputed))

    def with_entries(self, entries: Iterable[Entry]) -> "Sitting":
        """The sitting with these rows too."""
        return replace(self, ledger=self.ledger.with_entries(entries))


def read(session: Session, interview_id: UUID, settings: Mapping[str, str], now: datetime) -> Sitting:
    """Open an interview to be looked at. It opens the person's identity, on record.

    `settings` has service.name and service.phone. NotFound once it is not the actor's.
    """
    interview = records.get(session, Interview, interview_id)
    task = records.get(session, Task, interview.task_id)
    told = _told(session, subject(interview), now)
    interview_memory.remember(interview.id, actor.of(session).id, told, now)
    return _sitting(interview, task, told, settings, now)


def take(session: Session, interview_id: UUID, settings: Mapping[str, str], now: datetime) -> Sitting:
    """Open an interview to write to it: one writer at a time. The record is read again only if it was not lately.

    Refused for whoever does not hold its task.
    """
    pair = select(Interview, Task).join(Task, Task.id == Interview.task_id).where(Interview.id == interview_id)
    found = session.execute(pair.with_for_update(of=Interview)).one_or_none()
    if found is None:
        records.get(session, Interview, interview_id)
        raise Refused(NOT_HELD)
    interview, task = found
    me = actor.of(session).id
    told = interview_memory.told(interview.id, me, now)
    if told is None or not held_by(task, me):
        told = _told(session, subject(interview), now)
        interview_memory.remember(interview.id, me, told, now)
    return _sitting(interview, task, told, settings, now)


def subject(interview: Interview) -> Case | Contact:
    """Whom it is with; NotFound once the record is closed to the actor."""
    session = session_of(interview)
    if interview.case_id is not None:
        return records.get(session, Case, interview.case_id, joinedload(Case.person))
    if interview.contact_id is None:
        raise NotFound
    return records.get(session, Contact, interview.contact_id, joinedload(Contact.person))


def held_by(task: Task, staff_id: UUID | None) -> bool:
    """Whether it is in these hands now."""
    return task.state is TaskState.HELD and task.holder_id == staff_id


def check_held(task: Task) -> None:
    """Refused unless the actor holds it."""
    if not held_by(task, actor.of(session_of(task)).id):
        raise Refused(NOT_HELD)


def _told(session: Session, about: Case | Contact, now: datetime) -> Basis:
    of = interview_facts.of_contact if isinstance(about, Contact) else interview_facts.of_case
    return of(session, about, london(now).date())  # type: ignore[arg-type]


def _sitting(interview: Interview, task: Task, told: Basis, settings: Mapping[str, str], now: datetime) -> Sitting:
    session = session_of(interview)
    compiled = scripts.ready(session, interview.script_id)
    ledger = interview_memory.ledger(session, interview.id)
    return Sitting(interview, task, compiled, told, ledger, settings, london(now).date())
