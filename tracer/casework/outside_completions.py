"""Completions from elsewhere: courses passed in another system, brought in by somebody who answers for it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import clock
from tracer.casework import training
from tracer.courses import library
from tracer.faults import Invalid
from tracer.models import Completion, Role, Staff

COLUMNS = ("email", "course", "passed_on")


@dataclass(slots=True)
class Receipt:
    """Rows that became completions, that were there before, and that were rejected: line -> what to do."""

    added: int = 0
    known: int = 0
    rejected: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All of them."""
        return self.added + self.known + len(self.rejected)


def bring_in(session: Session, rows: Iterable[tuple[int, Mapping[str, str]]], by: Staff, now: datetime) -> Receipt:
    """Enter completions (SYSTEM's), of rows by their line, in the name of `by`.

    Invalid unless that is an administrator or trainer.

    What only this service can say (the undertaking, the mock call, the sign-off) comes from no file.
    """
    if by.role not in {Role.ADMINISTRATOR, Role.TRAINER}:
        raise Invalid("An administrator or a trainer answers for completions from elsewhere.")
    receipt = Receipt()
    for line, row in rows:
        try:
            new = _enter(session, row, by, now)
        except Invalid as fault:
            receipt.rejected[line] = fault.message
            continue
        receipt.added, receipt.known = receipt.added + new, receipt.known + (not new)
    return receipt


def _enter(session: Session, row: Mapping[str, str], by: Staff, now: datetime) -> bool:
    email, key, passed = (row.get(name, "").strip() for name in COLUMNS)
    person = session.scalar(select(Staff).where(Staff.email == email.lower(), *Staff.current()))
    if person is None:
        raise Invalid(f"email: nobody who works here has the address {email!r}.")
    if person.id == by.id:
        raise Invalid("email: nobody brings in their own. Ask another administrator or trainer.")
    if key not in library.shipped():
        raise Invalid(f"course: there is no course {key!r}. There are: {', '.join(library.shipped())}.")
    months = library.needed(list(Role)).of(person.role).get(key, library.load(key).valid_months)
    passed_at = _moment(passed)
    until = training.after(passed_at, min(months, library.load(key).valid_months))
    if not passed_at <= now < until:
        raise Invalid(f"passed_on: {passed} is in the future, or so long ago that it serves no more.")
    same = (Completion.staff_id == person.id, Completion.key == key, Completion.passed_at == passed_at)
    if session.scalar(select(Completion.id).where(*same)) is not None:
        return False
    made = Completion(staff_id=person.id, key=key, course_version=library.load(key).version, by_id=by.id)
    made.passed_at, made.until_at, made.code = passed_at, until, secrets.token_hex(8).upper()
    session.add(made)
    session.flush()
    return True


def _moment(words: str) -> datetime:
    """The beginning of a day in London."""
    try:
        return datetime.combine(date.fromisoformat(words), time(), clock.LONDON).astimezone(UTC)
    except ValueError:
        raise Invalid(f"passed_on: {words!r} is no day. Write it as 2026-11-20.") from None
