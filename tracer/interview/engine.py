"""A run of a script: what is asked, what is missing, what cannot stand. Other answers are another run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracer.interview import answers as said
from tracer.interview.answers import Answer, AnswerFault, Declined, Typed
from tracer.interview.evaluation import ADDED, IS, REMOVED, Evaluation, split
from tracer.interview.script import Item, Repeat, Section

__all__ = ["ADDED", "IS", "REMOVED", "Missing", "Run", "split"]

# A question that must still be answered: where, by which key, and what it is.
Missing = tuple[Section, str, Item]

_DOES_NOT_FIT = "This does not fit with what was said. Check it."
_TWO = "Two different answers were given. Choose the right one."
_NEEDS_ANSWER = "This question needs an answer."


class Run(Evaluation):
    """A script with the answers so far, the facts of the record, and the day it is run on."""

    def with_answers(self, more: Mapping[str, Answer]) -> "Run":
        """The run with these answers too."""
        return Run(self.compiled, {**self.answers, **more}, self.facts, self.today, self.disputed)

    def in_language(self, code: str) -> "Run":
        """The same run with the words of another of the script's languages; KeyError where it has none such."""
        turned = Run(self.compiled.in_language(code), self.answers, self.facts, self.today, self.disputed)
        turned._relevant = self._relevant
        return turned

    def required(self, item: Item, key: str) -> bool:
        """Whether a question must have an answer (a decline will do)."""
        return bool(item.required) and self.holds(item.required, key)

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

    def offered(self, item: Item, key: str) -> Item:
        """The question with the choices that it offers here."""
        return replace(item, choices=self.choices(item, key)) if item.choice_filter else item

    def read(self, key: str, raw: Any) -> Answer:
        """What was given, read by the question's type; AnswerFault says what to enter."""
        return said.read(self.offered(self.item(key), key), raw, self.today)

    def fault(self, key: str) -> str | None:
        """What is wrong with the answer that stands, in words; None when nothing is."""
        item, answer = self.item(key), self.given(key)
        if key in self.disputed:
            return _TWO
        if isinstance(answer, Typed):
            try:
                said.read(self.offered(item, key), answer.text, self.today)
            except AnswerFault as fault:
                return str(fault)
            return None
        if isinstance(answer, Declined) or not answer:
            return None
        if item.choice_filter and (wrong := self._not_offered(item, key, answer)):
            return wrong
        if not item.constraint or self.compiled.expression(item.constraint).holds(self.scope(key, answer)):
            return None
        return item.constraint_message or _DOES_NOT_FIT

    def _not_offered(self, item: Item, key: str, answer: str | list[str]) -> str | None:
        names = {choice.name for choice in self.choices(item, key)}
        given = [answer] if isinstance(answer, str) else answer
        return None if names.issuperset(given) else "Choose again: the list has changed since."

    def lacks(self, item: Item, key: str) -> str | None:
        """Why a relevant question cannot be left so, in words: its fault, or that it needs an answer."""
        if fault := self.fault(key):
            return fault
        if self.required(item, key) and not self.answered(key):
            return item.required_message or _NEEDS_ANSWER
        return None

    def missing(self) -> list[Missing]:
        """The questions that still must be answered, and the answers that cannot stand."""
        return [
            (section, key, item)
            for section in self.script.sections
            for item, key in self.keys(section)
            if item.is_question and self.relevant(key) and self.lacks(item, key) is not None
        ]
