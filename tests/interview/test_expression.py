"""Expressions of scripts: what they mean, what they refuse, and that nothing makes them fall over."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interview import oracle
from tracer.interview import expression
from tracer.interview.expression import ExpressionFault
from tracer.interview.values import Value, number

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
        ("selected-at(${signs}, 1)", "cough"),
        ("selected-at(${signs}, 2)", ""),
        ("${names} = 'Ben'", True),
        ("${names} != 'Ben'", True),
        ("${minutes} > 15", True),
        ("${minutes} > 25", False),
        ("${minutes} + 1", 6.0),
        ("sum(${names})", math.nan),
        ("max(${minutes}, 30)", 30.0),
        ("min(${minutes}, ${blank})", math.nan),
        ("count(${minutes})", 2.0),
        ("count(${blank})", 1.0),
        ("join(', ', ${names})", "Ann, , Ben"),
        ("concat(${names})", "AnnBen"),
        ("substr('abcdef', 1, 3)", "bc"),
        ("substr('abcdef', -2)", "ef"),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-after('abc', 'x')", ""),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("translate('abc', 'c', '')", "ab"),
        ("normalize-space('  a   b ')", "a b"),
        ("ends-with('fever', 'er')", True),
        ("round(2.345, 2)", 2.35),
        ("round(1234, -2)", 1200.0),
        ("abs(-3)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("pow(10, 400)", math.nan),
        ("sqrt(-1)", math.nan),
        ("int(1 div 0)", math.nan),
        ("format-date(${onset}, '%d/%m/%y')", "03/03/26"),
        ("format-date(${onset}, '%e.%n.%Y')", "3.3.2026"),
        ("format-date(${blank}, '%Y')", ""),
        ("decimal-time('12:00')", 0.5),
        ("decimal-time('24:00')", math.nan),
        ("decimal-date-time('1970-01-02')", 1.0),
        ("date('2026-02-29')", ""),
        ("date(10000000000)", ""),
        ("date(today() + 10)", "2026-03-20"),
        ("'2026-03-09' < today()", True),
        ("boolean-from-string('1')", True),
        ("boolean-from-string('yes')", False),
        ("coalesce(${blank}, '', 'x')", "x"),
        ("number('1e5')", math.nan),
        ("number('inf')", math.nan),
        ("number('1_000')", math.nan),
        ("number(' -.5 ')", -0.5),
        ("string(0.00001)", "0.00001"),
        ("string(10000000000000000000000)", "10000000000000000000000"),
        ("string(-0)", "0"),
        ("1 - 2 - 3", -4.0),
        ("8 div 2 div 2", 2.0),
        ("1 < 2 = true()", True),
        ("1 = 1 and 2 = 2 and 3 = 4", False),
        ("0 or '' or 'x'", True),
        ("regex(${name}, '[A-Z][a-z]+')", True),
        ("regex(${name}, '[A-Z]')", False),
    ],
)
def test_meaning(text: str, wanted: Value) -> None:
    found = value(text)
    assert type(found) is type(wanted)
    assert found == wanted or (isinstance(wanted, float) and math.isnan(wanted) and math.isnan(number(found)))


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
        ("selected(${signs})", "takes 2 values; it has 1 at character 1"),
        ("/data/name = 1", "Paths cannot be used"),
        ("${name}[1]", "Paths cannot be used"),
        ("..", "can stand in position"),
        ("position(.)", "it is written position"),
        ("today", "needs its parentheses"),
        ("jr:choice-name(${a}, ${a})", "names the question in quotes"),
        ("indexed-repeat(1, ${a}, 1)", "it takes a question, its repeat, and a number"),
        ("format-date(today(), '%A')", "%A cannot be used"),
        ("regex(., concat('a', 'b'))", "write the pattern out"),
        ("once(today())", "Put the first value into the column default"),
        ("random() > 0.5", "nothing can be left to chance"),
        ("1 " + "+ 1 " * 200, "nested too deeply"),
        ("'" + "x" * 9000 + "'", "over 8,000 characters"),
        ("pulldata('a')", "not a function that scripts can use at character 1"),
        ("name = 'x'", "not a function"),
        ("'open", "cannot be read"),
        ("(" * 5000, "nested too deeply"),
    ],
)
def test_faults_say_where(text: str, words: str) -> None:
    with pytest.raises(ExpressionFault, match=re.escape(words)):
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


@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(oracle.trees(), oracle.known(), st.sampled_from([" ", "  ", "\n"]))
def test_every_expression_means_what_xpath_says(tree: oracle.Tree, known: dict[str, Value], space: str) -> None:
    text = oracle.written(tree, space)
    scope = {**known, "today()": oracle.DAY.isoformat()}.__getitem__
    found, wanted = expression.compile(text).evaluate(scope), oracle.meaning(tree, known)
    assert type(found) is type(wanted), text
    assert found == wanted or (found != found and wanted != wanted), text


@given(oracle.trees(), oracle.trees(), oracle.trees(), oracle.known())
def test_operators_bind_as_they_should(a: oracle.Tree, b: oracle.Tree, c: oracle.Tree, known: dict[str, Value]) -> None:
    """Without its parentheses, an expression means what it means with those that XPath would put."""
    one, two, three = (f"number({oracle.written(tree)})" for tree in (a, b, c))
    pairs = [
        (f"{one} + {two} * {three}", f"{one} + ({two} * {three})"),
        (f"{one} - {two} - {three}", f"({one} - {two}) - {three}"),
        (f"{one} < {two} = {three}", f"({one} < {two}) = {three}"),
        (f"{one} = {two} or {two} = {three} and {one} < 3", f"({one} = {two}) or (({two} = {three}) and ({one} < 3))"),
        (f"-{one} * {two}", f"(-{one}) * {two}"),
        (f"{one} + {two} > {three}", f"({one} + {two}) > {three}"),
    ]
    scope = {**known, "today()": oracle.DAY.isoformat()}.__getitem__
    for bare, plain in pairs:
        found, wanted = (expression.compile(text).evaluate(scope) for text in (bare, plain))
        assert found == wanted or (found != found and wanted != wanted), bare


def test_a_long_chain_is_no_nest() -> None:
    assert value(" or ".join(["1=2"] * 900 + ["true()"])) is True
    assert value(" and ".join(["1=1"] * 900)) is True


def test_text_does_not_grow_without_end() -> None:
    long = expression.compile("concat(" + ", ".join(["${a}"] * 90) + ")").evaluate(lambda _: "x" * 9_000)
    assert len(str(long)) == 10_000
