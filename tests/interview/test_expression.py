"""Expressions of scripts: what they mean, what they refuse, and that nothing makes them fall over."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.interview import expression
from tracer.interview.expression import ExpressionFault
from tracer.interview.values import Value

KNOWN: dict[str, Value] = {
    "age": "41",
    "blank": "",
    "signs": ["fever", "cough"],
    "onset": "2026-03-03",
    "name": "Amara",
    "names": ("Ann", "", "Ben"),
    "minutes": ("5", "20"),
    "today()": "2026-03-10",
    ".": "7",
}


def value(text: str) -> Value:
    return expression.compile(text).evaluate(KNOWN.__getitem__)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("7 div 2", 3.5),
        ("7 mod 4", 3.0),
        ("-2 + 5", 3.0),
        ("2 - -1", 3.0),
        ("${age} > 40 and ${age} <= 41", True),
        ("${age} = 41", True),
        ("${name} = 'Amara'", True),
        ('${name} != "Amara"', False),
        ("${blank} = ''", True),
        ("${blank} < 1", False),
        ("${blank} >= 1", False),
        ("${blank} = 0", False),
        ("not(${blank})", True),
        ("true() and not(false())", True),
        ("selected(${signs}, 'cough')", True),
        ("selected(${signs}, 'co')", False),
        ("selected(${blank}, 'cough')", False),
        ("count-selected(${signs}) = 2", True),
        ("if(${age} > 18, 'adult', 'child')", "adult"),
        ("coalesce(${blank}, ${name})", "Amara"),
        ("date(${onset} + 7)", "2026-03-10"),
        ("${onset} <= today()", True),
        ("today() - ${onset} = 7", True),
        ("date(${blank})", ""),
        ("string-length(${name}) = 5", True),
        ("concat(${name}, '-', 1 + 1)", "Amara-2"),
        ("regex(., '[0-9]')", True),
        ("sum(${minutes})", 25.0),
        ("count-non-empty(${names})", 2.0),
        ("max(${minutes}) - min(${minutes})", 15.0),
        ("round(2.5)", 3.0),
        ("int(2.9)", 2.0),
        ("1 = 1 or ${missing}", True),
    ],
)
def test_meaning(text: str, wanted: Value) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize("text", ["1 div 0", "number('x')", "${blank} + 1", "1 mod 0"])
def test_what_is_no_number(text: str) -> None:
    found = value(text)
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too soon"),
        ("1 +", "ends too soon"),
        ("(1", "ends too soon"),
        ("1 2", "not expected"),
        ("${name", "cannot be read at character 1"),
        ("selected(${signs})", "takes 2 values"),
        ("pulldata('a')", "not a function that scripts can use at character 1"),
        ("name = 'x'", "not a function"),
        ("'open", "cannot be read"),
        ("(" * 5000, "nested too deeply"),
    ],
)
def test_faults_say_where(text: str, words: str) -> None:
    with pytest.raises(ExpressionFault, match=words.replace("(", r"\(")):
        expression.compile(text)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="${}()'\" .,=!<>+-*abcdivmodnot019_", max_size=60))
def test_anything_is_read_or_refused(text: str) -> None:
    """No text makes the reader or the evaluation fail in another way."""
    try:
        found = expression.compile(text)
    except ExpressionFault:
        return
    found.evaluate(lambda _: "")
    found.evaluate(lambda _: ["a", "1"])


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 1000))
def test_arithmetic_agrees_with_python(a: int, b: int, c: int) -> None:
    assert value(f"({a}) + ({b}) * {c}") == a + b * c
    assert value(f"({a}) < ({b})") is (a < b)


def test_references_are_named() -> None:
    assert expression.compile("${a} + if(${b}, ., ${a})").references == {"a", "b"}
