"""Patterns: they match what Python's own do, and none takes long over any text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.interview.pattern import LONGEST_TEXT, Pattern, PatternFault, compiled

_ATOMS = st.sampled_from(
    ["a", "b", "1", "-", " ", ".", "[ab]", "[^a]", "[0-9]", "[a-b-]", r"\d", r"\W", r"\.", r"\b", "^", "$"]
)


def _times(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    how = st.sampled_from(["", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"])
    grouped = below.map(lambda inner: f"({inner})") | below.map(lambda inner: f"(?:{inner})")
    return st.one_of(
        st.tuples(grouped, how).map("".join),
        st.lists(below, min_size=1, max_size=3).map("".join),
        st.lists(below, min_size=2, max_size=3).map("|".join).map(lambda ways: f"({ways})"),
    )


PATTERNS = st.recursive(_ATOMS, _times, max_leaves=6)


@settings(max_examples=1_500, deadline=None)
@given(PATTERNS, st.text("ab1- .\n", max_size=7), st.booleans())
def test_they_match_as_pythons_do(pattern: str, text: str, fold: bool) -> None:
    whole = f"(?i){pattern}" if fold else pattern
    text = text.upper() if fold else text
    # Python lets $ stand before a last line break, and counts \r as any letter for a point; XML Schema does neither.
    python = whole.replace("$", r"\Z").replace(".", r"[^\r\n]") if r"\." not in whole else whole.replace("$", r"\Z")
    assert Pattern(whole).matches(text) is (re.fullmatch(python, text) is not None), (whole, text)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"[0-9]{10}", ["0123456789"], ["012345678", "01234567890", ""]),
        (r"^[A-Z]{2}\d{6}[A-D]?$", ["AB123456", "AB123456C"], ["AB12345", "ab123456"]),
        (r"[^@\s]+@[^@\s]+\.[a-z]{2,}", ["a@b.co"], ["a@b", "a b@c.de", "@b.co"]),
        (r"(?i)yes|no", ["YES", "No"], ["y"]),
        (r"\p{Lu}\p{L}+( \p{L}+)*", ["Łucja Świątek", "Éva"], ["łucja", "1a"]),
        (r".{1,255}", ["x", "x" * 255], ["", "x" * 256, "a\nb"]),
        (r"[\w.\-]+", ["a.b-c"], ["a b"]),
        (r"[]a]+", ["]a"], ["b"]),
        (r"(19|20)\d\d", ["1999", "2026"], ["2126"]),
        (r"\bA\b.*", ["A b"], ["Ab"]),
        (r"", [""], ["a"]),
    ],
)
def test_patterns_that_forms_have(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not Pattern(pattern).matches(text)] == []
    assert [text for text in no if Pattern(pattern).matches(text)] == []


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(a", "is not closed"),
        ("a)", "is not expected"),
        ("[a", "is not closed"),
        ("*a", "nothing before it"),
        ("a**", "repeats what is repeated"),
        ("a{3,2}", "cannot be"),
        ("a{2000}", "cannot be"),
        (r"(a)\1", "is nothing that can be used"),
        ("(?=a)b", "looks ahead"),
        ("(?<!a)b", "looks ahead"),
        ("[z-a]", "runs backwards"),
        (r"\p{Greek}", "no kind of letter"),
        ("a" * 501, "over 500 characters"),
        ("(a{99}){99}", "over 1,000 steps"),
        ("(" * 40 + "a" + ")" * 40, "nested too deeply"),
        ("\\", "is nothing that can be used"),
    ],
)
def test_what_cannot_be_used_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(PatternFault, match=words):
        Pattern(pattern)


@settings(max_examples=300)
@given(st.text(alphabet=r"ab()[]{}*+?|\^$.-,0123dDwWsSbBpPL:=!<", max_size=20), st.text("ab1-", max_size=5))
def test_anything_is_read_or_refused(pattern: str, text: str) -> None:
    try:
        found = Pattern(pattern)
    except PatternFault:
        return
    found.matches(text)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*)(.*)(.*)(.*)b", "(a|aa)+b", "(.?){300}.*b", "([a-z]+)*=", "(a{0,30}){0,9}b"],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    """Python's own needs longer than the age of the world for some of these. Counted in steps, not by the clock."""
    visits = 0

    class Counting(Pattern):
        def _reach(self, begin: list[int], text: str, at: int) -> list[object]:  # type: ignore[override]
            nonlocal visits
            found = super()._reach(begin, text, at)
            visits += len(found)
            return found  # type: ignore[return-value]

    assert not Counting(pattern).matches("a" * LONGEST_TEXT)
    assert visits <= 501_000


def test_a_text_too_long_fits_nothing() -> None:
    assert not compiled(".*").matches("a" * (LONGEST_TEXT + 1))
    assert compiled(".*").matches("a" * LONGEST_TEXT)
