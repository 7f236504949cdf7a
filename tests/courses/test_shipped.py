"""The shipped courses are whole, take the time that they say, and agree with the rules and roles that the code has."""

import re
from collections import Counter
from datetime import date, datetime

import pytest

from tracer import policy
from tracer.courses import final_test, library, markdown
from tracer.courses.course import Kind
from tracer.interview import help as conversation_help
from tracer.models import Role
from tracer.policy.rules import Rules

BANKS = {"data-protection": 40, "conversation": 20, "infection-basics": 20, "using-tracer": 20, "safeguarding": 20}
TODAY = date(2026, 11, 27)
DISEASES = {"COVID-19": "covid-19", "measles": "measles"}


def rules(name: str) -> Rules:
    return policy.rules(DISEASES[name], TODAY)


def day(words: str) -> date:
    return datetime.strptime(words, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone


def rows(first: str) -> list[dict[str, str]]:
    """The table of the course on infection whose first column has this head."""
    body = "\n\n".join(section.body for section in library.load("infection-basics").sections)
    tables = re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE)
    [table] = [one for one in tables if one.startswith(f"| {first} |")]
    head, _, *lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.strip().split("\n")]
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_these_are_shipped() -> None:
    assert set(library.shipped()) == set(BANKS)


@pytest.mark.parametrize("name", BANKS)
def test_a_shipped_course(name: str) -> None:
    course = library.load(name)
    assert course.name == name
    assert 15 <= course.minutes <= 25
    assert len(course.bank) >= max(BANKS[name], 2 * course.draw)
    assert all(section.checks for section in course.sections)


@pytest.mark.parametrize("name", BANKS)
def test_questions_do_not_give_themselves_away(name: str) -> None:
    """Neither the first choice nor the longest is right as a rule; no question twice."""
    bank = library.load(name).bank
    single = [one for one in bank if one.kind is Kind.SINGLE]
    first = sum(one.choices[0].right for one in single)
    longest = sum(max(one.choices, key=lambda choice: len(choice.text)).right for one in single)
    assert first < 0.6 * len(single)
    assert longest < 0.6 * len(single)
    assert max(Counter(one.text for one in bank).values()) == 1


@pytest.mark.parametrize("name", BANKS)
def test_every_page_of_it_can_be_shown(name: str) -> None:
    course = library.load(name)
    for section in course.sections:
        assert "<p" in markdown.html(section.body, str)
    for question in final_test.draw(course, "a seed"):
        assert all(markdown.line_html(choice.text, str) for choice in question.choices)


def test_the_rules_in_the_course_are_the_rules_in_force() -> None:
    fields = ["window_before", "window_after", "back_window", "case_isolation_days"]
    fields += ["contact_isolation_days", "household_isolation_days"]
    table = rows("days")
    assert len(table) == len(fields)
    for row, field in zip(table, fields, strict=True):
        for name in DISEASES:
            assert int(row[name]) == getattr(rules(name), field), row


def test_the_worked_examples_are_what_the_policy_says() -> None:
    table = rows("who")
    assert len(table) == 5
    for row in table:
        one = rules(row["illness"])
        start = None if row["start"] == "none" else day(row["start"])
        specimen = day(row["test"])
        first, last = one.contact_window(start, specimen)
        assert day(row["ask back to"]) == one.back_from(start, specimen), row
        assert (day(row["counts from"]), day(row["counts until"])) == (first, last), row
        assert day(row["at home until"]) == one.isolation_until(start, specimen), row


def test_the_contacts_of_the_examples() -> None:
    table = rows("contact of")
    assert len(table) == 4
    for row in table:
        one = rules(row["illness"])
        assert day(row["at home until"]) == one.contact_isolation_until(day(row["last together"])), row
    body = " ".join(library.load("infection-basics").sections[2].body.split())
    until = rules("COVID-19").household_until(date(2026, 3, 10), date(2026, 3, 12))
    assert f"Amara's household stays at home until {until.day} {until:%B %Y}." in body
    first, last = rules("COVID-19").contact_window(None, date(2026, 3, 12))
    assert not first <= date(2026, 2, 28) <= last


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("covid-first", rules("COVID-19").contact_window(date(2026, 4, 15), TODAY)[0]),
        ("covid-last", rules("COVID-19").isolation_until(date(2026, 4, 15), TODAY)),
        ("covid-contact", rules("COVID-19").contact_isolation_until(date(2026, 4, 20))),
        ("measles-first", rules("measles").contact_window(date(2026, 4, 15), TODAY)[0]),
        ("measles-last", rules("measles").isolation_until(date(2026, 4, 15), TODAY)),
        ("month-end", rules("COVID-19").contact_window(None, date(2026, 2, 28))[1]),
    ],
)
def test_the_questions_about_days_have_the_policys_answer(key: str, answer: date) -> None:
    [question] = [one for one in library.load("infection-basics").bank if one.key == key]
    [right] = [choice.text for choice in question.choices if choice.right]
    assert day(right) == answer


def test_who_is_close_is_what_the_policy_says() -> None:
    counts = {row["how near"]: row["counts for COVID-19"] for row in rows("how near")}
    covid = rules("COVID-19")
    assert f"from {covid.close_minutes} minutes" in counts["within two metres"]
    assert covid.risk("within_2m", covid.close_minutes - 1) == "other"
    assert counts["within a metre"] == "from 1 minute"
    assert (covid.risk("within_1m", 1), covid.risk("within_1m", 0)) == ("close", "other")
    measles = rules("measles")
    assert f"{measles.close_minutes} minutes in the same room is enough" in " ".join(
        library.load("infection-basics").sections[3].body.split()
    )


def test_the_numbers_for_help_are_those_of_the_conversation_help() -> None:
    """A number that changes there must change here."""
    known = " ".join(line.words for topic in conversation_help.topics() for line in topic.lines)
    for name in BANKS:
        course = library.load(name)
        words = " ".join(section.body for section in course.sections)
        for number in re.findall(r"\b(?:0\d{3} \d{3} ?\d{3,4}|116 123|18001)\b", words):
            assert number in known, number


def test_every_role_is_said_to_need_something_or_nothing() -> None:
    needed = library.needed([role.value for role in Role])
    assert set(needed.of(Role.TRACER.value)) == set(BANKS)
    assert all(needed.of(role.value) for role in Role if role is not Role.IMPORTER)
    assert needed.of(Role.IMPORTER.value) == {}
    for role in Role:
        assert all(months <= library.load(name).valid_months for name, months in needed.of(role.value).items())


def test_the_undertaking_and_the_rubric() -> None:
    undertaking, rubric = library.to_sign(), library.rubric()
    assert undertaking.version >= 1
    assert 150 <= len(undertaking.body.split()) <= 350
    assert {one.key for one in rubric.criteria if one.must} >= {"opening", "identity", "safety", "nobody-named"}


def test_the_picture_of_the_window_says_what_the_rules_say() -> None:
    """In its words, which stand for it where it cannot be seen."""
    body = " ".join(section.body for section in library.load("infection-basics").sections)
    covid, measles = rules("COVID-19"), rules("measles")
    days = f"{covid.window_before} days before the start to {covid.window_after} days after it"
    assert f"COVID-19: meetings count from {days}" in body
    assert f"Measles: from {measles.window_before} days before to {measles.window_after} days after" in body
