"""Scripts: every shipped one is whole and can be walked; every kind of fault is refused with its place."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracer.interview import library, view, xlsform
from tracer.interview.answers import Answer, AnswerFault, Declined, Typed, from_document, to_document
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.record import of as record_of
from tracer.interview.script import Item, Script

TODAY = date(2026, 3, 10)
SHIPPED = sorted(library.shipped())
READY = {key: Compiled(library.load(*key)) for key in SHIPPED}
FACTS: dict[str, Any] = {
    "person.given_name": "Amara",
    "person.full_name": "Amara Thistlewood",
    "person.birth_year": 1980,
    "person.postcode_start": "LS6",
    "person.phone_end": "001",
    "case.specimen_date": date(2026, 3, 8),
    "window.from": date(2026, 3, 5),
    "window.until": date(2026, 3, 10),
    "window.back_from": date(2026, 2, 28),
    "isolation.until": date(2026, 3, 17),
    "household.until": date(2026, 3, 17),
    "contact.reference": "7KQM2XPB",
    "contact.last_exposure": date(2026, 3, 7),
    "contact.is_household": "no",
    "today": TODAY,
}

SURVEY = """## survey
| type | name | label | required | relevant | constraint | calculation | bind::tracer:field |
|---|---|---|---|---|---|---|---|
| begin_group | one | One | | | | | |
{rows}
| end_group | | | | | | | |
## choices
| list_name | name | label |
|---|---|---|
| yes_no | yes | Yes |
| yes_no | no | No |
## settings
| form_title | form_id | version |
|---|---|---|
| Small | small | 1 |
"""


def small(*rows: str) -> Script:
    return xlsform.read_markdown(SURVEY.format(rows="\n".join(rows)))


def test_a_workbook_is_the_same_script() -> None:
    book = openpyxl.Workbook()
    sheets: dict[str, list[list[str | int]]] = {
        "survey": [["type", "name", "label"], ["begin_group", "one", "One"], ["text", "a", "A"], ["end_group"]],
        "settings": [["form_title", "form_id", "version"], ["Small", "small", 1]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = BytesIO()
    book.save(data)
    assert xlsform.read_workbook(data.getvalue()) == small("| text | a | A | | | | | |")


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_scripts_survive_the_database(key: tuple[str, str]) -> None:
    script = READY[key].script
    assert Script.from_document(json.loads(json.dumps(script.to_document()))) == script


@pytest.mark.parametrize("key", SHIPPED)
def test_a_contact_script_asks_nothing_of_the_case(key: tuple[str, str]) -> None:
    """The follow-up of a contact has the code of the case for calls to cases only: no contact's record tells it."""
    allowed = {"contact-alert": set(), "follow-up": {"case.reference"}}.get(key[1])
    if allowed is not None:
        asked = {item.field for item in READY[key].script.hidden if item.field.startswith(("case.", "window."))}
        assert asked == allowed


@pytest.mark.parametrize("key", [key for key in SHIPPED if key[1] != "quality-review"])
@pytest.mark.parametrize("wrong", [{"who_answers": "wrong"}, {"who_answers": "person", "good_time": "yes"}])
def test_nothing_about_health_comes_up_before_it_is_known_who_answers(key: tuple[str, str], wrong: Any) -> None:
    """Whatever else was answered: of the pages only those that greet, check and take leave are shown."""
    compiled = READY[key]
    said: dict[str, Answer] = {"agrees": "yes", "has_symptoms": "yes", "feels_now": "very_ill", **wrong}
    run = Run(compiled, {name: one for name, one in said.items() if name in compiled.places}, FACTS, TODAY)
    shown = {one.name for one in compiled.script.sections if run.section_relevant(one)}
    assert shown <= {"introduction", "identity", "close"}
    told = [
        view.text(run, item.label, at)
        for one in shown
        for item, at in run.keys(compiled.sections[one])
        if item.spoken and run.relevant(at) and item.name != "outcome"
    ]
    assert not [one for one in told if re.search("covid|measles|test|ill|home", one, re.IGNORECASE)]


def some(item: Item) -> st.SearchStrategy[Answer]:
    """Answers that may be given to a question."""
    if item.kind == "select_multiple":
        given: st.SearchStrategy[Answer] = st.lists(
            st.sampled_from([one.name for one in item.choices]), min_size=1, unique=True
        )
    elif item.choices:
        given = st.sampled_from([one.name for one in item.choices])
    elif item.kind == "date":
        given = st.sampled_from(["2026-03-08", "2026-03-10", "1980-01-01"])
    elif item.kind in {"integer", "decimal"}:
        given = st.integers(0, 90).map(str)
    else:
        given = st.sampled_from(["Wren", "07400 100001", "wren@example.com"])
    return st.one_of(given, st.just(Declined("does_not_know"))) if item.declinable else given


def fitting(run: Run, key: str, item: Item) -> Answer:
    """An answer that stands where another was faulted: a decline, or the first that fits of a few."""
    if item.declinable:
        return Declined("does_not_know")
    names = [one.name for one in run.choices(item, key)]
    few: list[Answer] = [[name] for name in names] if item.kind == "select_multiple" else [*names]
    few += [] if names else ["2026-03-08" if item.kind == "date" else "1985"]
    stands = (one for one in few if not run.with_answers({key: one}).fault(key))
    return next(stands, few[0])


def settle(run: Run, data: st.DataObject) -> Run:
    """Answer what is missing, at random, until nothing is."""
    for _ in range(300):
        missing = run.missing()
        if not missing:
            return run
        _, key, item = missing[data.draw(st.integers(0, len(missing) - 1))]
        answer = data.draw(some(item))
        if run.with_answers({key: answer}).fault(key):
            answer = fitting(run, key, item)
        run = run.with_answers({key: answer})
    raise AssertionError(f"Stuck at {[key for _, key, _ in run.missing()]}")


