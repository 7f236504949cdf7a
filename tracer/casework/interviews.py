"""Interviews: starting one, taking down answers as they are given, and finishing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracer import vault
from tracer.access import actor
from tracer.casework import interview_facts, interview_record, records, scripts, tasks
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import Conflict, Invalid, Refused
from tracer.interview import answers as said
from tracer.interview.answers import Answer, AnswerFault, Typed
from tracer.interview.engine import ADDED, REMOVED, Run
from tracer.interview.record import of as record_of
from tracer.models import Answer as AnswerRow
from tracer.models import Case, Contact, Interview, Task, TaskState

INDEX_CASE, CONTACT_ALERT = "index-case", "contact-alert"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who an interview is with, and the task that it is done under."""

    about: Case | Contact
    task: Task


def start(task: Task, about: Case | Contact, now: datetime) -> Interview:
    """Begin the interview of a held task, or go on with the one that was begun.

    Pinned to the version of the script that is live now; Refused where the disease has none.
    """
    session = session_of(task)
    _check_held(task)
    mine = Interview.case_id == about.id if isinstance(about, Case) else Interview.contact_id == about.id
    begun = session.scalar(select(Interview).where(mine, Interview.finished_at.is_(None)))
    if begun is not None:
        return begun
    kind = INDEX_CASE if isinstance(about, Case) else CONTACT_ALERT
    interview = Interview(
        script_id=scripts.live(session, about.disease, kind, now).id,
        task_id=task.id,
        case_id=about.id if isinstance(about, Case) else None,
        contact_id=about.id if isinstance(about, Contact) else None,
        started_at=now,
        started_by_id=actor.staff_id(session),
    )
    session.add(interview)
    tasks.touch(task, now)
    session.flush()
    return interview


def _check_held(task: Task) -> None:
    if task.state is not TaskState.HELD or task.holder_id != actor.of(session_of(task)).id:
        raise Refused("Only whoever holds the task does its interview. Take the task first.")


def get(session: Session, interview_id: UUID) -> Interview:
    """The interview, where the actor may see it."""
    return records.get(session, Interview, interview_id)


def subject(interview: Interview) -> Subject:
    """Who it is with; NotFound once the record is closed to the actor."""
    session = session_of(interview)
    task = records.get(session, Task, interview.task_id)
    if interview.case_id is not None:
        return Subject(records.get(session, Case, interview.case_id, joinedload(Case.person)), task)
    assert interview.contact_id is not None
    return Subject(records.get(session, Contact, interview.contact_id, joinedload(Contact.person)), task)


def check_open(interview: Interview) -> None:
    """Refused or Conflict unless it is unfinished work of the actor's."""
    if interview.finished_at is not None:
        raise Conflict("This interview was finished already.")
    _check_held(records.get(session_of(interview), Task, interview.task_id))


def run(interview: Interview, about: Case | Contact, now: datetime, settings: Mapping[str, str]) -> Run:
    """The interview as it stands: the latest answers, and the record's facts for them.

    `settings` has service.name and service.phone. Opening it reads the person's name, on record.
    """
    session, today = session_of(interview), london(now).date()
    compiled = scripts.ready(session, interview.script_id)
    given = _answers(session, interview)
    if isinstance(about, Contact):
        facts = interview_facts.of_contact(session, about, today)
        return Run(compiled, given, {**facts, **settings}, today)
    facts = interview_facts.of_case(session, about, today)
    begun = Run(compiled, given, {**facts, **settings}, today)
    return again(begun, about)


def again(before: Run, about: Case | Contact) -> Run:
    """The run with its dates worked out from the onset that was answered."""
    if isinstance(about, Contact):
        return before
    told = record_of(before).case.get("onset_date")
    onset = date.fromisoformat(str(told)) if told else about.onset_date
    dates = interview_facts.dates(about, onset, before.today)
    return Run(before.compiled, before.answers, {**before.facts, **dates}, before.today)


def _answers(session: Session, interview: Interview) -> dict[str, Answer]:
    latest = select(func.max(AnswerRow.id)).where(AnswerRow.interview_id == interview.id).group_by(AnswerRow.key)
    rows = session.execute(select(AnswerRow.key, AnswerRow.sealed).where(AnswerRow.id.in_(latest))).all()
    unseal = vault.current().open
    return {key: said.from_document(unseal(sealed, interview.id)) for key, sealed in rows}


def give(interview: Interview, task: Task, before: Run, raw: Mapping[str, Any], now: datetime) -> Run:
    """Take down answers as they were typed, and return the run with them.

    One row for each answer that changed, never a row over another. What cannot be read as an answer is
    kept as it was typed, shown again with what is wrong, and counts as no answer.
    """
    if interview.finished_at is not None:
        raise Conflict("This interview was finished already; nothing more was written to it.")
    _check_held(task)
    given: dict[str, Answer] = {}
    for key, value in raw.items():
        answer = _read(before, key, value)
        if answer != before.answers.get(key) and (answer != "" or key in before.answers or before.given(key)):
            given[key] = answer
    _append(interview, given, now)
    if given:
        tasks.touch(task, now)
    return before.with_answers(given)


def _read(before: Run, key: str, value: Any) -> Answer:
    try:
        before.item(key)
    except AnswerFault as fault:
        raise Invalid(str(fault), {key: str(fault)}) from fault
    try:
        return before.read(key, value)
    except AnswerFault as fault:
        if not isinstance(value, str) or len(value) > 4000:
            raise Invalid(str(fault), {key: str(fault)}) from fault
        return Typed(value)


def add_instance(interview: Interview, task: Task, before: Run, repeat: str, now: datetime) -> int:
    """One more person or place; returns its number."""
    _check_repeat(before, repeat)
    _check_held(task)
    number = before.next_number(repeat)
    _append(interview, {f"{repeat}/{number}/{ADDED}": "yes"}, now)
    tasks.touch(task, now)
    return number


def remove_instance(interview: Interview, task: Task, before: Run, repeat: str, number: int, now: datetime) -> None:
    """Take a person or place off the list; what was answered about it stays on record."""
    _check_repeat(before, repeat)
    _check_held(task)
    if number not in before.instances(repeat):
        raise Conflict("That one was taken off the list already.")
    _append(interview, {f"{repeat}/{number}/{REMOVED}": "yes"}, now)
    tasks.touch(task, now)


def _check_repeat(before: Run, repeat: str) -> None:
    if repeat not in before.compiled.repeats:
        raise Invalid("There is no such list in this script.")


def _append(interview: Interview, given: Mapping[str, Answer], now: datetime) -> None:
    session, seal = session_of(interview), vault.current().seal
    session.add_all(
        AnswerRow(
            interview_id=interview.id,
            key=key,
            sealed=seal(said.to_document(answer), interview.id, now.date()),
            given_at=now,
            given_by_id=actor.staff_id(session),
        )
        for key, answer in given.items()
    )
    session.flush()


def finish(interview: Interview, who: Subject, final: Run, now: datetime) -> None:
    """End the interview and write what it means to the record, all of it or nothing.

    Invalid names what is still missing. A call back leaves the task with its holder.
    """
    if interview.finished_at is not None:
        raise Conflict("This interview was finished already. It was not written twice.")
    _check_held(who.task)
    if missing := final.missing():
        raise Invalid("Some questions still need an answer.", {key: section.label for section, key, _ in missing})
    found = record_of(final)
    interview.outcome = found.outcome or "completed"
    if interview.outcome != "call_back":
        interview.finished_at = now
    interview_record.write(who.about, who.task, found, now)
