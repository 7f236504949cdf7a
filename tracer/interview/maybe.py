"""Values that may not be known, and what an expression comes to under them."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Protocol

from tracer.interview.closures import ARITHMETIC, COLUMN, COMPARE, compare, question_of
from tracer.interview.compiled import Compiled
from tracer.interview.functions import FUNCTIONS, finite
from tracer.interview.syntax import Node
from tracer.interview.values import Value, equal, number, string, truth, unequal


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN = _Unknown.UNKNOWN
Maybe = Value | _Unknown


class Names(Protocol):
    """What names stand for."""

    compiled: Compiled
    answers: Mapping[str, Value]
    today: date | None

    def value(self, name: str) -> Maybe:
        """The value of an item where it stands."""

    def look(self, name: str, within: str) -> Maybe:
        """What a name stands for at an item."""


class Walk:
    """One expression at one place."""

    def __init__(self, names: Names, within: str, own: Maybe | None) -> None:
        self._names, self._within, self._own = names, within, own

    def value(self, node: Node) -> Maybe:
        """The value of a piece."""
        if node.what in {"number", "text"}:
            return node.value
        if node.what == "ref":
            return self._names.look(str(node.value), self._within)
        if node.what == "self":
            return self._names.value(self._within) if self._own is None else self._own
        if node.what == "column":
            return self._names.answers.get(f"{COLUMN}{node.value}", UNKNOWN)
        if node.what in {"and", "or"}:
            return self._joined(node)
        return self._call(node) if node.what == "call" else self._operator(node)

    def _joined(self, node: Node) -> Maybe:
        """One part decides, whatever the others are."""
        deciding, found = node.what == "or", True
        for part in node.parts:
            value = self.value(part)
            if value is UNKNOWN:
                found = False
            elif truth(value) is deciding:
                return deciding
        return not deciding if found else UNKNOWN

    def _operator(self, node: Node) -> Maybe:
        parts = [self.value(part) for part in node.parts]
        known = [part for part in parts if part is not UNKNOWN]
        if len(known) < len(parts):
            return UNKNOWN
        if node.what == "minus":
            return -number(known[0])
        left, right = known
        if node.what in {"=", "!="}:
            return (equal if node.what == "=" else unequal)(left, right)
        if node.what in COMPARE:
            return compare(COMPARE[node.what], left, right)
        return ARITHMETIC[node.what](number(left), number(right))

    def _call(self, node: Node) -> Maybe:
        name = str(node.value)
        if name == "if":
            return self._if(node)
        if name in {"today", "now"}:
            return self._names.today.isoformat() if self._names.today else UNKNOWN
        if name == "position":
            return 1.0 if self._names.today else UNKNOWN
        parts = [self.value(part) for part in node.parts]
        if name == "coalesce":
            return next((part for part in parts if part is UNKNOWN or string(part)), "")
        if any(part is UNKNOWN for part in parts):
            return UNKNOWN
        known = [part for part in parts if part is not UNKNOWN]
        if name == "indexed-repeat":
            answers, at = known[0], finite(number(known[2]))
            return answers[int(at) - 1] if isinstance(answers, tuple) and 1 <= at < len(answers) + 1 else ""
        if name == "jr:choice-name":
            place = self._names.compiled.places.get(question_of(node))
            labels = {choice.name: choice.label for choice in place.item.choices} if place else {}
            return labels.get(string(known[0]), "")
        function = FUNCTIONS[name].run
        assert function is not None
        return function(*known)

    def _if(self, node: Node) -> Maybe:
        test = self.value(node.parts[0])
        if test is not UNKNOWN:
            return self.value(node.parts[1] if truth(test) else node.parts[2])
        yes, no = (self.value(part) for part in node.parts[1:])
        return yes if yes is not UNKNOWN and no is not UNKNOWN and yes == no and type(yes) is type(no) else UNKNOWN
