"""Taking down answers as they are given: appended, merged field by field, and never one over another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tracer import vault
from tracer.access import actor, own_call
from tracer.casework import records, tasks
from tracer.casework.interview_sitting import NOT_HELD, Sitting
from tracer.faults import Conflict, Invalid, Refused
from tracer.interview import answers as said
from tracer.interview.answers import LONGEST, Answer, AnswerFault, Typed
from tracer.interview.engine import Run
from tracer.interview.ledger import Change, Entry, Lines, Verdict
from tracer.models import Task


@dataclass(frozen=True, slots=True)
class Given:
    """What a page sends of one question: the raw answer, or which of two disputed ones is right (a row's number)."""

    key: str
    raw: Any = None
    known: int = 0
    seq: int = 0
    unsure: bool = False
    pick: int | None = None


def give(sitting: Sitting, given: Iterable[Given], page: UUID | None, now: datetime) -> Sitting:
    """Take down what a page sends, in order, and return the sitting with it.

    One row for each answer that changed. What cannot be read as an answer is kept as it was typed, shown again with
    what is wrong, and counts as no answer. Conflict once the interview is finished.
    """
    check_writable(sitting)
    ledger = sitting.ledger
    read = [(one, _answer(sitting.plain, ledger.of(one.key), one)) for one in given]  # all of it, before any is written
    changes = (Change(one.key, answer, page, one.seq, one.known, one.unsure) for one, answer in read)
    made = [entry for change in changes if (entry := _entered(sitting, ledger.of(change.key), change, now))]
    if not made:
        return sitting
    touch(sitting, now)
    return _write(sitting, made, now)


def touch(sitting: Sitting, now: datetime) -> None:
    """The hold goes on; its task is loaded only when that is to be written down."""
    if tasks.is_due_touch(sitting.call.held_until, sitting.basis.disease, now):
        tasks.touch(records.get(sitting.session, Task, sitting.call.task_id), now)


def check_writable(sitting: Sitting) -> None:
    """Conflict when it is finished; Refused for whoever does not hold the task."""
    if sitting.call.finished_at is not None:
        raise Conflict("This interview was finished already; nothing more was written to it.")
    if not sitting.held:
        raise Refused(NOT_HELD)


def append(sitting: Sitting, said: Mapping[str, Answer], page: UUID | None, now: datetime) -> Sitting:
    """Write these, whatever stands."""
    return _write(sitting, [Entry(0, key, answer, page, at=now) for key, answer in said.items()], now)


def _write(sitting: Sitting, made: list[Entry], now: datetime) -> Sitting:
    interview_id, seal, giver = sitting.call.id, vault.current().seal, actor.staff_id(sitting.session)
    rows = [
        {
            "interview_id": interview_id,
            "key": entry.key,
            "sealed": seal(said.to_document(entry.answer), interview_id, now.date()),
            "given_at": now,
            "given_by_id": giver,
            "page": entry.page,
            "seq": entry.seq,
            "known": entry.known,
            "beside": entry.beside,
        }
        for entry in made
    ]
    numbers = own_call.enter(sitting.session, rows)
    return sitting.with_entries(replace(entry, id=number) for entry, number in zip(made, numbers, strict=True))


def _entered(sitting: Sitting, lines: Lines, change: Change, now: datetime) -> Entry | None:
    initial = sitting.plain.initial(change.key)
    if lines.standing is None and change.answer == "" and not initial:
        return None
    verdict = lines.verdict(change, initial)
    if verdict is Verdict.NOTHING:
        return None
    seq = change.seq or lines.seq_of(change.page) + 1
    return Entry(0, change.key, change.answer, change.page, seq, change.known, verdict is Verdict.BESIDE, now)


def _answer(run: Run, lines: Lines, one: Given) -> Answer:
    _check_asked(run, one.key)
    if one.pick is not None:
        found = next((entry for entry in lines.entries if entry.id == one.pick), None)
        if found is None:
            raise Invalid("That is neither of the two answers.", {one.key: "Choose one of the two."})
        return found.answer
    try:
        return run.read(one.key, one.raw)
    except AnswerFault as fault:
        if not isinstance(one.raw, str) or len(one.raw) > LONGEST:
            raise Invalid(str(fault), {one.key: str(fault)}) from fault
        return Typed(one.raw)


def _check_asked(run: Run, key: str) -> None:
    try:
        run.item(key)
    except AnswerFault as fault:
        raise Invalid(str(fault), {key: str(fault)}) from fault
