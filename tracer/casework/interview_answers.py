"""Taking down answers as they are given: appended, merged field by field, and never one over another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tracer import vault
from tracer.access import actor
from tracer.casework import tasks
from tracer.casework.interview_sitting import Sitting, check_held
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid
from tracer.interview import answers as said
from tracer.interview.answers import LONGEST, Answer, AnswerFault, Typed
from tracer.interview.engine import Run
from tracer.interview.ledger import Change, Entry, Lines, Verdict
from tracer.models import Answer as AnswerRow


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
    read = [(one, _answer(sitting.run, ledger.of(one.key), one)) for one in given]  # all of it, before any is written
    changes = (Change(one.key, answer, page, one.seq, one.known, one.unsure) for one, answer in read)
    rows = [row for change in changes if (row := _entered(sitting, ledger.of(change.key), change, now))]
    if not rows:
        return sitting
    tasks.touch(sitting.task, now)
    return _written(sitting, rows)


def check_writable(sitting: Sitting) -> None:
    """Conflict when it is finished; Refused for whoever does not hold the task."""
    if sitting.interview.finished_at is not None:
        raise Conflict("This interview was finished already; nothing more was written to it.")
    check_held(sitting.task)


def append(sitting: Sitting, changes: Iterable[Change], now: datetime) -> Sitting:
    """Write these rows, whatever stands."""
    return _written(sitting, [_row(sitting, change, False, now) for change in changes])


def _written(sitting: Sitting, rows: list[AnswerRow]) -> Sitting:
    session, unseal = session_of(sitting.interview), vault.current().open
    session.add_all(rows)
    session.flush()
    return sitting.with_entries(
        Entry(
            row.id,
            row.key,
            said.from_document(unseal(row.sealed, row.interview_id)),
            row.page,
            row.seq,
            row.known,
            row.beside,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def _entered(sitting: Sitting, lines: Lines, change: Change, now: datetime) -> AnswerRow | None:
    initial = sitting.run.initial(change.key)
    if lines.standing is None and change.answer == "" and not initial:
        return None
    verdict = lines.verdict(change, initial)
    if verdict is Verdict.NOTHING:
        return None
    if not change.seq:
        change = replace(change, seq=lines.seq_of(change.page) + 1)
    return _row(sitting, change, verdict is Verdict.BESIDE, now)


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


def _row(sitting: Sitting, change: Change, beside: bool, now: datetime) -> AnswerRow:
    interview_id = sitting.interview.id
    return AnswerRow(
        interview_id=interview_id,
        key=change.key,
        sealed=vault.current().seal(said.to_document(change.answer), interview_id, now.date()),
        given_at=now,
        given_by_id=actor.staff_id(session_of(sitting.interview)),
        page=change.page,
        seq=change.seq,
        known=change.known,
        beside=beside,
    )