@pytest.mark.parametrize("key", SHIPPED)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_answers_reach_the_end_in_any_order(key: tuple[str, str], data: st.DataObject) -> None:
    """Never stuck; whatever is required and relevant is answered; the order changes nothing."""
    compiled = READY[key]
    lists = [f"{name}/{number}/_added" for name in compiled.repeats for number in (1, 2)]
    start: dict[str, Answer] = dict.fromkeys(data.draw(st.lists(st.sampled_from(lists or ["x"]), unique=True)), "yes")
    start.pop("x", None)
    done = settle(Run(compiled, start, FACTS, TODAY), data)
    assert all(one.state in {"done", "not needed", "not started"} for one in view.sections(done))
    shuffled = dict(data.draw(st.permutations(sorted(done.answers.items(), key=lambda pair: pair[0]))))
    assert record_of(Run(compiled, shuffled, FACTS, TODAY)) == record_of(done)
    assert record_of(done).outcome
    for section in compiled.script.sections:
        view.items(done, section)


@pytest.mark.parametrize("key", SHIPPED)
def test_every_question_can_be_reached(key: tuple[str, str]) -> None:
    """For each question there are answers that bring it up: a search over choices, two deep."""
    compiled = READY[key]
    base: dict[str, Answer] = {f"{name}/1/_added": "yes" for name in compiled.repeats}
    seen: set[str] = set()
    for facts in (
        FACTS,
        {**FACTS, "person.birth_year": None},
        {**FACTS, "person.birth_year": None, "person.postcode_start": None},
        {**FACTS, "person.birth_year": 2015},
    ):
        for answers in _walks(compiled, base, facts):
            run = Run(compiled, answers, facts, TODAY)
            seen |= {item.name for section in run.script.sections for item, at in run.keys(section) if run.relevant(at)}
    questions = {name for name, place in compiled.places.items() if place.item.is_question}
    assert questions - seen == set()


def _walks(compiled: Compiled, base: dict[str, Answer], facts: dict[str, Any]) -> list[dict[str, Answer]]:
    """A first walk with each question's first choice, and for each choice a walk that differs there."""

    def walk(fixed: dict[str, Answer]) -> dict[str, Answer]:
        run = Run(compiled, {**base, **fixed}, facts, TODAY)
        for _ in range(4):
            for section in run.script.sections:
                for item, key in run.keys(section):
                    if item.is_question and item.choices and key not in run.answers:
                        first = item.choices[0].name
                        run = run.with_answers({key: [first] if item.kind == "select_multiple" else first})
        return run.answers

    walks = [walk({})]
    choices = [
        (key, item)
        for key, item in (
            (key, compiled.places[key.rpartition("/")[2]].item) for key in walks[0] if "_added" not in key
        )
    ]
    grown = {"under_18": "no", "good_time": "yes", "who_answers": "person"}
    for fixed in ({}, grown):
        known: dict[str, Answer] = dict(fixed)
        walks.append(walk(known))
        for key, item in choices:
            for choice in item.choices:
                given: Answer = [choice.name] if item.kind == "select_multiple" else choice.name
                walks.append(walk({**known, key: given}))
    return walks


def test_an_irrelevant_answer_is_kept_and_not_written() -> None:
    script = small(
        "| select_one yes_no | ill | Ill? | yes | | | | case.has_symptoms |",
        "| date | began | Since? | yes | ${ill} = 'yes' | . <= today() | | case.onset_date |",
    )
    ill = Run(Compiled(script), {"ill": "yes", "began": "2026-03-01"}, {}, TODAY)
    assert record_of(ill).case == {"has_symptoms": "yes", "onset_date": "2026-03-01"}
    well = ill.with_answers({"ill": "no"})
    assert record_of(well).case == {"has_symptoms": "no"}
    assert well.answers["began"] == "2026-03-01"
    late = ill.with_answers({"began": "2026-04-01"})
    assert late.fault("began")
    assert [key for _, key, _ in late.missing()] == ["began"]
    assert record_of(late).case == {"has_symptoms": "yes"}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("2026-02-27", "2026-02-27"),
        ("27 2 2026", "2026-02-27"),
        ("27/2/26", "2026-02-27"),
        ("27 February", "2026-02-27"),
        ("27 dec", "2025-12-27"),
        ("Today", "2026-03-10"),
        ("yesterday", "2026-03-09"),
    ],
)
def test_dates_as_people_give_them(typed: str, wanted: str) -> None:
    run = Run(Compiled(small("| date | a | A | | | | | |")), {}, {}, TODAY)
    assert run.read("a", typed) == wanted


@pytest.mark.parametrize("typed", ["31 2 2026", "soon", "13/13/2026", "2026-02-30"])
def test_no_such_day(typed: str) -> None:
    run = Run(Compiled(small("| date | a | A | | | | | |")), {}, {}, TODAY)
    with pytest.raises(AnswerFault):
        run.read("a", typed)


@pytest.mark.parametrize("answer", ["text", ["a", "b"], Declined("does_not_know"), Typed("31 2"), ""])
def test_answers_survive_the_database(answer: Answer) -> None:
    assert from_document(json.loads(json.dumps(to_document(answer)))) == answer


def test_what_may_still_be_needed_is_not_yet_and_what_is_ruled_out_is_not_needed() -> None:
    begun = Run(READY["covid-19", "index-case"], {}, FACTS, TODAY)
    assert {one.state for one in view.sections(begun)[1:]} <= {"not yet", "not started"}
    wrong = begun.with_answers({"who_answers": "wrong", "outcome": "not_identified"})
    states = {one.name: one.state for one in view.sections(wrong)}
    assert states["symptoms"] == "not needed"
