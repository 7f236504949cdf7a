"""Answers: what was said, and reading what was typed into it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracer import phone
from tracer.interview.script import Item

DECLINES = {"does_not_know": "Does not know", "prefers_not_to_say": "Prefers not to say"}


@dataclass(frozen=True)
class Declined:
    """An answer too: the person does not know, or prefers not to say."""

    how: str


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be read: kept and shown again, and counts as no answer yet."""

    text: str


Answer = str | list[str] | Declined | Typed


class AnswerFault(ValueError):
    """This cannot be the answer; the message says what to enter."""


def to_document(answer: Answer) -> Any:
    """An answer as plain data."""
    if isinstance(answer, Declined):
        return {"declined": answer.how}
    return {"typed": answer.text} if isinstance(answer, Typed) else answer


def from_document(document: Any) -> Answer:
    """Back from plain data; ValueError for what is no answer."""
    if isinstance(document, str):
        return document
    if isinstance(document, list) and all(isinstance(part, str) for part in document):
        return document
    if isinstance(document, dict) and document.get("declined") in DECLINES:
        return Declined(document["declined"])
    if isinstance(document, dict) and isinstance(document.get("typed"), str):
        return Typed(document["typed"])
    raise ValueError("That is no answer.")


_MONTHS = {
    name: number
    for number, full in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
    for name in (full, full[:3])
}
_DATE = re.compile(r"(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]+)(?:[\s/.,-]+(\d{4}|\d{2}))?")
_DATE_HOW = "Enter a date like 27 3 2026, or “today” or “yesterday”."
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
LONGEST = 10_000


def read_date(text: str, today: date) -> str:
    """A date as people give it, as ISO: 27 3 2026, 27/3/26, 27 March, 2026-03-27, today, yesterday.

    Without a year it is the latest such day that is not in the future.
    """
    plain = text.strip().lower()
    if plain in {"today", "yesterday"}:
        return (today - timedelta(days=plain == "yesterday")).isoformat()
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        pass
    found = _DATE.fullmatch(plain)
    month = found and (int(found[2]) if found[2].isdigit() else _MONTHS.get(found[2]))
    if not found or not month:
        raise AnswerFault(_DATE_HOW)
    try:
        if found[3]:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            return date(year, month, int(found[1])).isoformat()
        day = date(today.year, month, int(found[1]))
        return (day if day <= today else date(today.year - 1, month, int(found[1]))).isoformat()
    except ValueError:
        raise AnswerFault("There is no such day. " + _DATE_HOW) from None


def read(item: Item, raw: Any, today: date) -> Answer:
    """What was given for a question, checked for its type; AnswerFault says what to enter.

    Blank is the empty string: an answer taken back. `raw` is text, a list of choices, or a decline.
    """
    if isinstance(raw, dict) and raw.get("declined") in DECLINES:
        if not item.declinable:
            raise AnswerFault("This question needs an answer.")
        return Declined(raw["declined"])
    if item.kind == "select_multiple":
        return _read_choices(item, raw)
    if not isinstance(raw, str):
        raise AnswerFault("Give one answer.")
    text = raw.strip()
    if len(text) > LONGEST:
        raise AnswerFault(f"Keep this under {LONGEST:,} characters.")
    return _read_text(item, text, today) if text else ""


def _read_choices(item: Item, raw: Any) -> Answer:
    given = [raw] if isinstance(raw, str) and raw else raw or []
    known = [choice.name for choice in item.choices]
    if not isinstance(given, list) or any(name not in known for name in given):
        raise AnswerFault("Choose from the list.")
    return [name for name in known if name in given]


def _read_text(item: Item, text: str, today: date) -> str:
    if item.kind == "select_one" and text not in {choice.name for choice in item.choices}:
        raise AnswerFault("Choose one from the list.")
    if item.kind == "date":
        return read_date(text, today)
    if item.kind == "time":
        found = _TIME.fullmatch(text)
        if not found:
            raise AnswerFault("Enter a time like 14:30.")
        return f"{int(found[1]):02d}:{found[2]}"
    if item.kind in {"integer", "decimal"}:
        return _read_number(item.kind, text)
    if item.appearance == "phone":
        return _read_phone(text)
    if item.appearance == "email" and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+", text):
        raise AnswerFault("Enter one e-mail address, like name@example.com.")
    return text


def _read_number(kind: str, text: str) -> str:
    if not re.fullmatch(r"-?\d{1,9}" if kind == "integer" else r"-?\d{1,9}(\.\d{1,6})?", text):
        raise AnswerFault("Enter a whole number, like 3." if kind == "integer" else "Enter a number, like 37.5.")
    return text


def _read_phone(text: str) -> str:
    try:
        return phone.show(phone.parse(text))
    except phone.PhoneFault as fault:
        raise AnswerFault(str(fault)) from fault
