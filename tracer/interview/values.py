"""Values of an expression, and how XPath 1.0 turns one kind into another.

A value is a string, a number (float), a truth value, or a list of strings (a repeat's answers, or the
choices of a select multiple). An unanswered question is the empty string: as a number it is NaN, so that
every comparison with it is false and nothing is decided by what nobody said.
"""

import math
from datetime import date

Value = str | float | bool | list[str]
EPOCH = date(1970, 1, 1)


def truth(value: Value) -> bool:
    """XPath's boolean(): a number but 0 and NaN, a string or list that is not empty."""
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def number(value: Value) -> float:
    """XPath's number(), with dates as whole days since 1970; NaN for what is none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = string(value)
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return float((date.fromisoformat(text[:10]) - EPOCH).days)
    except ValueError:
        return math.nan


def string(value: Value) -> str:
    """XPath's string(): whole numbers without a point, NaN as nothing, a list joined with spaces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return " ".join(value) if isinstance(value, list) else value


def equal(a: Value, b: Value) -> bool:
    """XPath's =: as truth values where either is one, as numbers where either is one, else as strings."""
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) == truth(b)
    if isinstance(a, float) or isinstance(b, float):
        return number(a) == number(b)
    if isinstance(a, list) or isinstance(b, list):
        return string(a) == string(b)
    return a == b
