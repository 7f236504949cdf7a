"""Expressions of a script: the ODK subset of XPath 1.0, compiled once to closures."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from tracer.interview.functions import FUNCTIONS, NAMES, SCOPED
from tracer.interview.values import Value, equal, number, truth

Scope = Callable[[str], Value]
Run = Callable[[Scope], Value]

_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[A-Za-z_][\w.-]*\s*\})|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<name>[A-Za-z_][\w-]*(?::[\w-]+)?)"
    r"|(?P<mark><=|>=|!=|[=<>+*(),.]|-))"
)


class ExpressionFault(ValueError):
    """The expression cannot be read; the message says what is wrong and where (character, from 1)."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression and the questions that it looks at."""

    text: str
    references: frozenset[str]
    run: Run

    def evaluate(self, scope: Scope) -> Value:
        """Its value; `scope` gives the value of a name, and of "." for the question itself."""
        return self.run(scope)

    def holds(self, scope: Scope) -> bool:
        """Its value as true or false."""
        return truth(self.run(scope))


def compile(text: str) -> Expression:
    """Read an expression once; ExpressionFault says what is wrong with it and where."""
    return _Reader(text).read()


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.nan,
    "mod": lambda a, b: math.fmod(a, b) if b else math.nan,
}


class _Reader:
    """A descent over the tokens, one method a level of binding."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.references = text, 0, set[str]()
        self.tokens = self._split(text)

    def _split(self, text: str) -> list[tuple[str, str, int]]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise ExpressionFault(f"{text[at:].strip()[:12]!r} cannot be read at character {at + 1}.")
            tokens.append((found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1))
            at = found.end()
        return [*tokens, ("end", "", len(text) + 1)]

    def read(self) -> Expression:
        """The whole expression."""
        try:
            run = self._either(("or",), self._and)
        except RecursionError as error:
            raise ExpressionFault("The expression is nested too deeply.") from error
        if self.tokens[self.place][0] != "end":
            raise self._fault("is not expected")
        return Expression(self.text, frozenset(self.references), run)

    def _fault(self, what: str) -> ExpressionFault:
        _, token, at = self.tokens[self.place]
        return ExpressionFault(f"{token!r} {what} at character {at}." if token else "The expression ends too soon.")

    def _take(self, *wanted: str) -> str | None:
        kind, token, _ = self.tokens[self.place]
        if kind in {"mark", "name"} and token in wanted:
            self.place += 1
            return token
        return None

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fault(f"stands where {wanted!r} should")

    def _either(self, words: tuple[str, ...], below: Callable[[], Run]) -> Run:
        left = below()
        while self._take(*words):
            left = self._joined(left, below(), words[0] == "or")
        return left

    @staticmethod
    def _joined(left: Run, right: Run, either: bool) -> Run:
        if either:
            return lambda scope: truth(left(scope)) or truth(right(scope))
        return lambda scope: truth(left(scope)) and truth(right(scope))

    def _and(self) -> Run:
        return self._either(("and",), self._equality)

    def _equality(self) -> Run:
        left = self._comparison()
        while mark := self._take("=", "!="):
            left = self._equals(left, self._comparison(), mark == "=")
        return left

    @staticmethod
    def _equals(left: Run, right: Run, same: bool) -> Run:
        return lambda scope: equal(left(scope), right(scope)) is same

    def _comparison(self) -> Run:
        left = self._sum()
        while mark := self._take("<", "<=", ">", ">="):
            left = self._numeric(left, self._sum(), _COMPARE[mark])
        return left

    @staticmethod
    def _numeric(left: Run, right: Run, how: Callable[[float, float], Value]) -> Run:
        return lambda scope: how(number(left(scope)), number(right(scope)))

    def _sum(self) -> Run:
        left = self._product()
        while mark := self._take("+", "-"):
            left = self._numeric(left, self._product(), _ARITHMETIC[mark])
        return left

    def _product(self) -> Run:
        left = self._signed()
        while mark := self._take("*", "div", "mod"):
            left = self._numeric(left, self._signed(), _ARITHMETIC[mark])
        return left

    def _signed(self) -> Run:
        if self._take("-"):
            inner = self._signed()
            return lambda scope: -number(inner(scope))
        return self._single()

    def _single(self) -> Run:
        kind, token, _ = self.tokens[self.place]
        if self._take("("):
            inner = self._either(("or",), self._and)
            self._expect(")")
            return inner
        self.place += 1
        if kind == "number":
            value = float(token)
            return lambda _: value
        if kind == "text":
            text = token[1:-1]
            return lambda _: text
        if kind == "ref" or token == ".":
            return self._reference(token.strip("${} ") if kind == "ref" else ".")
        if kind == "name":
            return self._call(token)
        self.place -= 1
        raise self._fault("is not expected")

    def _reference(self, name: str) -> Run:
        if name != ".":
            self.references.add(name)
        return lambda scope: scope(name)

    def _call(self, name: str) -> Run:
        if name not in NAMES:
            self.place -= 1
            raise self._fault("is not a function that scripts can use")
        self._expect("(")
        arguments = []
        if not self._take(")"):
            arguments.append(self._either(("or",), self._and))
            while self._take(","):
                arguments.append(self._either(("or",), self._and))
            self._expect(")")
        if name in SCOPED:
            word = SCOPED[name]
            return lambda scope: scope(word)
        least, most, function = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise ExpressionFault(f"{name}() takes {least if least == most else f'{least} to {most}'} values.")
        return lambda scope: function(*[argument(scope) for argument in arguments])
