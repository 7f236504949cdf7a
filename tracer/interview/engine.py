"""A run of a script: what is asked, what is known, what is missing, what it means for the record.

A run does not change: other answers are another run. Answers are kept flat, by key: the question's
name, or `repeat/number/name` inside a repeat. What is not relevant is kept, and counts as blank.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from tracer.interview import answers as said
from tracer.interview.answers import Answer, AnswerFault, Declined, Typed
from tracer.interview.compiled import Compiled, Place
from tracer.interview.expression import Scope
from tracer.interview.script import Item, Repeat, Section
from tracer.interview.values import Value

# What is said of an instance besides its questions: that it is there, that it is not, and whom of the record it is.
ADDED, REMOVED, IS = "_added", "_removed", "_is"
# A question that must still be answered: where, by which key, and what it is.
Missing = tuple[Section, str, Item]


def split(key: str) -> tuple[str, int, str] | None:
    """The repeat, number and name of a key inside a repeat; None for another key."""
    parts = key.split("/")
    return (parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdigit() else None


class Run:
    """A script with the answers so far, the facts of the record, and the day it is run on."""

    def __init__(
        self,
        compiled: Compiled,
        answers: Mapping[str, Answer],
        facts: Mapping[str, Any],
        today: date,
        disputed: Collection[str] = (),
    ) -> None:
        self.compiled, self.script = compiled, compiled.script
        self.answers, self.facts, self.today = dict(answers), facts, today
        self.disputed = disputed
        self._relevant: dict[str, bool] = {}

    def with_answers(self, more: Mapping[str, Answer]) -> "Run":
        """The run with these answers too."""
        return Run(self.compiled, {**self.answers, **more}, self.facts, self.today, self.disputed)

    def in_language(self, code: str) -> "Run":
        """The same run with the words of another of the script's languages; KeyError where it has none such."""
        turned = Run(self.compiled.in_language(code), self.answers, self.facts, self.today, self.disputed)
        turned._relevant = self._relevant
        return turned

    # What is known

    def given(self, key: str) -> Answer:
        """The answer of a question: as given, else as the record knows it, else the default, else blank."""
        answer = self.answers.get(key)
        return self.initial(key) if answer is None else answer

    def initial(self, key: str) -> Answer:
        """What is shown before anything was given: what the record knows, else the default, else blank."""
        place = self._place(key)
        if place.repeat is not None:
            return place.item.default
        known = self.facts.get(f"known:{place.item.field}") if place.item.field else None
        return _plain(known) if known is not None else place.item.default

    def _place(self, key: str) -> Place:
        found = self.compiled.place(key.rpartition("/")[2])
        if found is None:
            raise KeyError(key)
        return found

    def value(self, key: str) -> Value:
        """The answer as expressions see it: what is declined, unreadable or not relevant is blank."""
        if not self.relevant(key):
            return ""
        answer = self.given(key)
        return "" if isinstance(answer, Declined | Typed) else answer

    def answered(self, key: str) -> bool:
        """Whether a question has an answer (a decline is one)."""
        answer = self.given(key)
        return isinstance(answer, Declined) or (bool(answer) and not isinstance(answer, Typed))

    def instances(self, repeat: str) -> list[int]:
        """The numbers of a repeat's instances, in order; a removed one is gone, its number not used again."""
        return [number for number in sorted(self._numbers.get(repeat, ())) if not self._is_removed(repeat, number)]

    def next_number(self, repeat: str) -> int:
        """The number that a new instance gets."""
        return max(self._numbers.get(repeat, {0}), default=0) + 1

    @cached_property
    def _numbers(self) -> dict[str, set[int]]:
        numbers: dict[str, set[int]] = {}
        for key, answer in self.answers.items():
            if (inside := split(key)) and answer:
                numbers.setdefault(inside[0], set()).add(inside[1])
        return numbers

    def _is_removed(self, repeat: str, number: int) -> bool:
        return self.answers.get(f"{repeat}/{number}/{REMOVED}") == "yes"

    # Expressions

    def scope(self, key: str, own: Value | None = None) -> Scope:
        """What names mean in an expression at this key; `own` is the value of "." there."""
        inside = split(key)

        def look(name: str) -> Value:
            if name == "today()":
                return self.today.isoformat()
            if name == ".":
                return own if own is not None else self.value(key)
            return self._named(name, inside)

        return look

    def _named(self, name: str, inside: tuple[str, int, str] | None) -> Value:
        place = self.compiled.places.get(name)
        if place is None:
            return [str(number) for number in self.instances(name)] if name in self.compiled.repeats else ""
        if place.repeat is None:
            return self._worked_out(place.item, name)
        if inside and inside[0] == place.repeat.name:
            return self._worked_out(place.item, f"{inside[0]}/{inside[1]}/{name}")
        keys = (f"{place.repeat.name}/{number}/{name}" for number in self.instances(place.repeat.name))
        found = (self._worked_out(place.item, key) for key in keys)
        return [" ".join(one) if isinstance(one, list) else str(one) for one in found]

    def _worked_out(self, item: Item, key: str) -> Value:
        if item.kind == "hidden":
            return _plain(self.facts.get(item.field))
        if item.kind == "calculate":
            return self.compiled.expression(item.calculation).evaluate(self.scope(key))
        return self.value(key) if item.is_question else ""

    def holds(self, text: str, key: str) -> bool:
        """Whether a condition holds at a key; no condition always does."""
        return not text or self.compiled.expression(text).holds(self.scope(key))

    def relevant(self, key: str) -> bool:
        """Whether an item is asked or said: its own condition, its repeat's and its section's hold."""
        if key not in self._relevant:
            self._relevant[key] = False  # a circle of conditions is nowhere relevant, and ends
            place = self._place(key)
            self._relevant[key] = (
                (place.section is None or self.section_relevant(place.section))
                and (place.repeat is None or self.holds(place.repeat.relevant, place.repeat.name))
                and self.holds(place.item.relevant, key)
            )
        return self._relevant[key]

    def section_relevant(self, section: Section) -> bool:
        """Whether a section is needed at all."""
        marker = f"@{section.name}"
        if marker not in self._relevant:
            self._relevant[marker] = False
            self._relevant[marker] = self.holds(section.relevant, section.name)
        return self._relevant[marker]

    def required(self, item: Item, key: str) -> bool:
        """Whether a question must have an answer (a decline will do)."""
        return bool(item.required) and self.holds(item.required, key)

    # Reading

    def keys(self, section: Section) -> list[tuple[Item, str]]:
        """Every item of a section with its key, those inside repeats for each instance."""
        found: list[tuple[Item, str]] = []
        for entry in section.items:
            if isinstance(entry, Repeat):
                for number in self.instances(entry.name):
                    found += [(item, f"{entry.name}/{number}/{item.name}") for item in entry.items]
            else:
                found.append((entry, entry.name))
        return found

    def item(self, key: str) -> Item:
        """The question of a key; AnswerFault when the script has none such."""
        inside = split(key)
        place = self.compiled.place(inside[2] if inside else key)
        right = place is not None and (place.repeat.name if place.repeat else None) == (inside and inside[0])
        if place is None or not right or not place.item.is_question:
            raise AnswerFault("There is no such question in this script.")
        return place.item

    def read(self, key: str, raw: Any) -> Answer:
        """What was given, read by the question's type; AnswerFault says what to enter."""
        return said.read(self.item(key), raw, self.today)

    def fault(self, key: str) -> str | None:
        """What is wrong with the answer that stands, in words; None when nothing is."""
        item, answer = self.item(key), self.given(key)
        if key in self.disputed:
            return "Two different answers were given. Choose the right one."
        if isinstance(answer, Typed):
            try:
                said.read(item, answer.text, self.today)
            except AnswerFault as fault:
                return str(fault)
            return None
        if isinstance(answer, Declined) or not answer or not item.constraint:
            return None
        if self.compiled.expression(item.constraint).holds(self.scope(key, answer)):
            return None
        return item.constraint_message or "This does not fit with what was said. Check it."

    def missing(self) -> list[Missing]:
        """The questions that still must be answered, and the answers that cannot stand."""
        return [
            (section, key, item)
            for section in self.script.sections
            for item, key in self.keys(section)
            if item.is_question and self.relevant(key) and self._unsettled(item, key)
        ]

    def _unsettled(self, item: Item, key: str) -> bool:
        return bool(self.fault(key)) or (self.required(item, key) and not self.answered(key))


def _plain(fact: Any) -> str:
    """A fact as expressions see it: dates as ISO, nothing as blank."""
    if fact is None:
        return ""
    return fact.isoformat() if isinstance(fact, date) else str(fact)
