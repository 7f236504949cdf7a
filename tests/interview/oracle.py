"""Expressions made by chance, and what each means, worked out the plain way from XPath 1.0 and ODK's list of functions.

Nothing of `tracer.interview` is used: a tree is (word, parts…), it is written out as text, and evaluated by a walk.
"""

import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]
DAY = date(2026, 3, 10)
NAMES = ("one", "two", "many", "chosen", "born", "typed")

WORDS = ("", "yes", "no", "a", "b", "12", "-3.5", "2026-03-03", "1970-01-01", "fever", " 7 ", "0", "x y")
NUMBERS = (0.0, 1.0, 2.0, 2.5, 7.0, 0.1, 18.0, 1000000.0)


def trees() -> st.SearchStrategy[Tree]:
    """Expressions of every shape."""
    leaves = st.one_of(
        st.sampled_from(NUMBERS).map(lambda number: ("digits", number)),
        st.sampled_from(WORDS).map(lambda word: ("text", word)),
        st.sampled_from(NAMES).map(lambda name: ("name", name)),
        st.sampled_from(["true", "false", "today"]).map(lambda name: (name,)),
    )

    def grown(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        two = st.tuples(st.sampled_from([*_COMPARE, *_RECKON]), below, below)
        logic = st.tuples(st.sampled_from(["and", "or"]), below, below)
        one = st.tuples(st.sampled_from(sorted(_ONE)), below)
        pairs = st.tuples(st.sampled_from(sorted(_TWO)), below, below)
        minus = st.tuples(st.just("minus"), below)
        choose = st.tuples(st.just("if"), below, below, below)
        sums = st.tuples(st.sampled_from(["sum", "count", "count-non-empty"]), st.just(("name", "many")))
        ends = st.tuples(st.sampled_from(["min", "max", "concat", "coalesce"]), below, below)
        return st.one_of(two, logic, one, pairs, minus, choose, sums, ends)

    return st.recursive(leaves, grown, max_leaves=12)


def known() -> st.SearchStrategy[dict[str, Any]]:
    """Answers: two single ones, all of a repeat (a tuple), a list of choices, a day, a text."""
    word = st.sampled_from(WORDS)
    return st.fixed_dictionaries(
        {
            **{"one": word, "two": word, "typed": st.text("ab1 -.", max_size=5)},
            "many": st.lists(word, max_size=3).map(tuple),
            "chosen": st.lists(st.sampled_from(["a", "b", "fever", "12"]), max_size=3, unique=True),
            "born": st.sampled_from(["", "1980-05-01", "2026-03-10"]),
        }
    )


def written(tree: Tree, space: str = " ") -> str:
    """A tree as text, every part in parentheses."""
    word, *parts = tree
    if word == "digits":
        return f"{parts[0]:g}" if parts[0] != 1000000.0 else "1000000"
    if word == "text":
        return f"'{parts[0]}'"
    if word == "name":
        return f"${{{parts[0]}}}"
    inner = [written(part, space) for part in parts]
    if word in {*_COMPARE, *_RECKON, "and", "or"}:
        return f"({inner[0]}){space}{word}{space}({inner[1]})"
    if word == "minus":
        return f"-({inner[0]})"
    return f"{word}({f',{space}'.join(inner)})"


def meaning(tree: Tree, answers: dict[str, Any]) -> Any:
    """What a tree gives: a float, bool, string, tuple (a repeat's answers) or list (choices)."""
    word, *parts = tree
    if word in {"digits", "text"}:
        return parts[0]
    if word == "name":
        return answers[parts[0]]
    if word in {"true", "false"}:
        return word == "true"
    if word == "today":
        return DAY.isoformat()
    if word in {"and", "or"}:
        both = [as_truth(meaning(part, answers)) for part in parts]
        return all(both) if word == "and" else any(both)
    if word == "if":
        return meaning(parts[1] if as_truth(meaning(parts[0], answers)) else parts[2], answers)
    given = [meaning(part, answers) for part in parts]
    if word in _COMPARE:
        return _compared(word, *given)
    if word in _RECKON:
        return _RECKON[word](as_number(given[0]), as_number(given[1]))
    if word == "minus":
        return -as_number(given[0])
    if word in {"sum", "count", "count-non-empty"}:
        return _over(word, given[0])
    if word in {"min", "max"}:
        numbers = [as_number(one) for value in given for one in (value if isinstance(value, tuple) else (value,))]
        if not numbers or any(map(math.isnan, numbers)):
            return math.nan
        return {"min": min, "max": max}[word](numbers)
    if word == "concat":
        return "".join(as_text(one) for value in given for one in (value if isinstance(value, tuple) else (value,)))
    if word == "coalesce":
        return given[0] if as_text(given[0]) != "" else given[1] if as_text(given[1]) != "" else ""
    return _ONE[word](given[0]) if word in _ONE else _TWO[word](*given)


def as_truth(value: Any) -> bool:
    """boolean()."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return len(value) > 0


def as_text(value: Any) -> str:
    """string()."""
    if isinstance(value, bool):
        return {True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        return value[0] if value else ""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "-Infinity" if value < 0 else "Infinity"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def as_number(value: Any) -> float:
    """number(), and days for dates."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    text = as_text(value).strip(" \t\r\n")
    digits = text[1:] if text.startswith("-") else text
    if digits and set(digits) <= set("0123456789.") and digits.count(".") <= 1 and digits != ".":
        return float(text)
    if len(as_text(value)) == 10 and text.count("-") == 2:
        try:
            return float((date(*(int(part) for part in text.split("-"))) - date(1970, 1, 1)).days)
        except ValueError:
            pass
    return math.nan


def _compared(word: str, left: Any, right: Any) -> bool:
    if word in {"=", "!="} and (isinstance(left, bool) or isinstance(right, bool)):
        return (as_truth(left) == as_truth(right)) is (word == "=")
    if isinstance(left, tuple):
        return any(_compared(word, one, right) for one in left)
    if isinstance(right, tuple):
        return any(_compared(word, left, one) for one in right)
    if word not in {"=", "!="}:
        a, b = as_number(left), as_number(right)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[word]
    if isinstance(left, float) or isinstance(right, float):
        return (as_number(left) == as_number(right)) is (word == "=")
    return (as_text(left) == as_text(right)) is (word == "=")


def _over(word: str, value: Any) -> float:
    if word == "count":
        return float(len(value))
    if word == "count-non-empty":
        return float(len([one for one in value if one]))
    total = 0.0
    for one in value:
        total += as_number(one)
    return total


def _divided(a: float, b: float) -> float:
    return math.nan if b == 0 else a / b


def _rest(a: float, b: float) -> float:
    return math.nan if b == 0 or math.isinf(a) else math.fmod(a, b)


def _day(value: Any) -> str:
    days = as_number(value)
    if math.isnan(days) or abs(days) > 1e6:
        try:
            return (date(1970, 1, 1) + timedelta(days=math.floor(days))).isoformat()
        except (OverflowError, ValueError):
            return ""
    try:
        return (date(1970, 1, 1) + timedelta(days=math.floor(days))).isoformat()
    except OverflowError:
        return ""


def _whole(value: Any, how: Any) -> float:
    number = as_number(value)
    return float(how(number)) if math.isfinite(number) else math.nan


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else as_text(value).split()


_COMPARE = ("=", "!=", "<", "<=", ">", ">=")
_RECKON: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divided,
    "mod": _rest,
}
_ONE: dict[str, Callable[[Any], Any]] = {
    "not": lambda value: not as_truth(value),
    "boolean": as_truth,
    "string": as_text,
    "number": as_number,
    "int": lambda value: _whole(value, int),
    "round": lambda value: _whole(value, lambda number: math.floor(number + 0.5)),
    "abs": lambda value: abs(as_number(value)),
    "date": _day,
    "string-length": lambda value: float(len(as_text(value))),
    "count-selected": lambda value: float(len(_listed(value))),
    "normalize-space": lambda value: " ".join(as_text(value).split()),
}
_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "selected": lambda value, choice: as_text(choice) in _listed(value),
    "contains": lambda text, part: as_text(text).find(as_text(part)) >= 0,
    "starts-with": lambda text, part: as_text(text)[: len(as_text(part))] == as_text(part),
    "ends-with": lambda text, part: (
        as_text(text)[len(as_text(text)) - len(as_text(part)) :] == as_text(part)
        if len(as_text(part)) <= len(as_text(text))
        else False
    ),
    "substring-before": lambda text, mark: (
        as_text(text).split(as_text(mark))[0] if as_text(mark) and as_text(mark) in as_text(text) else ""
    ),
    "substring-after": lambda text, mark: (
        as_text(text)[as_text(text).find(as_text(mark)) + len(as_text(mark)) :]
        if as_text(mark) in as_text(text)
        else ""
    ),
}
