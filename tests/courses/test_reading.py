"""A course is read whole; every kind of fault is said, all at once, each with its line."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.courses.writing import BANK, FRONT, ONE, SMALL, courses, question
from tracer.courses import reading
from tracer.courses.course import Kind
from tracer.courses.faults import FAULTS, CourseFault, Fault

HOW_TO = (Path(__file__).parents[2] / "docs/how-to/write-a-course.md").read_text(encoding="utf-8")

# Kind, what is put in place of what, words of the line that is named, words of the message.
CASES: list[tuple[str, str, str, str, str]] = [
    ("front", "version = 1", "version 1", "version 1", "name = value"),
    ("setting", "attempts = 3", "atempts = 3", "atempts = 3", "no setting 'atempts'"),
    ("setting", "attempts = 3", "", "name =", "'attempts' is missing"),
    ("setting", "pass_mark = 75", "pass_mark = 101", "pass_mark = 101", "from 1 to 100"),
    ("setting", "pass_mark = 75", 'pass_mark = "75"', "pass_mark =", "a whole number"),
    ("setting", "version = 1", "version = true", "version = true", "a whole number"),
    ("setting", 'name = "small"', 'name = "../small"', "name =", "small letters, digits and dashes"),
    ("setting", 'title = "Small"', 'title = " "', "title =", "words"),
    ("section", "Words to read.", "", "## One", "words to read"),
    ("section", "## Two\n\nMore", "## One\n\nMore", "## One", "two sections 'One'"),
    ("heading", "\n## One\n\nWords", "\nStray\n\n## One\n\nWords", "Stray", "stands in a section"),
    ("heading", "More words.", "More words.\n\n#### Deep", "#### Deep", "begin with ###"),
    ("heading", "# Final test\n", "# Final test\n\nStray\n", "Stray", "under ##"),
    ("heading", "## Two\n\n### second", "## Three\n\n### second", "## Three", "no section 'Three'"),
    ("html", "More words.", "More\nwords<br>.", "More", "HTML"),
    ("html", "More words.", "<script>x</script>", "<script>", "HTML"),
    ("link", "More words.", "[More](javascript:alert)", "[More]", "'javascript:alert'"),
    ("link", "More words.", "[More](//evil.example)", "[More]", "'//evil.example'"),
    ("link", "More words.", "[More](http://plain.example)", "[More]", "https://"),
    ("image", "More words.", "![A map](../other/map.png)", "![A map]", "own folder"),
    ("image", "More words.", "![A map](https://example.com/map.png)", "![A map]", "own folder"),
    ("image", "More words.", "![A map](map.svg)", "![A map]", ".png, .jpg or .webp"),
    ("image", "More words.", "![A map](gone.png)", "![A map]", "has no 'gone.png'. There are: there.png"),
    ("alt", "More words.", "![](there.png)", "![](", "in words"),
    ("key", "### second:", "### first:", "### first: Which of", "used already in line"),
    ("key", "### second: Which", "### Which", "### Which", "Begin with a key"),
    ("key", "### second:", "### Second Thing:", "### Second", "Begin with a key"),
    ("key", "### second:", "### check:", "### check:", "key of its own"),
    ("question", "### first: Which?", "### first:", "### first:", "after the colon"),
    ("question", "> This.", "> This.\n\nMore.", "More.", "nothing more"),
    ("question", "## Two\n\n### second", "## Two\n\nStray\n\n### second", "Stray", "begins with ###"),
    ("choice", "- [ ] That\n\n> This", "> This", "- [x] This", "2 to 8 choices"),
    ("choice", "- [x] This\n- [ ] That\n\n> This.", "This.", "### first", "no choices"),
    ("choice", "- [ ] That\n\n", "- That\n\n", "- That", "Begin each choice"),
    ("choice", "- [ ] That\n\n", "- [ ] that\n- [ ] THAT\n\n", "- [ ] THAT", "stands twice"),
    ("right", "- [x] This\n- [ ] That", "- [ ] This\n- [ ] That", "### first", "No choice is right"),
    ("right", "- [x] This\n- [ ] That", "- [x] This\n- [x] That\n- [ ] No", "### first", "2 choices are right"),
    ("right", "- [ ] Neither", "- [x] Neither", "### second", "Every choice is right"),
    ("right", "- [x] Yes", "- [ ] Yes", "### Check", "No choice is right"),
    ("explanation", "> This.", "", "- [x] This", "Explain"),
    ("explanation", "> It is.", "", "- [x] Yes", "Explain"),
    ("bank", "draw = 2", "draw = 3", "# Final test", "3 questions are drawn, and the final test has 2"),
    ("bank", "draw = 2", "draw = 1", "# Final test", "cannot test 2 sections"),
    ("bank", BANK[BANK.index("## Two") :], question("third", [True, False], False), "## Two", "is about 'Two'"),
]


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(CourseFault) as found:
        reading.read(text, {"there.png"})
    return found.value.faults


@pytest.mark.parametrize(("kind", "out", "put", "line", "words"), CASES)
def test_a_fault_is_named_with_its_line(kind: str, out: str, put: str, line: str, words: str) -> None:
    before, found, after = SMALL.rpartition(out) if out.startswith(("draw", "version")) else SMALL.partition(out)
    assert found, out
    text = before + put + after
    [fault] = [one for one in faults_of(text) if one.kind == kind and words in one.message]
    assert text.splitlines()[fault.line - 1].startswith(line)
    assert str(fault) == f"line {fault.line}: {fault.message}"


def test_every_kind_of_fault_has_a_case() -> None:
    assert set(FAULTS) == {case[0] for case in CASES} | {"file"}


def test_the_how_to_names_every_kind_and_its_example_is_a_course() -> None:
    assert "\n".join(f"| {kind} | {what} |" for kind, what in FAULTS.items()) in HOW_TO
    [example] = re.findall(r"(?:^(?: {4}.*)?\n)*^ {4}\+\+\+\n(?:^(?: {4}.*)?\n)+", HOW_TO, re.MULTILINE)
    course = reading.read(dedent(example).replace("draw = 10 ", "draw = 1 "))
    assert (course.name, len(course.sections[0].checks), course.bank[0].kind) == ("hand-washing", 1, Kind.MULTIPLE)


def test_all_faults_are_said_at_once() -> None:
    text = SMALL.replace("attempts = 3", "tries = 3").replace("> This.", "").replace("### second:", "### first:")
    assert [one.kind for one in faults_of(text)] == ["setting", "setting", "explanation", "key"]


@pytest.mark.parametrize(("text", "words"), [("", "Begin with the settings"), ("a" * 200_001, "at most 200,000")])
def test_what_is_no_course_is_refused(text: str, words: str) -> None:
    assert words in faults_of(text)[0].message


def test_no_sections() -> None:
    assert "no sections" in " ".join(one.message for one in faults_of(FRONT))


def test_a_small_course() -> None:
    course = reading.read(SMALL)
    one, two = course.sections
    assert (course.name, course.title, course.draw, course.needed) == ("small", "Small", 2, 2)
    assert (one.name, one.body, two.body) == ("one", "Words to read.", "More words.")
    [check] = one.checks
    assert (check.key, check.kind, check.right, check.section) == ("check-1", Kind.SINGLE, frozenset({1}), "one")
    first, second = course.bank
    assert (first.key, first.text, first.kind, first.explanation) == ("first", "Which?", Kind.SINGLE, "This.")
    assert (second.kind, second.right, second.about) == (Kind.MULTIPLE, frozenset({1, 2}), "About a day in March.")
    assert SMALL.splitlines()[second.line - 1].startswith("### second")


def test_words_after_a_self_check_go_on_in_the_section() -> None:
    course = reading.read(SMALL.replace("> It is.", "> It is.\n\nAnd more.\n\n### A part of it\n\n- a list"))
    before, check, after = course.sections[0].parts
    assert (before, after) == ("Words to read.", "And more.\n\n### A part of it\n\n- a list")
    assert not isinstance(check, str)


def test_a_list_inside_a_choice_belongs_to_it() -> None:
    course = reading.read(
        SMALL.replace("- [x] This\n- [ ] That\n\n> This", "- [x] This\n  - one\n- [ ] That\n\n> This")
    )
    assert [choice.text for choice in course.bank[0].choices] == ["This one", "That"]


def test_a_mark_that_some_editors_put_first_is_no_fault() -> None:
    assert reading.read("\ufeff" + SMALL) == reading.read(SMALL)


def test_true_or_false_is_a_kind_of_its_own() -> None:
    course = reading.read(SMALL.replace("- [x] This\n- [ ] That\n\n> This", "- [x] True\n- [ ] False\n\n> This"))
    assert course.bank[0].kind is Kind.TRUE_FALSE


def test_what_looks_like_a_heading_in_code_is_none() -> None:
    assert len(reading.read(SMALL.replace("More words.", "```\n## Three\n```")).sections) == 2


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_as_they_like(end: str) -> None:
    text = SMALL.replace("More words.", "More\u2028words.").replace("\n", end)
    assert reading.read(text).sections[1].body == "More\u2028words."
    [fault] = faults_of(text.replace("> Both.", ""))
    assert SMALL.splitlines()[fault.line - 1] == "- [x] This"


def test_minutes_are_reading_and_a_minute_a_question() -> None:
    """20 questions and 2,000 words: 10 minutes to read, 20 to answer."""
    front = FRONT.replace("draw = 2", "draw = 20")
    bank = BANK + "".join(question(f"more-{number}", [True, False], False) for number in range(18))
    course = reading.read(front + ONE.replace("More words.", "word " * 1990) + bank)
    assert course.minutes == 30


@given(courses())
def test_whole_courses_are_read_whole(text: str) -> None:
    course = reading.read(text)
    assert len(course.bank) == text.count("### ") == len({one.key for one in course.bank})
    assert sum(len(one.choices) for one in course.bank) == text.count("- [")
    assert sum(len(one.right) for one in course.bank) == text.count("[x]")


@given(st.text(max_size=300), st.integers(0, len(SMALL)), st.integers(0, 80))
def test_nothing_that_is_sent_breaks_the_reader(noise: str, place: int, cut: int) -> None:
    """A course or its faults, whatever the text; and a fault names a line that there is."""
    text = SMALL[:place] + noise + SMALL[place + cut :]
    try:
        reading.read(text)
    except CourseFault as fault:
        lines = max(1, len(text.splitlines()))
        assert all(one.kind in FAULTS and 1 <= one.line <= lines for one in fault.faults)
