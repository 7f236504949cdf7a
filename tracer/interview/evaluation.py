"""What is known in a run: the value of every name, and which items are relevant, each worked out once.

Answers are kept flat, by key: the question's name, or `repeat/number/name` inside a repeat. What is not relevant is
kept, and counts as blank.
"""

import math
from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from tracer.interview.answers import Answer, Declined, Typed
from tracer.interview.closures import ALL, COLUMN, LABELS, POSITION, SELF, TODAY
from tracer.interview.compiled import Compiled, Place
from tracer.interview.expression import Scope
from tracer.interview.script import Choice, Item, Section
from tracer.interview.values import Value, day, number, string

# What is said of an instance besides its questions: that it is there, that it is not, and whom of the record it is.
ADDED, REMOVED, IS = "_added", "_removed", "_is"
MOST_COUNTED = 50


def split(key: str) -> tuple[str, int, str] | None:
    """The repeat, number and name of a key inside a repeat; None for another key."""
    parts = key.split("/")
    return (parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdigit() else None


class Evaluation:
    """A script with the answers so far, the facts of the record, and the day it is run on. It does not change."""

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
        self._known: dict[str, Value] = {TODAY: today.isoformat()}

    # Answers

    def given(self, key: str) -> Answer:
        """The answer of a question: as given, else as the record knows it, else the default, else blank."""
        answer = self.answers.get(key)
        return self.initial(key) if answer is None else answer

    def initial(self, key: str) -> Answer:
        """What is shown before anything was given: what the record knows, else the default, else blank."""
        place = self._place(key)
        if place.repeat is None and place.item.field:
            known = self.facts.get(f"known:{place.item.field}")
            if known is not None:
                return _plain(known)
        return self._default(place.item, key) if place.item.default else ""

    def _place(self, key: str) -> Place:
        found = self.compiled.place(key.rpartition("/")[2])
        if found is None:
            raise KeyError(key)
        return found

    def _default(self, item: Item, key: str) -> Answer:
        if not item.default_is_worked_out:
            return item.default.split() if item.kind == "select_multiple" else item.default
        found = self.compiled.expression(item.default).evaluate(self.scope(key))
        if item.kind == "select_multiple":
            return string(found).split()
        return day(found) if item.kind == "date" else string(found)

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

    # Repeats

    def instances(self, repeat: str) -> list[int]:
        """The numbers of a repeat's instances, in order; a removed one is gone, its number not used again."""
        count = self.compiled.repeats[repeat][1].count
        if count:
            many = number(self.compiled.expression(count).evaluate(self.scope(repeat)))
            return [] if math.isnan(many) else list(range(1, int(max(0.0, min(many, MOST_COUNTED))) + 1))
        return [one for one in sorted(self._numbers.get(repeat, ())) if not self._is_removed(repeat, one)]

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

    def _is_removed(self, repeat: str, one: int) -> bool:
        return self.answers.get(f"{repeat}/{one}/{REMOVED}") == "yes"

    # Expressions

    def scope(self, key: str, own: Value | None = None) -> Scope:
        """What names mean in an expression at this key; `own` is the value of "." there."""
        inside = split(key)

        def look(name: str) -> Value:
            if inside is not None and (place := self.compiled.places.get(name)) is not None and place.repeat:
                if place.repeat.name == inside[0]:
                    return self._at(place, f"{inside[0]}/{inside[1]}/{name}")
            elif name == SELF:
                return own if own is not None else self.value(key)
            elif name == POSITION:
                return self._position(inside)
            return self._look(name)

        return look

    def _position(self, inside: tuple[str, int, str] | None) -> float:
        standing = self.instances(inside[0]) if inside else []
        return float(standing.index(inside[1]) + 1) if inside and inside[1] in standing else math.nan

    def _look(self, name: str) -> Value:
        """The value of a name outside of repeats."""
        found = self._known.get(name)
        if found is None:
            self._known[name] = ""  # a circle of calculations is blank everywhere, and ends
            found = self._known[name] = self._found(name)
        return found

    def _found(self, name: str) -> Value:
        place = self.compiled.places.get(name)
        if place is not None:
            return self._many(place) if place.repeat else self._worked_out(place.item, name)
        if name in self.compiled.repeats:
            return tuple(str(one) for one in self.instances(name)) if self._repeat_relevant(name) else ()
        if name.startswith(ALL):
            return self._many(self.compiled.places[name.removeprefix(ALL)])
        if name.startswith(LABELS):
            # In the language that it was written in: what an interview means must not hang on the language.
            written = self.compiled.in_language(self.script.languages[0])
            choices = written.places[name.removeprefix(LABELS)].item.choices
            return tuple(text for choice in choices for text in (choice.name, choice.label))
        return ""

    def _many(self, place: Place) -> Value:
        repeat, name = place.repeat, place.item.name
        if repeat is None:
            return (string(self._look(name)),)
        return tuple(string(self._at(place, f"{repeat.name}/{one}/{name}")) for one in self.instances(repeat.name))

    def _at(self, place: Place, key: str) -> Value:
        """The value of an item in one instance of its repeat."""
        found = self._known.get(key)
        if found is None:
            self._known[key] = ""
            found = self._known[key] = self._worked_out(place.item, key)
        return found

    def _worked_out(self, item: Item, key: str) -> Value:
        if item.is_question:
            return self.value(key)
        if item.kind == "note" or not self.relevant(key):
            return ""
        if item.kind == "hidden":
            return _plain(self.facts.get(item.field))
        return self.compiled.expression(item.calculation).evaluate(self.scope(key))

    def holds(self, text: str, key: str) -> bool:
        """Whether a condition holds at a key; no condition always does."""
        return not text or self.compiled.expression(text).holds(self.scope(key))

    def relevant(self, key: str) -> bool:
        """Whether an item is asked or said: its own condition, its repeat's and its section's hold."""
        found = self._relevant.get(key)
        if found is not None:
            return found
        self._relevant[key] = False  # a circle of conditions is nowhere relevant, and ends
        name = key.rpartition("/")[2]
        for stone in self.compiled.before.get(name, ()):
            self._settle(stone)
        place = self._place(key)
        found = self._relevant[key] = (
            (place.section is None or self.section_relevant(place.section))
            and (place.repeat is None or self._repeat_relevant(place.repeat.name))
            and self.holds(place.item.relevant, key)
        )
        return found

    def _settle(self, name: str) -> None:
        """Work out a name in the middle of a long chain, before what hangs on it."""
        if name in self.compiled.sections:
            self.section_relevant(self.compiled.sections[name])
        else:
            self._look(name)

    def _repeat_relevant(self, repeat: str) -> bool:
        section, entry = self.compiled.repeats[repeat]
        return self._once(f"@{repeat}", entry.relevant, repeat) and self.section_relevant(section)

    def section_relevant(self, section: Section) -> bool:
        """Whether a section is needed at all."""
        return self._once(f"@{section.name}", section.relevant, section.name)

    def _once(self, marker: str, condition: str, key: str) -> bool:
        found = self._relevant.get(marker)
        if found is None:
            self._relevant[marker] = False
            found = self._relevant[marker] = self.holds(condition, key)
        return found

    def choices(self, item: Item, key: str) -> tuple[Choice, ...]:
        """The choices that a question offers here: those that its filter lets through."""
        if not item.choice_filter:
            return item.choices
        wanted, outer = self.compiled.filter(item), self.scope(key)

        def offered(choice: Choice) -> bool:
            columns = {**choice.columns, "name": choice.name, "label": choice.label}
            known = {f"{COLUMN}{name}": text for name, text in columns.items()}
            return wanted.holds(lambda name: known[name] if name in known else _blank_column(name, outer))

        return tuple(choice for choice in item.choices if offered(choice))


def _blank_column(name: str, outer: Scope) -> Value:
    return "" if name.startswith(COLUMN) else outer(name)


def _plain(fact: Any) -> str | list[str]:
    """A fact as expressions see it: dates as ISO, nothing as blank."""
    if fact is None:
        return ""
    if isinstance(fact, list):
        return [str(part) for part in fact]
    return fact.isoformat() if isinstance(fact, date) else str(fact)
