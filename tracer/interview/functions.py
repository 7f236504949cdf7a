"""The functions that a script's expressions may call: the part of ODK's that is pure, a table of name to behaviour."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracer.interview import pattern, texts
from tracer.interview.values import Value, day, equal, number, string, truth

if TYPE_CHECKING:  # the syntax reads this table; a check reads the syntax's trees
    from tracer.interview.syntax import Node

MANY = 100


@dataclass(frozen=True)
class Function:
    """One function: how many values it takes, what it does, the kind of what it gives, and of what it is given.

    Kinds are number, text, truth, date, any; `select` is an answer chosen from a list, `many` the answers of a repeat.
    One that has no `run` looks at where it stands: `closures` knows how.
    """

    least: int
    most: int
    run: Callable[..., Value] | None
    gives: str = "any"
    takes: tuple[str, ...] = field(default=("any",))
    check: "Callable[[Node], str] | None" = None


def listed(value: Value) -> list[str]:
    """The parts of an answer: the choices of a select, or each answer of a repeat."""
    if isinstance(value, list | tuple):
        return list(value)
    return string(value).split()


def each(*values: Value) -> list[Value]:
    """Values with those of a repeat one by one."""
    found: list[Value] = []
    for value in values:
        found.extend(value) if isinstance(value, tuple) else found.append(value)
    return found


def finite(found: float) -> float:
    """A number, or NaN where it grew beyond all bounds."""
    return found if math.isfinite(found) else math.nan


def _whole(value: Value, how: Callable[[float], int]) -> float:
    found = finite(number(value))
    return found if math.isnan(found) else float(how(found))


def _round(value: Value, places: Value = 0.0) -> float:
    found, digits = finite(number(value)), finite(number(places))
    if math.isnan(found) or math.isnan(digits) or abs(digits) > 15:
        return math.nan
    scale = 10.0 ** math.trunc(digits)
    scaled = found * scale + 0.5
    return math.floor(scaled) / scale if math.isfinite(scaled) else found


def _power(base: Value, exponent: Value) -> float:
    try:
        found = math.pow(number(base), number(exponent))
    except (OverflowError, ValueError):
        return math.nan
    return finite(found)


def _root(value: Value) -> float:
    found = finite(number(value))
    return math.sqrt(found) if found >= 0 else math.nan


def _extreme(values: tuple[Value, ...], how: Callable[[list[float]], float]) -> float:
    numbers = [number(value) for value in each(*values)]
    return math.nan if not numbers or any(math.isnan(one) for one in numbers) else how(numbers)


def _chosen(value: Value, at: Value) -> str:
    place, parts = number(at), listed(value)
    return parts[int(place)] if 0 <= place < len(parts) else ""


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if string(value)), "")


def _literal_pattern(tree: "Node") -> str:
    wanted = tree.parts[1]
    if wanted.what != "text":
        return "write the pattern out, in quotes."
    try:
        pattern.compiled(str(wanted.value))
    except pattern.PatternFault as fault:
        return str(fault)
    return ""


def _literal_format(tree: "Node") -> str:
    wanted = tree.parts[1]
    if wanted.what != "text":
        return "write the form out, in quotes."
    return texts.wrong_with_format(str(wanted.value))


def _literal_question(tree: "Node") -> str:
    wanted = str(tree.parts[1].value)
    named = tree.parts[1].what == "text" and wanted.startswith("${") and wanted.endswith("}")
    return "" if named else "the second value names the question in quotes: jr:choice-name(${town}, '${town}')."


def _of_all(tree: "Node") -> str:
    right = all(part.what == "ref" for part in tree.parts[:2])
    return "" if right else "it takes a question, its repeat, and a number: indexed-repeat(${name}, ${people}, 1)."


def _of_parent(tree: "Node") -> str:
    return "" if tree.parts[0].what == "parent" else "it is written position(..)."


_N, _T, _B, _D, _S, _M = "number", "text", "truth", "date", "select", "many"

FUNCTIONS: dict[str, Function] = {
    "selected": Function(2, 2, lambda given, choice: string(choice) in listed(given), _B, (_S, _T)),
    "selected-at": Function(2, 2, _chosen, _T, (_S, _N)),
    "count-selected": Function(1, 1, lambda given: float(len(listed(given))), _N, (_S,)),
    "jr:choice-name": Function(2, 2, None, _T, check=_literal_question),
    "if": Function(3, 3, None),
    "coalesce": Function(1, MANY, _coalesce),
    "not": Function(1, 1, lambda value: not truth(value), _B),
    "true": Function(0, 0, lambda: True, _B),
    "false": Function(0, 0, lambda: False, _B),
    "boolean": Function(1, 1, truth, _B),
    "boolean-from-string": Function(1, 1, lambda value: string(value) in {"1", "true"}, _B),
    "string": Function(1, 1, string, _T),
    "number": Function(1, 1, number, _N),
    "int": Function(1, 1, lambda value: _whole(value, math.trunc), _N, (_N,)),
    "round": Function(1, 2, _round, _N, (_N, _N)),
    "abs": Function(1, 1, lambda value: abs(number(value)), _N, (_N,)),
    "pow": Function(2, 2, _power, _N, (_N, _N)),
    "sqrt": Function(1, 1, _root, _N, (_N,)),
    "pi": Function(0, 0, lambda: math.pi, _N),
    "today": Function(0, 0, None, _D),
    "now": Function(0, 0, None, _D),
    "date": Function(1, 1, day, _D, (_D,)),
    "decimal-date-time": Function(1, 1, number, _N, (_D,)),
    "decimal-time": Function(1, 1, texts.part_of_day, _N),
    "format-date": Function(2, 2, texts.formatted, _T, (_D, _T), check=_literal_format),
    "string-length": Function(1, 1, lambda value: float(len(string(value))), _N),
    "normalize-space": Function(1, 1, lambda value: " ".join(string(value).split()), _T),
    "concat": Function(1, MANY, lambda *parts: texts.joined("", each(*parts)), _T),
    "join": Function(2, MANY, lambda mark, *parts: texts.joined(string(mark), each(*parts)), _T),
    "contains": Function(2, 2, lambda text, part: string(part) in string(text), _B),
    "starts-with": Function(2, 2, lambda text, part: string(text).startswith(string(part)), _B),
    "ends-with": Function(2, 2, lambda text, part: string(text).endswith(string(part)), _B),
    "substr": Function(2, 3, texts.part, _T, ("any", _N, _N)),
    "substring-before": Function(2, 2, texts.before, _T),
    "substring-after": Function(2, 2, texts.after, _T),
    "translate": Function(3, 3, texts.translated, _T),
    "regex": Function(
        *(2, 2, lambda text, wanted: pattern.compiled(string(wanted)).matches(string(text)), _B),
        check=_literal_pattern,
    ),
    "position": Function(1, 1, None, _N, check=_of_parent),
    "indexed-repeat": Function(3, 3, None, check=_of_all),
    "sum": Function(1, 1, lambda value: sum((number(one) for one in each(value)), 0.0), _N, (_M,)),
    "count": Function(1, 1, lambda value: float(len(each(value))), _N, (_M,)),
    "count-non-empty": Function(1, 1, lambda value: float(sum(one != "" for one in each(value))), _N, (_M,)),
    "min": Function(1, MANY, lambda *values: _extreme(values, min), _N),
    "max": Function(1, MANY, lambda *values: _extreme(values, max), _N),
}

_CHANCE = "The same answers must always give the same record, so nothing can be left to chance."
_ELSEWHERE = "A script brings no other tables: put the choices in the sheet choices, and use choice_filter."
_PLACE = "Nobody measures a place on the telephone."
_SECRET = "Tracer seals what is told by itself."
_TIME = "A calculation is worked out afresh each time, and asks for days, not moments."
# What ODK has besides, and why it is not here.
REFUSED = {
    **dict.fromkeys(("random", "randomize", "uuid"), _CHANCE),
    **dict.fromkeys(("pulldata", "instance", "search", "lookup"), _ELSEWHERE),
    **dict.fromkeys(("area", "distance", "geofence", "enclosed-area", "intersects"), _PLACE),
    **dict.fromkeys(("digest", "base64-decode", "base64-encode", "extract-signed"), _SECRET),
    "once": f"{_TIME} Put the first value into the column default.",
    "date-time": f"{_TIME} Use date().",
    "format-date-time": f"{_TIME} Use format-date().",
    "current": "Name the question as ${name}.",
    "version": "The version of a script stands beside each interview.",
    "property": "Nothing of the tracer's computer is recorded.",
    "checklist": "Add the answers up with +, or count-selected().",
    "weighted-checklist": "Add the answers up with +, or count-selected().",
    "substring": "Use substr(text, first, end), which counts from 0.",
    "name": "Name the question as ${name}.",
    "id": "Name the question as ${name}.",
    "last": "Use count() of the repeat.",
    "floor": "Use int().",
    "ceiling": "Use int(. + 1).",
    **dict.fromkeys(
        ("exp", "exp10", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"),
        "No interview so far has needed it.",
    ),
}

__all__ = ["FUNCTIONS", "REFUSED", "Function", "each", "equal", "finite", "listed"]
