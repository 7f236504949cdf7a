"""What stands beside the courses: who needs which, the undertaking, the rubric, the people of mock calls. Faults with
their lines."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.courses import library, mock_call, mock_people, required, undertaking
from tracer.courses.faults import CourseFault

ROLES, COURSES = ["tracer", "privacy officer"], ["one", "two"]
TABLE = """[tracer]
one = 12
two = 24

["privacy officer"]
one = 6
"""
RUBRIC = """version = 1
title = "A call"
pass_mark = 50

[[criteria]]
key = "a"
title = "First"
good = "Does it."
must = true

[[criteria]]
key = "b"
title = "Second"
good = "Does it."
must = false
"""
PEOPLE = """[[people]]
key = "ann-other"
given_name = "Ann"
family_name = "Other"
born = 1980-02-03
postcode = "LS6 1AA"
phone = "07400 190001"
tested = 2
summary = "Short."
who = "Nobody."
manner = "Quiet."
hides = "Fell ill on {-3}."
sign = "None."

[[people.says]]
asked = "When?"
answer = "On {-3}, or {0}."
"""
SIGNED = '+++\nversion = 1\ntitle = "It"\nsigning = "I will."\n+++\n\nWords.\n'


def test_what_a_role_needs() -> None:
    table = required.read(TABLE, ROLES, COURSES)
    assert table.of("tracer") == {"one": 12, "two": 24}
    assert table.of("privacy officer") == {"one": 6}
    assert table.of("nobody") == {}


def test_what_is_no_course_stands_in_the_same_table() -> None:
    table = required.read(TABLE.replace("two = 24", "two = 24\na-call = 60"), ROLES, COURSES, ["a-call"])
    assert table.of("tracer") == {"one": 12, "two": 24} and table.more("tracer") == {"a-call": 60}
    assert table.more("privacy officer") == {} and table.more("nobody") == {}
    with pytest.raises(CourseFault, match="There are: one, two, a-call"):
        required.read(TABLE.replace("one = 6", "a-cal = 6"), ROLES, COURSES, ["a-call"])


@pytest.mark.parametrize(
    ("out", "put", "line", "words"),
    [
        ("[tracer]", "[tracker]", 1, "no role 'tracker'"),
        ("one = 6", "ones = 6", 6, "no course 'ones'"),
        ("one = 6", "one = 0", 6, "from 1 to 60"),
        ("one = 6", 'one = "6"', 6, "from 1 to 60"),
        ("one = 6", "one 6", 6, "name = value"),
        ('["privacy officer"]\none = 6', "", 1, "'privacy officer' is missing"),
        (TABLE, 'tracer = ["one"]\n["privacy officer"]', 1, "a line for each course"),
    ],
)
def test_what_is_wrong_with_a_table(out: str, put: str, line: int, words: str) -> None:
    with pytest.raises(CourseFault) as found:
        required.read(TABLE.replace(out, put), ROLES, COURSES)
    assert [one.line for one in found.value.faults if words in one.message] == [line]


@pytest.mark.parametrize(
    ("out", "put", "line", "words"),
    [
        ("must = false", 'must = "no"', 15, "true or false"),
        ('key = "b"', 'key = "a"', 11, "used already"),
        ('key = "b"', 'key = "B b"', 12, "small letters"),
        ('good = "Does it."\nmust = false', "must = false", 11, "'good' is missing"),
        ("pass_mark = 50", "pass_mark = 0", 3, "from 1 to 100"),
        ("pass_mark = 50", "passmark = 50", 3, "no setting 'passmark'"),
        (RUBRIC[RUBRIC.index("[[") :], "criteria = [{}]", 1, "below a line [[criteria]]"),
        (RUBRIC[RUBRIC.index("[[") :], "", 1, "'criteria' is missing"),
        ("version = 1", "version", 1, "name = value"),
    ],
)
def test_what_is_wrong_with_a_rubric(out: str, put: str, line: int, words: str) -> None:
    with pytest.raises(CourseFault) as found:
        mock_call.read(RUBRIC.replace(out, put))
    assert [one.line for one in found.value.faults if words in one.message] == [line]


def test_judging_a_call() -> None:
    rubric = mock_call.read(RUBRIC)
    judged = mock_call.judge(rubric, {"a": 1, "b": 1})
    assert (judged.score, judged.of, judged.needed, judged.passed) == (2, 4, 2, True)
    assert not mock_call.judge(rubric, {"a": 1}).passed
    [missed] = mock_call.judge(rubric, {"b": 2}).failed
    assert missed.key == "a"
    assert not mock_call.judge(rubric, {"b": 2}).passed
    with pytest.raises(ValueError, match="these do not: b"):
        mock_call.judge(rubric, {"b": 3})


@given(st.data())
def test_a_call_passes_by_points_and_by_what_must_be_shown(data: st.DataObject) -> None:
    rubric = library.rubric()
    scores = {one.key: data.draw(st.integers(0, 2)) for one in rubric.criteria}
    judged = mock_call.judge(rubric, scores)
    enough = sum(scores.values()) * 100 >= rubric.pass_mark * 2 * len(scores)
    assert judged.passed is (enough and all(scores[one.key] for one in rubric.criteria if one.must))


def test_the_undertaking_is_read() -> None:
    assert undertaking.read(SIGNED) == undertaking.Undertaking(1, "It", "I will.", "Words.")


@pytest.mark.parametrize(
    ("out", "put", "line"), [("version = 1", "", 2), ("Words.", "", 1), ("Words.", "A <b>.", 7), ("+++\n\n", "\n\n", 1)]
)
def test_what_is_wrong_with_an_undertaking(out: str, put: str, line: int) -> None:
    with pytest.raises(CourseFault) as found:
        undertaking.read(SIGNED.replace(out, put))
    assert found.value.faults[0].line == line


def test_somebody_to_call() -> None:
    [one] = mock_people.read(PEOPLE).values()
    assert (one.name, one.born, one.tested) == ("Ann Other", date(1980, 2, 3), 2)
    assert mock_people.dated(one.says[0].answer, date(2027, 3, 2)) == "On Saturday 27 February, or Tuesday 2 March."


@pytest.mark.parametrize(
    ("out", "put", "line", "words"),
    [
        ("born = 1980-02-03", 'born = "1980"', 5, "a day without quotes"),
        ("tested = 2", "tested = 15", 8, "from 0 to 14"),
        ('sign = "None."\n', "", 1, "'sign' is missing"),
        ('asked = "When?"\n', "", 1, "'asked' is missing"),
        (PEOPLE, PEOPLE * 2, 18, "used already"),
        (PEOPLE, "people = [{}]", 1, "below a line [[people]]"),
        (PEOPLE, "person = 1", 1, "no setting 'person'"),
    ],
)
def test_what_is_wrong_with_somebody_to_call(out: str, put: str, line: int, words: str) -> None:
    with pytest.raises(CourseFault) as found:
        mock_people.read(PEOPLE.replace(out, put))
    assert [one.line for one in found.value.faults if words in one.message] == [line]


def test_nobody_who_is_called_in_practice_can_be_reached() -> None:
    """Telephones of the range of all synthetic data, mail at a domain that there is not, addresses in Leeds, adults."""
    for one in library.mock_persons().values():
        text = repr(one)
        assert set(re.findall(r"\b0\d{3,4} ?\d{5,6}\b", text)) == set(re.findall(r"07400 19\d{4}", text))
        assert all(mail.endswith(".example") for mail in re.findall(r"@([\w.]+\w)", text))
        assert one.postcode.startswith("LS") and one.born.year < 2000
        assert one.phone in text.partition("says=")[2], "they know their own number"
