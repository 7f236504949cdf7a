"""Interviews: starting one, taking down answers as they are given, and finishing it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import interview_memory, interview_record, presence, records, scripts, tasks
from tracer.casework.calls import ONE_CALL
from tracer.casework.interview_answers import append, check_writable, touch
from tracer.casework.interview_sitting import LANGUAGE, Sitting, check_held, subject
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid
from tracer.interview import named
from tracer.interview.answers import Answer
from tracer.interview.engine import ADDED, IS, REMOVED
from tracer.interview.record import of as record_of
from tracer.models import Attempt, Case, Contact, Interview, PresenceState, Task

INDEX_CASE, CONTACT_ALERT = "index-case", "contact-alert"


def start(task: Task, about: Case | Contact, now: datetime) -> Interview:
    """Begin the interview of a held task, or go on with the one that was begun.

    Pinned to the version of the script that is live now; Refused where the disease has none.
    """
    session = session_of(task)
    check_held(task)
    again = select(Task).where(Task.id == task.id).execution_options(populate_existing=True)
    session.scalar(again.with_for_update())  # two windows begin one interview
    check_held(task)
    mine = Interview.case_id == about.id if isinstance(about, Case) else Interview.contact_id == about.id
    presence.become(session, PresenceState.ON_A_CALL, now)
    begun = session.scalar(select(Interview).where(mine, Interview.finished_at.is_(None)))
    if begun is not None:
        if _is_another_call(session, begun, now):
            begun.called_at, begun.paused_at = now, None
        return begun
    kind = INDEX_CASE if isinstance(about, Case) else CONTACT_ALERT
    interview = Interview(
        script_id=scripts.live(session, about.disease, kind, now).id,
        task_id=task.id,
        case_id=about.id if isinstance(about, Case) else None,
        contact_id=about.id if isinstance(about, Contact) else None,
        started_at=now,
        called_at=now,
        started_by_id=actor.staff_id(session),
    )
    session.add(interview)
    tasks.touch(task, now)
    session.flush()
    return interview


def _is_another_call(session: Session, begun: Interview, now: datetime) -> bool:
    """Whether it is gone on with after a pause, after a try that was put on record, or long after the last answer."""
    last = interview_memory.ledger(session, begun.id).newest
    if begun.paused_at or last is None or last.at is None or now - last.at > ONE_CALL:
        return True
    since = begun.called_at or begun.started_at
    tried = select(Attempt.id).where(Attempt.task_id == begun.task_id, Attempt.at >= since)
    return session.scalar(tried.limit(1)) is not None


def speak(sitting: Sitting, language: str, page: UUID | None, now: datetime) -> Sitting:
    """From here on the words to say are in this language."""
    check_writable(sitting)
    if language not in sitting.compiled.script.languages:
        raise Invalid("This script has no words in that language. Bring in the language line.")
    return append(sitting, {LANGUAGE: language}, page, now)


def pause(sitting: Sitting, now: datetime) -> None:
    """Put the call on hold: going on begins at the first question without an answer."""
    check_writable(sitting)
    records.get(sitting.session, Interview, sitting.call.id).paused_at = now
    presence.become(sitting.session, PresenceState.WRAPPING_UP, now)


def get(session: Session, interview_id: UUID) -> Interview:
    """The interview, where the actor may see it."""
    return records.get(session, Interview, interview_id)


def newest(interview: Interview) -> int:
    """The number of the newest row that was written to it; 0 for none."""
    return interview_memory.ledger(session_of(interview), interview.id).last


def check_open(interview: Interview) -> None:
    """Refused or Conflict unless it is unfinished work of the actor's."""
    if interview.finished_at is not None:
        raise Conflict("This interview was finished already.")
    check_held(records.get(session_of(interview), Task, interview.task_id))


def add_instance(
    sitting: Sitting, repeat: str, wanted: int | None, page: UUID | None, now: datetime, offer: str = ""
) -> Sitting:
    """One more person or place. `wanted` is the number that the page expected: sent twice, it is one.

    `offer` names somebody who is known already (`interview.named`): what is known is not asked again.
    """
    _check_repeat(sitting, repeat)
    made = sitting.ledger.of(f"{repeat}/{wanted}/{ADDED}").standing
    if made is not None and made.page == page and page is not None:
        return sitting
    touch(sitting, now)
    number = sitting.run.next_number(repeat)
    said = _of_offer(sitting, repeat, offer) if offer else {}
    return append(
        sitting, {f"{repeat}/{number}/{name}": text for name, text in {ADDED: "yes", **said}.items()}, page, now
    )


def _of_offer(sitting: Sitting, repeat: str, ref: str) -> dict[str, Answer]:
    """What is known already of somebody who was offered, by the questions of the list; Conflict where they are not."""
    _, asked = sitting.compiled.repeats[repeat]
    found = next((one for one in named.offers(sitting.run, asked) if one.ref == ref), None)
    if found is None:
        raise Conflict("That person stands on a list already, or was changed in another window.")
    said: dict[str, Answer] = {
        item.name: found.values[field]
        for item in asked.items
        if item.is_question and (field := item.field.removeprefix("contact.")) in found.values
    }
    return said | ({IS: found.is_} if found.is_ else {})


def remove_instance(sitting: Sitting, repeat: str, number: int, page: UUID | None, now: datetime) -> Sitting:
    """Take a person or place off the list; what was answered about it stays on record."""
    _check_repeat(sitting, repeat)
    if number not in sitting.run.instances(repeat):
        raise Conflict("That one was taken off the list already.")
    touch(sitting, now)
    return append(sitting, {f"{repeat}/{number}/{REMOVED}": "yes"}, page, now)


def restore_instance(sitting: Sitting, repeat: str, number: int, page: UUID | None, now: datetime) -> Sitting:
    """Put a person or place back on the list, with what was answered about it."""
    _check_repeat(sitting, repeat)
    touch(sitting, now)
    return append(sitting, {f"{repeat}/{number}/{REMOVED}": "no"}, page, now)


def _check_repeat(sitting: Sitting, repeat: str) -> None:
    if repeat not in sitting.compiled.repeats:
        raise Invalid("There is no such list in this script.")
    check_writable(sitting)


def finish(sitting: Sitting, now: datetime) -> tuple[Interview, Task]:
    """End the interview and write what it means to the record, all of it or nothing; as they are then.

    Invalid names what is still missing. A call back leaves the task with its holder.
    """
    if sitting.call.finished_at is not None:
        raise Conflict("This interview was finished already. It was not written twice.")
    check_writable(sitting)
    if missing := sitting.run.missing():
        raise Invalid("Some questions still need an answer.", {key: section.label for section, key, _ in missing})
    interview = records.get(sitting.session, Interview, sitting.call.id)
    found = record_of(sitting.run)
    interview.outcome = found.outcome or "completed"
    if interview.outcome != "call_back":
        interview.finished_at = now
    task = records.get(sitting.session, Task, sitting.call.task_id)
    interview_record.write(subject(interview), task, found, now)
    presence.become(sitting.session, PresenceState.WRAPPING_UP, now)
    return interview, task
