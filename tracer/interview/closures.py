"""From the tree of an expression to a function that works it out: made once, run thousands of times."""

import math
import operator
from collections.abc import Callable

from tracer.interview.functions import FUNCTIONS, finite
from tracer.interview.syntax import Node
from tracer.interview.values import Value, equal, number, string, truth, unequal

Scope = Callable[[str], Value]
Run = Callable[[Scope], Value]

# What an expression asks of its scope besides the answers by name.
TODAY, SELF, POSITION = "today()", ".", "position(..)"
ALL, LABELS, COLUMN = "all:", "labels:", "column:"


def closure(tree: Node) -> Run:
    """The function of a tree."""
    made = _MADE.get(tree.what)
    if made is not None:
        return made(tree)
    left, right = (closure(part) for part in tree.parts)
    if tree.what in COMPARE:
        return _compared(left, right, COMPARE[tree.what])
    how = ARITHMETIC[tree.what]
    return lambda scope: how(number(left(scope)), number(right(scope)))


def _divided(a: float, b: float) -> float:
    return a / b if b else math.nan


def _rest(a: float, b: float) -> float:
    return math.fmod(a, b) if b and math.isfinite(a) else math.nan


COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divided,
    "mod": _rest,
}


def compare(how: Callable[[float, float], bool], a: Value, b: Value) -> bool:
    """A comparison by size; of many answers one that fits is enough."""
    if isinstance(a, tuple):
        return any(compare(how, one, b) for one in a)
    if isinstance(b, tuple):
        return any(compare(how, a, one) for one in b)
    return how(number(a), number(b))


def _compared(left: Run, right: Run, how: Callable[[float, float], bool]) -> Run:
    return lambda scope: compare(how, left(scope), right(scope))


def _constant(tree: Node) -> Run:
    value = tree.value
    return lambda _: value


def _named(prefix: str) -> Callable[[Node], Run]:
    def made(tree: Node) -> Run:
        name = f"{prefix}{tree.value}"
        return lambda scope: scope(name)

    return made


def _or(tree: Node) -> Run:
    parts = [closure(part) for part in tree.parts]

    def run(scope: Scope) -> Value:
        for part in parts:  # noqa: SIM110 - any() over a generator takes twice the time
            if truth(part(scope)):
                return True
        return False

    return run


def _and(tree: Node) -> Run:
    parts = [closure(part) for part in tree.parts]

    def run(scope: Scope) -> Value:
        for part in parts:  # noqa: SIM110
            if not truth(part(scope)):
                return False
        return True

    return run


def _equality(tree: Node) -> Run:
    """Most conditions compare one answer with one word: those take the short way."""
    left, right = tree.parts
    how = equal if tree.what == "=" else unequal
    if left.what == "ref" and right.what == "text":
        name, word, same = str(left.value), right.value, tree.what == "="

        def short(scope: Scope) -> Value:
            value = scope(name)
            return (value == word) is same if type(value) is str else how(value, word)

        return short
    one, other = closure(left), closure(right)
    return lambda scope: how(one(scope), other(scope))


def _minus(tree: Node) -> Run:
    inner = closure(tree.parts[0])
    return lambda scope: -number(inner(scope))


def _call(tree: Node) -> Run:
    name = str(tree.value)
    if name in _SPECIAL:
        return _SPECIAL[name](tree)
    function = FUNCTIONS[name].run
    assert function is not None
    given = [closure(part) for part in tree.parts]
    if len(given) == 1:
        only = given[0]
        return lambda scope: function(only(scope))
    if len(given) == 2:
        first, second = given
        return lambda scope: function(first(scope), second(scope))
    return lambda scope: function(*[one(scope) for one in given])


def _if(tree: Node) -> Run:
    test, yes, no = (closure(part) for part in tree.parts)
    return lambda scope: yes(scope) if truth(test(scope)) else no(scope)


def _choice_name(tree: Node) -> Run:
    """The label of a choice: the scope gives the choices of a question as name, label, name, label."""
    value, labels = closure(tree.parts[0]), LABELS + question_of(tree)

    def run(scope: Scope) -> Value:
        found = scope(labels)
        assert isinstance(found, tuple)
        return dict(zip(found[::2], found[1::2], strict=True)).get(string(value(scope)), "")

    return run


def question_of(tree: Node) -> str:
    """The question that jr:choice-name() names in quotes."""
    return str(tree.parts[1].value).strip("${} ")


def _indexed(tree: Node) -> Run:
    name, at = f"{ALL}{tree.parts[0].value}", closure(tree.parts[2])

    def run(scope: Scope) -> Value:
        answers, place = scope(name), finite(number(at(scope)))
        return answers[int(place) - 1] if isinstance(answers, tuple) and 1 <= place < len(answers) + 1 else ""

    return run


_SPECIAL: dict[str, Callable[[Node], Run]] = {
    "if": _if,
    "today": lambda _: lambda scope: scope(TODAY),
    "now": lambda _: lambda scope: scope(TODAY),
    "position": lambda _: lambda scope: scope(POSITION),
    "jr:choice-name": _choice_name,
    "indexed-repeat": _indexed,
}
_MADE: dict[str, Callable[[Node], Run]] = {
    "number": _constant,
    "text": _constant,
    "ref": _named(""),
    "column": _named(COLUMN),
    "self": lambda _: lambda scope: scope(SELF),
    "parent": lambda _: lambda _scope: "",
    "or": _or,
    "and": _and,
    "=": _equality,
    "!=": _equality,
    "minus": _minus,
    "call": _call,
}
