"""Functions of text and of written days, for expressions. No text grows beyond 10,000 characters."""

import math
import re
from collections.abc import Iterable
from datetime import date

from tracer.interview.values import Value, day, number, string

LONGEST = 10_000
_CODES = {
    "Y": "{0.year:04d}",
    "y": "{1:02d}",
    "m": "{0.month:02d}",
    "n": "{0.month}",
    "d": "{0.day:02d}",
    "e": "{0.day}",
}
_CODE = re.compile(r"%(.)", re.DOTALL)


def joined(mark: str, parts: Iterable[Value]) -> str:
    """Parts as one text, with a mark between them."""
    return mark.join(string(part) for part in parts)[:LONGEST]


def part(text: Value, first: Value, end: Value = math.inf) -> str:
    """From the character `first` (the first is 0) until before `end`; negative ones count from the end."""
    words = string(text)
    start, stop = number(first), number(end)
    if math.isnan(start) or math.isnan(stop):
        return ""
    return words[_at(start, words) : _at(stop, words)]


def _at(place: float, words: str) -> int:
    bound = max(min(place, float(len(words))), -float(len(words)))
    return math.trunc(bound) if bound >= 0 else len(words) + math.trunc(bound)


def before(text: Value, mark: Value) -> str:
    """What stands before a mark; blank where there is none."""
    head, found, _ = _parted(text, mark)
    return head if found else ""


def after(text: Value, mark: Value) -> str:
    """What stands after a mark; blank where there is none."""
    return _parted(text, mark)[2]


def _parted(text: Value, mark: Value) -> tuple[str, str, str]:
    words, wanted = string(text), string(mark)
    return words.partition(wanted) if wanted else ("", "", words)


def translated(text: Value, old: Value, new: Value) -> str:
    """Each letter of `old` as the one of `new` at its place, or left out; the first of a letter counts."""
    table: dict[int, str | None] = {}
    letters = string(new)
    for place, letter in enumerate(string(old)):
        table.setdefault(ord(letter), letters[place] if place < len(letters) else None)
    return string(text).translate(table)


def part_of_day(value: Value) -> float:
    """A time of day, 14:30, as a part of the day; NaN for what is none."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", string(value))
    return (int(found[1]) * 60 + int(found[2])) / 1440 if found else math.nan


def formatted(value: Value, form: Value) -> str:
    """A day in numbers, by a form like %d/%m/%Y; blank for what is no day."""
    found = day(value)
    if not found:
        return ""
    when = date.fromisoformat(found)
    return _CODE.sub(
        lambda code: _CODES[code[1]].format(when, when.year % 100) if code[1] in _CODES else code[0], string(form)
    )


def wrong_with_format(form: str) -> str:
    """What is wrong with a form for days, in words; blank where nothing is."""
    unknown = [code for code in _CODE.findall(form) if code not in _CODES]
    if not unknown:
        return ""
    known = " ".join(f"%{code}" for code in _CODES)
    return f"%{unknown[0]} cannot be used; there are {known}. In a label, ${{name}} says the day in words by itself."
