"""The days that a case is asked about, with what they have said so far: an aid made from what answers are bound to.

Two stretches apart: the days on which it may have been caught, and those on which it may have been passed on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracer.interview import record
from tracer.interview.engine import Run
from tracer.interview.record import Values

_LONGEST = 60  # days; dates that cannot be right are no reason for a page without end


@dataclass(frozen=True, slots=True)
class Day:
    """One day, and what happened on it: (kind, words) of onset, test, place or person."""

    day: date
    marks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The two stretches, who was at home through them, and what has no day yet."""

    caught: list[Day]
    passed: list[Day]
    home: list[str]
    undated: list[str]


def calendar(run: Run) -> Calendar | None:
    """The days of a run; None where its facts give no window (an alert call)."""
    first, until, back = (run.facts.get(f"window.{name}") for name in ("from", "until", "back_from"))
    if not isinstance(first, date) or not isinstance(until, date) or (until - first).days > _LONGEST:
        return None
    marks = list(_marks(run))
    back = back if isinstance(back, date) and (first - back).days <= _LONGEST else first
    return Calendar(
        _stretch(back, first - timedelta(1), marks),
        _stretch(first, until, marks),
        [name for one in record.lists(run, "household") if (name := name_of(one))],
        [words for day, _, words in marks if day is None],
    )


Mark = tuple[date | None, str, str]


def _stretch(first: date, last: date, marks: list[Mark]) -> list[Day]:
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return [Day(day, [(kind, words) for at, kind, words in marks if at == day]) for day in days]


def _marks(run: Run) -> Iterator[Mark]:
    told = record.one(run, "case.onset_date")
    if told or run.facts.get("known:case.onset_date"):
        yield _day(told) or run.facts.get("known:case.onset_date"), "onset", "Illness began"
    if run.facts.get("case.specimen_date"):
        yield run.facts["case.specimen_date"], "test", "Test taken"
    for one in record.lists(run, "places"):
        if one.get("name"):
            yield _day(one.get("day")), "place", str(one["name"])
    for one in record.lists(run, "contacts"):
        if name := name_of(one):
            where = f", {one['place']}" if one.get("place") else ""
            yield _day(one.get("last_exposure")), "person", f"{name}{where}"
    for one in record.lists(run, "household"):
        if (name := name_of(one)) and one.get("last_exposure"):
            yield _day(one["last_exposure"]), "person", f"{name}, last day at home"


def name_of(person: Values) -> str:
    """A person as they were named; nothing where they have no name yet."""
    return " ".join(str(person[part]) for part in ("given_name", "family_name") if person.get(part))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
