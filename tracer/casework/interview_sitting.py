"""An interview that is open in one request: what was written, what the record tells, and the run that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from tracer.access import actor, own_call
from tracer.access.own_call import OwnCall
from tracer.casework import interview_facts, interview_memory, records, scripts
from tracer.casework.interview_facts import Basis
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import NotFound, Refused
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.ledger import Entry, Ledger
from tracer.models import Case, Contact, Interview, Task, TaskState

# What tracers read, whatever is spoken; and the key under which an interview keeps the language that is spoken.
OWN, LANGUAGE = "en", "_language"
NOT_HELD = "Only whoever holds the task does its interview. Take the task first."


@dataclass(frozen=True)
class Sitting:
    """One interview as it stands at this moment. Writing to it makes another sitting."""

    session: Session
    call: OwnCall
    held: bool
    compiled: Compiled
    basis: Basis
    ledger: Ledger
    settings: Mapping[str, str]
    today: date

    @cached_property
    def plain(self) -> Run:
        """The run without the policy's dates: enough to read answers by."""
        facts = {**self.basis.facts, **self.settings, "today": self.today}
        return Run(self.compiled, self.ledger.answers(), facts, self.today, self.ledger.disputed())

    @cached_property
    def run(self) -> Run:
        """The run, its dates worked out from the onset that was answered."""
        return interview_facts.with_dates(self.plain, self.basis, self.today)

    @property
    def language(self) -> str:
        """The language that the words to say are in: as chosen, else the person's own where the script has it."""
        chosen = self.ledger.of(LANGUAGE).standing
        wanted = chosen.answer if chosen else self.basis.facts.get("known:person.language")
        return str(wanted) if wanted in self.compiled.script.languages else self.compiled.script.language

    def with_entries(self, entries: Iterable[Entry]) -> "Sitting":
        """The sitting with these rows too."""
        return replace(self, ledger=self.ledger.with_entries(entries))


def read(session: Session, interview_id: UUID, settings: Mapping[str, str], now: datetime) -> Sitting:
    """Open an interview to be looked at. It opens the person's identity, on record.

    `settings` has service.name and service.phone. NotFound once it is not the actor's.
    """
    interview = records.get(session, Interview, interview_id)
    task = session.get(Task, interview.task_id)  # not there for whoever was given what an answer called for
    told = _told(session, interview, now)
    ledger = interview_memory.ledger(session, interview_id)
    held = task is not None and held_by(task, actor.of(session).id)
    columns = {name: getattr(interview, name) for name in own_call.INTERVIEW}
    call = OwnCall(**columns, held_until=task.held_until if task else None)
    compiled = _in_own_language(scripts.ready(session, call.script_id))
    return Sitting(session, call, held, compiled, told, ledger, settings, london(now).date())


def take(session: Session, interview_id: UUID, settings: Mapping[str, str], now: datetime) -> Sitting:
    """Open an interview to write to it: one writer at a time. The record is read again only if it was not lately.

    Whoever does not hold its task may look, as in `read`.
    """
    own_call.alone(session, interview_id)
    known = interview_memory.known(interview_id)
    call, rows = own_call.look(session, interview_id, known.last)
    if call is None:
        return read(session, interview_id, settings, now)
    ledger = interview_memory.caught_up(session, interview_id, known, rows)
    told = interview_memory.told(interview_id, actor.of(session).id, now)
    told = told or _told(session, records.get(session, Interview, interview_id), now)
    compiled = _in_own_language(scripts.ready(session, call.script_id))
    return Sitting(session, call, True, compiled, told, ledger, settings, london(now).date())


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


def _in_own_language(compiled: Compiled) -> Compiled:
    """A script in the language that tracers work in, where it has that."""
    return compiled.in_language(OWN) if OWN in compiled.script.languages else compiled


def _told(session: Session, interview: Interview, now: datetime) -> Basis:
    about, today = subject(interview), london(now).date()
    if isinstance(about, Contact):
        told = interview_facts.of_contact(session, about, today)
    else:
        told = interview_facts.of_case(session, about, today)
    interview_memory.remember(interview.id, actor.of(session).id, told, now)
    return told
