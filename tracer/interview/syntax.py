"""The grammar of expressions: from text to a tree. Everything that can be said wrong is said here, with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.interview.functions import FUNCTIONS, REFUSED

LONGEST, DEEPEST = 8_000, 100
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[A-Za-z_][\w.-]*\s*\})|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<name>[A-Za-z_][\w-]*(?::[\w-]+)?)"
    r"|(?P<mark><=|>=|!=|\.\.|[=<>+*(),.]|-))"
)
_PATH = re.compile(r"\s*[/\[\]@|]")
# Word -> how closely it binds. All are read from the left.
_BINDS = {
    **{"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4},
    **{"+": 5, "-": 5, "*": 6, "div": 6, "mod": 6},
}
_SIGN = 7


class ExpressionFault(ValueError):
    """The expression cannot be read; the message says what is wrong and where (character, from 1)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of an expression.

    `what` is number, text, ref (`${name}`), self (`.`), parent (`..`), column (of the choices, in a filter), call,
    minus, or the operator itself; `or` and `and` have as many parts as are joined by them. `at` is its place.
    """

    what: str
    value: str | float = ""
    parts: tuple["Node", ...] = ()
    at: int = 0
    depth: int = 1

    def walk(self) -> Iterator["Node"]:
        """This piece and all within it, in the order in which they stand."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left += reversed(node.parts)


def joined(what: str, value: str | float, parts: tuple[Node, ...], at: int) -> Node:
    """A piece made of others."""
    return Node(what, value, parts, at, 1 + max((part.depth for part in parts), default=0))


def read(text: str, columns: frozenset[str] = frozenset()) -> Node:
    """The tree of an expression. `columns` are the bare names that may stand in it: a choice filter's."""
    if len(text) > LONGEST:
        raise ExpressionFault(f"The expression is over {LONGEST:,} characters long. Part it into calculations.")
    return _Reader(text, columns).read()


class _Reader:
    """Operators by their binding, each operand with one method."""

    def __init__(self, text: str, columns: frozenset[str]) -> None:
        self.columns, self.end = columns, len(text) + 1
        self.tokens, self.place, self.nested = self._split(text), 0, 0

    def _split(self, text: str) -> list[tuple[str, str, int]]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                if _PATH.match(text, at):
                    raise ExpressionFault(f"Paths cannot be used (character {at + 1}). Name a question as ${{name}}.")
                raise ExpressionFault(f"{text[at:].strip()[:12]!r} cannot be read at character {at + 1}.")
            tokens.append((found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1))
            at = found.end()
        return [*tokens, ("end", "", len(text) + 1)]

    def read(self) -> Node:
        """The whole expression."""
        tree = self._expression(1)
        if self.tokens[self.place][0] != "end":
            raise self._fault("is not expected")
        right = {part for node in tree.walk() if node.value == "position" for part in node.parts}
        if any(node.what == "parent" and node not in right for node in tree.walk()):
            raise ExpressionFault("“..” can stand in position(..) only. Name a question as ${name}.")
        return tree

    def _fault(self, what: str) -> ExpressionFault:
        _, token, at = self.tokens[self.place]
        return ExpressionFault(f"{token!r} {what} at character {at}." if token else "The expression ends too soon.")

    def _take(self, wanted: str) -> bool:
        kind, token, _ = self.tokens[self.place]
        if kind == "mark" and token == wanted:
            self.place += 1
            return True
        return False

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fault(f"stands where {wanted!r} should")

    def _deeper(self, tree: Node) -> Node:
        if tree.depth > DEEPEST:
            raise ExpressionFault("The expression is nested too deeply. Part it into calculations.")
        return tree

    def _expression(self, least: int) -> Node:
        """Everything that binds at least so closely."""
        self.nested += 1
        if self.nested > DEEPEST:
            raise ExpressionFault("The expression is nested too deeply. Part it into calculations.")
        left = self._signed()
        while True:
            kind, word, at = self.tokens[self.place]
            binds = _BINDS.get(word, 0) if kind in {"mark", "name"} else 0
            if binds < least:
                break
            self.place += 1
            right = self._expression(binds + 1)
            parts = (*left.parts, right) if left.what == word and word in {"and", "or"} else (left, right)
            left = self._deeper(joined(word, "", parts, at))
        self.nested -= 1
        return left

    def _signed(self) -> Node:
        at = self.tokens[self.place][2]
        if self._take("-"):
            return self._deeper(joined("minus", "", (self._expression(_SIGN),), at))
        return self._single()

    def _single(self) -> Node:
        if self._take("("):
            inner = self._expression(1)
            self._expect(")")
            return inner
        kind, token, at = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return Node("number", float(token), at=at)
        if kind == "text":
            return Node("text", token[1:-1], at=at)
        if kind == "ref":
            return Node("ref", token.strip("${} \t\n"), at=at)
        if kind == "mark" and token in {".", ".."}:
            return Node("self" if token == "." else "parent", at=at)
        if kind == "name":
            return self._name(token, at)
        self.place -= 1
        raise self._fault("is not expected")

    def _name(self, name: str, at: int) -> Node:
        if self.tokens[self.place][:2] == ("mark", "("):
            return self._call(name, at)
        if name in self.columns:
            return Node("column", name, at=at)
        self.place -= 1
        if name in FUNCTIONS:
            raise self._fault("is a function and needs its parentheses")
        raise self._fault(f"is not a function that scripts can use (a question is written ${{{name}}})")

    def _call(self, name: str, at: int) -> Node:
        function = FUNCTIONS.get(name)
        if function is None:
            self.place -= 1
            why = f" {REFUSED[name]}" if name in REFUSED else ""
            raise ExpressionFault(f"{self._fault('is not a function that scripts can use')}{why}")
        self._expect("(")
        given: list[Node] = []
        if not self._take(")"):
            given.append(self._expression(1))
            while self._take(","):
                given.append(self._expression(1))
            self._expect(")")
        least, most = function.least, function.most
        if not least <= len(given) <= most:
            takes = least if least == most else f"{least} to {most}"
            raise ExpressionFault(f"{name}() takes {takes} values; it has {len(given)} at character {at}.")
        tree = self._deeper(joined("call", name, tuple(given), at))
        if function.check is not None and (wrong := function.check(tree)):
            raise ExpressionFault(f"{name}() at character {at}: {wrong}")
        return tree
