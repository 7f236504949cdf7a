"""The functions that a script's expressions may call: the ODK subset, a table of name to behaviour."""

import math
import re
from collections.abc import Callable
from datetime import timedelta

from tracer.interview.values import EPOCH, Value, number, string, truth

_LONGEST_MATCHED = 1000


def _items(value: Value) -> list[str]:
    return value if isinstance(value, list) else string(value).split()


def _matches(text: Value, pattern: Value) -> bool:
    """A capped match: a long answer must not keep a pattern busy."""
    return re.fullmatch(string(pattern), string(text)[:_LONGEST_MATCHED]) is not None


def _as_date(value: Value) -> str:
    days = number(value)
    return "" if math.isnan(days) else (EPOCH + timedelta(days=int(days))).isoformat()


def _round(value: Value) -> float:
    found = number(value)
    return found if math.isnan(found) else float(math.floor(found + 0.5))


def _sum(value: Value) -> float:
    return sum((number(item) for item in _items(value)), 0.0)


# Name -> (fewest arguments, most, the function). `if` and `coalesce` are here too: no argument has effects.
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "selected": (2, 2, lambda given, choice: string(choice) in _items(given)),
    "count-selected": (1, 1, lambda given: float(len(_items(given)))),
    "if": (3, 3, lambda test, yes, no: yes if truth(test) else no),
    "coalesce": (2, 2, lambda first, second: first if string(first) else second),
    "not": (1, 1, lambda value: not truth(value)),
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "boolean": (1, 1, truth),
    "string": (1, 1, string),
    "number": (1, 1, number),
    "int": (
        1,
        1,
        lambda value: float(math.trunc(found)) if not math.isnan(found := number(value)) else found,
    ),
    "round": (1, 1, _round),
    "date": (1, 1, _as_date),
    "decimal-date-time": (1, 1, number),
    "string-length": (1, 1, lambda value: float(len(string(value)))),
    "concat": (1, 20, lambda *parts: "".join(string(part) for part in parts)),
    "contains": (2, 2, lambda text, part: string(part) in string(text)),
    "starts-with": (2, 2, lambda text, part: string(text).startswith(string(part))),
    "regex": (2, 2, _matches),
    "sum": (1, 1, _sum),
    "count": (1, 1, lambda value: float(len(_items(value)))),
    "count-non-empty": (1, 1, lambda value: float(len([item for item in _items(value) if item]))),
    "min": (1, 1, lambda value: min((number(item) for item in _items(value)), default=math.nan)),
    "max": (1, 1, lambda value: max((number(item) for item in _items(value)), default=math.nan)),
}
# These ask the scope, for they depend on the day of the run.
SCOPED = {"today": "today()", "now": "today()"}
NAMES = frozenset(FUNCTIONS) | frozenset(SCOPED)
