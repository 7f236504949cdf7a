"""The sign-off: what a supervisor sees to before somebody's first case, as a list with its version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracer.courses import front
from tracer.courses.faults import Faults

_POINT = front.words(300)


def _points(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(front.NAME_PART.fullmatch(key) for key in value)


_SETTINGS = {
    "version": front.whole(1, 9_999),
    "title": front.words(120),
    "points": (_points, "a table [points], at least one line of it: name = words"),
}


@dataclass(frozen=True, slots=True)
class SignOff:
    """One version of the list: each point's key and words, in order."""

    version: int
    title: str
    points: Mapping[str, str]


def read(text: str) -> SignOff:
    """The list from its TOML; CourseFault says what is wrong."""
    faults, lines = Faults(), front.text_lines(text)
    given = front.toml(lines, 1, faults)
    faults.stop()
    settings = front.checked(given or {}, _SETTINGS, lambda key: front.line_of(key, lines), faults)
    for key, words in settings.get("points", {}).items():
        if not _POINT[0](words):
            faults.add("setting", front.line_of(key, lines), f"The point {key!r} is {_POINT[1]}.")
    faults.stop()
    return SignOff(**settings)
