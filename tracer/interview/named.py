"""Nobody is typed twice: whom the record or this interview has named already is offered where a list asks for people.

Made from what questions are bound to: the people of other lists, those met at places, and those the record knows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tracer.interview import record
from tracer.interview.days import name_of
from tracer.interview.engine import Run
from tracer.interview.record import Values
from tracer.interview.script import Repeat

# What the record knows of each person: their id there, where they come from in words, and fields of `contact.`.
PEOPLE = "people"
_APART = re.compile(r"\s*(?:[,;\n]|\band\b|&)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the record has already."""

    id: str
    household: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody to put on a list with one press; `ref` says which without naming anybody."""

    ref: str
    name: str
    where: str
    values: Values
    is_: str = ""  # the id of a contact of the record


def offers(run: Run, repeat: Repeat) -> list[Offer]:
    """Whom to offer for a list of contacts or of the household; nobody who stands on either already."""
    if repeat.field not in {"contacts", "household"}:
        return []
    there = {_key(one) for kind in ("household", "contacts") for one in record.lists(run, kind)}
    found: dict[tuple[str, str], Offer] = {}
    for one in (*_on_record(run, repeat), *_met(run, repeat)):
        key = _key(one.values)
        if not _stands(key, there) and not _stands(key, set(found)):
            found[key] = one
    return list(found.values())


def at_home(run: Run) -> list[str]:
    """The household as it is known so far, by name: from the record, and from this interview."""
    told = [one for one in record.lists(run, "household") if name_of(one)]
    keys = {_key(one) for one in told}
    recorded = [one for one in _people(run) if one.household and not _stands(_key(one.values), keys)]
    return [*map(name_of, told), *(name_of(dict(one.values)) for one in recorded)]


def _people(run: Run) -> list[Known]:
    found: list[Known] = run.facts.get(PEOPLE) or []
    return found


def _on_record(run: Run, repeat: Repeat) -> Iterator[Offer]:
    for one in _people(run):
        if one.household is (repeat.field == "household"):
            yield Offer(f"r-{one.id}", name_of(dict(one.values)), "on record", dict(one.values), one.id)


def _met(run: Run, repeat: Repeat) -> Iterator[Offer]:
    """Those named as met at a place: they have a day and a place already."""
    if repeat.field != "contacts":
        return
    for number, place in record.numbered(run, "places"):
        said, where, day = (str(place.get(part) or "") for part in ("people", "name", "day"))
        for index, name in enumerate(filter(None, _APART.split(said.strip())), 1):
            given, _, family = name.partition(" ")
            values: Values = {"given_name": given, "family_name": family, "place": where, "last_exposure": day}
            words = " on ".join(filter(None, (where, f"{date.fromisoformat(day):%A}" if day else "")))
            yield Offer(f"p-{number}-{index}", name, words, {key: text for key, text in values.items() if text})


def _key(person: Mapping[str, object]) -> tuple[str, str]:
    given, family = (str(person.get(part) or "").strip().casefold() for part in ("given_name", "family_name"))
    return given, family


def _stands(key: tuple[str, str], among: set[tuple[str, str]]) -> bool:
    """Whether somebody of that name is there: a name without a family is everybody of the same first name."""
    return any(key[0] == other[0] and (key[1] == other[1] or not key[1] or not other[1]) for other in among)
