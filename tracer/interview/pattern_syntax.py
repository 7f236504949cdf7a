"""The grammar of the patterns of `regex()`: from text to a tree of what it means."""

import re
import unicodedata
from collections.abc import Callable

_MOST_TIMES, _DEEPEST = 1_000, 30

Test = Callable[[str], bool]
START, END, WORD, NO_WORD = "start", "end", "word", "no word"


class PatternFault(ValueError):
    """The pattern cannot be used; the message says why and where."""


def is_word(char: str) -> bool:
    """Whether a character is a part of a word."""
    return char.isalnum() or char == "_"


_CLASSES: dict[str, Test] = {"d": str.isdecimal, "w": is_word, "s": str.isspace}
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


def _negated(test: Test) -> Test:
    return lambda char: not test(char)


# What a pattern means, as trees: (kind, ...). Made into steps afterwards, for repeats copy what they repeat.
Tree = tuple[object, ...]


class Reader:
    """Reads one pattern."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.fold = text, 0, 0, False
        if text.startswith("(?i)"):
            self.at, self.fold = 4, True

    def read(self) -> Tree:
        """The tree of the whole pattern: (kind, what is in it, …)."""
        tree = self._either()
        if self.at < len(self.text):
            raise self._fault("is not expected")
        return tree

    def _fault(self, what: str) -> PatternFault:
        return PatternFault(f"{self.text[self.at : self.at + 5]!r} {what}, at character {self.at + 1} of the pattern.")

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _either(self) -> Tree:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._fault("is nested too deeply")
        ways = [self._row()]
        while self._peek() == "|":
            self.at += 1
            ways.append(self._row())
        self.depth -= 1
        return ("either", ways) if len(ways) > 1 else ways[0]

    def _row(self) -> Tree:
        row: list[Tree] = []
        while (char := self._peek()) and char not in "|)":
            row.append(self._times(self._single()))
        return ("row", row)

    def _times(self, one: Tree) -> Tree:
        found = re.compile(r"([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\}").match(self.text, self.at)
        if not found:
            return one
        self.at = found.end()
        if self._peek() == "?":  # lazily or not: the whole text must match either way
            self.at += 1
        if self._peek() and self._peek() in "*+{":
            raise self._fault("repeats what is repeated already")
        if found[1]:
            return ("times", one, 1 if found[1] == "+" else 0, 1 if found[1] == "?" else None)
        least = int(found[2])
        most = int(found[4]) if found[4] else None if found[3] else least
        if least > _MOST_TIMES or (most is not None and not least <= most <= _MOST_TIMES):
            raise self._fault("is after a number of times that cannot be")
        return ("times", one, least, most)

    def _single(self) -> Tree:
        char = self._peek()
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return ("char", self._class())
        if char == ".":
            return ("char", lambda one: one not in "\r\n")
        if char in "^$":
            return ("at", START if char == "^" else END)
        if char == "\\":
            return self._escape()
        if char in "*+?{":
            self.at -= 1
            raise self._fault("has nothing before it to repeat")
        return ("char", self._same(char))

    def _same(self, char: str) -> Test:
        if self.fold:
            folded = char.casefold()
            return lambda one: one.casefold() == folded
        return lambda one: one == char

    def _group(self) -> Tree:
        if self._peek() == "?":
            if not self.text.startswith("?:", self.at):
                self.at -= 1
                raise self._fault("looks ahead, back or sets an option, which cannot be used")
            self.at += 2
        inner = self._either()
        if self._peek() != ")":
            raise self._fault("stands where ')' should") if self._peek() else PatternFault("A '(' is not closed.")
        self.at += 1
        return inner

    def _escape(self) -> Tree:
        char = self._peek()
        if char in {"b", "B"}:
            self.at += 1
            return ("at", WORD if char == "b" else NO_WORD)
        return ("char", self._escaped())

    def _escaped(self) -> Test:
        """What stands after a backslash, as a test of a character."""
        char = self._peek()
        self.at += 1
        if char.lower() in _CLASSES:
            test = _CLASSES[char.lower()]
            return test if char.islower() else _negated(test)
        if char in {"p", "P"}:
            return self._property(char == "P")
        return self._same(self._literal(char))

    def _literal(self, char: str) -> str:
        if char in _ESCAPED:
            return _ESCAPED[char]
        if not char or char.isalnum():
            self.at -= 2
            raise self._fault("is nothing that can be used")
        return char

    def _property(self, negated: bool) -> Test:
        found = re.compile(r"\{([A-Z][a-z]?)\}").match(self.text, self.at)
        if not found:
            self.at -= 2
            raise self._fault("is no kind of letter, like \\p{L}")
        self.at = found.end()
        kind = found[1]
        test: Test = lambda one: unicodedata.category(one).startswith(kind)  # noqa: E731 - returned below
        return _negated(test) if negated else test

    def _class(self) -> Test:
        opened = self.at - 1
        negated = self._peek() == "^"
        self.at += negated
        tests: list[Test] = []
        while self._peek() != "]" or not tests:
            if not self._peek():
                self.at = opened
                raise self._fault("is not closed")
            if self.text.startswith(("[:", "&&"), self.at):
                raise self._fault("cannot be used")
            tests.append(self._member())
        self.at += 1

        def within(one: str) -> bool:
            return any(test(one) for test in tests) is not negated

        return within

    def _member(self) -> Test:
        char = self._peek()
        self.at += 1
        if char == "\\":
            after = self._peek()
            if after.lower() in {*_CLASSES, "p"}:
                return self._escaped()
            self.at += 1
            char = self._literal(after)
        if self._peek() != "-" or self.text[self.at + 1 : self.at + 2] in {"]", ""}:
            return self._same(char)
        self.at += 1
        last = self._peek()
        self.at += 1
        if last == "\\":
            last = self._literal(self._peek())
            self.at += 1
        if last < char:
            self.at -= 3
            raise self._fault("runs backwards")
        return self._between(char, last)

    def _between(self, first: str, last: str) -> Test:
        if self.fold:
            return lambda one: first <= one.lower() <= last or first <= one.upper() <= last
        return lambda one: first <= one <= last
