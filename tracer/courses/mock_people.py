"""The synthetic people of mock calls: who they are, what they hide, what they say when they are asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracer.courses import front
from tracer.courses.faults import Faults

_DAY = re.compile(r"\{(-?\d{1,2})\}")
_PERSON = {
    "key": front.name(),
    "given_name": front.words(40),
    "family_name": front.words(40),
    "born": front.day(),
    "postcode": front.words(8),
    "phone": front.words(20),
    "tested": front.whole(0, 14),
    "summary": front.words(200),
    "who": front.words(400),
    "manner": front.words(400),
    "hides": front.words(600),
    "sign": front.words(600),
    "says": (lambda value: isinstance(value, list) and bool(value), "tables [[people.says]], at least one"),
}
_SAID = {"asked": front.words(120), "answer": front.words(600)}


@dataclass(frozen=True, slots=True)
class Said:
    """What they answer when something is asked."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class MockPerson:
    """Somebody who does not exist. `tested` is so many days before the call; `sign` is what must be acted on."""

    key: str
    given_name: str
    family_name: str
    born: date
    postcode: str
    phone: str
    tested: int
    summary: str
    who: str
    manner: str
    hides: str
    sign: str
    says: tuple[Said, ...]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.given_name} {self.family_name}"


def dated(words: str, day: date) -> str:
    """Words with {-3} as the day that it is where the call is on `day`."""
    return _DAY.sub(lambda found: _named(day + timedelta(int(found[1]))), words)


def _named(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def read(text: str) -> dict[str, MockPerson]:
    """The people by key, from their TOML; CourseFault says what is wrong."""
    faults, lines = Faults(), front.text_lines(text)
    given = front.toml(lines, 1, faults)
    faults.stop()
    tables = {"people": (lambda value: isinstance(value, list) and bool(value), "tables [[people]], at least one")}
    people = front.checked(given or {}, tables, lambda key: front.line_of(key, lines), faults).get("people", [])
    starts = [number for number, line in enumerate(lines, 1) if line.strip().startswith("[[people]]")]
    if len(people) != len(starts):
        faults.add("setting", 1, "Write each person as a table, below a line [[people]].")
    faults.stop()
    found: dict[str, MockPerson] = {}
    for table, start in zip(people, starts, strict=True):
        one = _person(table, lines, start, faults)
        if one is not None and one.key in found:
            faults.add("key", start, f"The key {one.key!r} is used already.")
        elif one is not None:
            found[one.key] = one
    faults.stop()
    return found


def _person(table: Mapping[str, Any], lines: list[str], start: int, faults: Faults) -> MockPerson | None:
    values = front.checked(table, _PERSON, lambda key: front.line_of(key, lines[start - 1 :], start), faults)
    if len(values) != len(_PERSON):
        return None
    said = [front.checked(one, _SAID, lambda _: start, faults) for one in values.pop("says") if isinstance(one, dict)]
    return MockPerson(**values, says=tuple(Said(**one) for one in said if len(one) == len(_SAID)))
