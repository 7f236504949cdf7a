"""The lines between two +++ with which a text begins: its settings, as TOML."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tracer.courses.faults import Faults

_FENCE = "+++"
NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")
# A name that stands in a form.
NAME_PART = re.compile(r"[a-z][a-z0-9_]{0,49}")

Check = tuple[Callable[[Any], bool], str]


def whole(least: int, most: int) -> Check:
    """A setting that is a whole number in these bounds."""
    return lambda value: type(value) is int and least <= value <= most, f"a whole number from {least} to {most}"


def day() -> Check:
    """A setting that is a date, as TOML writes one."""
    return lambda value: type(value) is date, "a day without quotes, as in 2027-03-31"


def words(most: int) -> Check:
    """A setting that is a line of words."""
    return (
        lambda value: isinstance(value, str) and 0 < len(value.strip()) <= most and "\n" not in value,
        f'words in "quotes", at most {most} characters',
    )


def name() -> Check:
    """A setting that is a name for addresses and files."""
    return (
        lambda value: isinstance(value, str) and NAME.fullmatch(value) is not None,
        'small letters, digits and dashes in "quotes", beginning with a letter',
    )


def text_lines(text: str) -> list[str]:
    """The lines of a text as everybody here counts them, however they end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read(
    text: str, known: Mapping[str, Check], faults: Faults, optional: Mapping[str, Check] | None = None
) -> tuple[dict[str, Any], str]:
    """The settings, and the rest of the text with its line numbers kept; what is wrong goes to `faults`."""
    lines = text_lines(text)
    ends = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE][:2]
    if len(ends) < 2 or any(line.strip() for line in lines[: ends[0]]):
        how = f"Begin with the settings, between a line {_FENCE} and another line {_FENCE}."
        faults.add("front", 1, how)
        return {}, "\n".join(lines)
    first, last = ends
    rest = "\n".join(["" for _ in lines[: last + 1]] + lines[last + 1 :])
    return _settings(lines[first + 1 : last], first + 2, known, faults, optional or {}), rest


def _settings(
    lines: list[str], first: int, known: Mapping[str, Check], faults: Faults, optional: Mapping[str, Check]
) -> dict[str, Any]:
    given = toml(lines, first, faults)
    if given is None:
        return {}
    here = {key: check for key, check in optional.items() if key in given}
    return checked(given, {**known, **here}, lambda key: line_of(key, lines, first), faults)


def toml(lines: list[str], first: int, faults: Faults) -> dict[str, Any] | None:
    """What is set in these lines, of which the first is line `first`; None where they cannot be read."""
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"line (\d+)", str(fault))
        line = first + int(place[1]) - 1 if place else first + len(lines) - 1
        faults.add("front", line, 'This is no setting. Write name = value, with words in "quotes".')
        return None


def checked(
    given: Mapping[str, Any], known: Mapping[str, Check], line: Callable[[str], int], faults: Faults
) -> dict[str, Any]:
    """The settings that are right; what is unknown, wrong or missing goes to `faults`, at the line of its key."""
    for key, value in given.items():
        if key not in known:
            faults.add("setting", line(key), f"There is no setting {key!r}. There are: {', '.join(known)}.")
        elif not known[key][0](value):
            faults.add("setting", line(key), f"The setting {key!r} is {known[key][1]}.")
    for key in known:
        if key not in given:
            faults.add("setting", line(key), f"The setting {key!r} is missing: {known[key][1]}.")
    return {key: value for key, value in given.items() if key in known and known[key][0](value)}


def line_of(key: str, lines: list[str], first: int = 1) -> int:
    """The line of a key or table, counted from `first`; `first` itself where there is none."""
    begins = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}[\"'\s=\].]")
    return next((number for number, line in enumerate(lines, first) if begins.match(line + " ")), first)
