"""Values of an expression, and how XPath 1.0 turns one kind into another.

A value is a string, a number (float), a truth value, a list of strings (the choices of a select multiple), or a tuple
of strings: the answers to one question in all instances of a repeat, XPath's node-set. An unanswered question is the
empty string: as a number it is NaN, so that every comparison by size with it is false and nothing is decided by what
nobody said. Two things differ from XPath 1.0 on purpose, as ODK's clients have it: a single question is its answer
and no node-set (so `not(${blank})` holds), and dates are numbers, whole days since 1970.
"""

import math
import re
from datetime import date
from decimal import Decimal

Value = str | float | bool | list[str] | tuple[str, ...]
EPOCH = date(1970, 1, 1)
_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?")
_LAST = (date.max - EPOCH).days
_FIRST = (date.min - EPOCH).days


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
    if _NUMBER.fullmatch(text):
        return float(text)
    if found := _DAY.fullmatch(text):
        try:
            return float((date.fromisoformat(found[1]) - EPOCH).days)
        except ValueError:
            pass
    return math.nan


def string(value: Value) -> str:
    """XPath's string(): whole numbers without a point, never an exponent; NaN as nothing; the first of many answers.

    The choices of a select multiple are joined with spaces.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, tuple):
        return value[0] if value else ""
    return " ".join(value)


def _digits(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


def day(value: Value) -> str:
    """A day as ISO, from a date or a number of days since 1970; blank for what is none."""
    days = number(value)
    if math.isnan(days) or not _FIRST <= days <= _LAST:
        return ""
    return date.fromordinal(EPOCH.toordinal() + math.floor(days)).isoformat()


def equal(a: Value, b: Value) -> bool:
    """XPath's =: as truth values where either is one, as numbers where either is one, else as strings.

    Of many answers (a tuple), one that is equal is enough.
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) == truth(b)
    if isinstance(a, tuple):
        return any(equal(one, b) for one in a)
    if isinstance(b, tuple):
        return any(equal(a, one) for one in b)
    if isinstance(a, float) or isinstance(b, float):
        return number(a) == number(b)
    return string(a) == string(b)


def unequal(a: Value, b: Value) -> bool:
    """XPath's !=: of many answers one that differs is enough, so that = and != may both hold."""
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) != truth(b)
    if isinstance(a, tuple):
        return any(unequal(one, b) for one in a)
    if isinstance(b, tuple):
        return any(unequal(a, one) for one in b)
    return not equal(a, b)
