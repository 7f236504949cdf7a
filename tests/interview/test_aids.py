"""Memory aids: the days with what was said of them, and nobody typed twice; help for hard moments."""

from datetime import date, timedelta
from typing import Any

import pytest

from tracer.interview import days, help, library, named
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.named import Known

TODAY = date(2026, 3, 12)
ONSET = date(2026, 3, 8)
FACTS: dict[str, Any] = {
    "window.from": ONSET - timedelta(2),
    "window.until": TODAY,
    "window.back_from": ONSET - timedelta(7),
    "case.specimen_date": ONSET + timedelta(1),
    "known:case.onset_date": ONSET,
    "isolation.until": ONSET + timedelta(10),
    "person.birth_year": 1980,
    "person.postcode_start": "LS6",
}
TALKS = {"who_answers": "person", "good_time": "yes", "birth_fits": "yes", "postcode_fits": "yes", "agrees": "yes"}
TALKS |= {"lives_with_others": "yes", "went_out": "yes", "had_contacts": "yes", "has_symptoms": "yes"}
SAID = {
    "people_at_home/1/home_given_name": "Homer",
    "place/1/place_name": "Leeds Market",
    "place/1/place_day": "2026-03-09",
    "place/1/place_people": "Wren Sparrow, anna and Homer",
    "place/2/place_name": "St Anne's",
    "place/2/place_day": "2026-03-03",
    "place/3/place_name": "The bus",
    "contact/1/contact_given_name": "Anna",
    "contact/1/contact_closeness": "vehicle",
    "contact/1/contact_last": "2026-03-10",
    "contact/1/contact_place": "My car",
}


def run(said: dict[str, str] = SAID, facts: dict[str, Any] | None = None) -> Run:
    compiled = Compiled(library.load("covid-19", "index-case"))
    return Run(compiled, {**TALKS, **said}, FACTS | (facts or {}), TODAY)


def marks(stretch: list[days.Day]) -> dict[str, list[str]]:
    return {one.day.isoformat(): [words for _, words in one.marks] for one in stretch if one.marks}


def test_the_days_looking_back_and_onwards_stand_apart() -> None:
    found = days.calendar(run())
    assert found is not None
    assert [found.caught[0].day, found.caught[-1].day] == [date(2026, 3, 1), date(2026, 3, 5)]
    assert [found.passed[0].day, found.passed[-1].day] == [date(2026, 3, 6), TODAY]
    assert marks(found.caught) == {"2026-03-03": ["St Anne's"]}
    assert marks(found.passed) == {
        "2026-03-08": ["Illness began"],
        "2026-03-09": ["Test taken", "Leeds Market"],
        "2026-03-10": ["Anna, My car"],
    }
    assert (found.home, found.undated) == (["Homer"], ["The bus"])


def test_an_onset_that_is_told_moves_its_mark() -> None:
    found = days.calendar(run(SAID | {"onset_date": "2026-03-07"}))
    assert found is not None and marks(found.passed)["2026-03-07"] == ["Illness began"]


def test_there_are_no_days_without_a_window_nor_any_without_end() -> None:
    """An alert call has none; and dates that cannot be right make no page of a thousand days."""
    assert days.calendar(run(facts={"window.from": None})) is None
    assert days.calendar(run(facts={"window.until": TODAY + timedelta(400)})) is None
    far = days.calendar(run(facts={"window.back_from": date(1990, 1, 1)}))
    assert far is not None and far.caught == []


def offered(kind: str, facts: dict[str, Any] | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    at = run(facts=facts)
    [repeat] = at.compiled.lists(kind)
    return [(one.name, one.where, dict(one.values)) for one in named.offers(at, repeat)]


def test_who_was_named_at_a_place_is_offered_with_day_and_place() -> None:
    """Anna is on the list and Homer at home: neither is offered."""
    values = {"given_name": "Wren", "family_name": "Sparrow", "place": "Leeds Market", "last_exposure": "2026-03-09"}
    assert offered("contacts") == [("Wren Sparrow", "Leeds Market on Monday", values)]
    assert offered("household") == []


def test_whom_the_record_has_is_offered_where_they_belong() -> None:
    home = Known("1", True, {"given_name": "Bea", "family_name": "Quill"})
    near = Known("2", False, {"given_name": "Carl", "phone": "07400 100555"})
    same = Known("3", False, {"given_name": "Anna", "family_name": "Quill"})
    people = {named.PEOPLE: [home, near, same]}
    assert [name for name, *_ in offered("household", people)] == ["Bea Quill"]
    carl, wren = offered("contacts", people)
    assert carl == ("Carl", "on record", {"given_name": "Carl", "phone": "07400 100555"})
    assert wren[0] == "Wren Sparrow"
    assert named.at_home(run(facts=people)) == ["Homer", "Bea Quill"]


def test_every_help_page_says_something_and_does_something() -> None:
    """Short enough to be read with somebody on the line; each of the hard moments that the service names is there."""
    found = {topic.name: topic for topic in help.topics()}
    assert {"upset", "refusal", "language", "unsafe", "bereavement", "suicide", "silence"} <= set(found)
    for topic in found.values():
        assert {line.spoken for line in topic.lines} == {True, False}, topic.name
        assert len(topic.lines) <= 10 and len(topic.title) <= 45, topic.name
        assert all(len(line.words.split()) <= 45 for line in topic.lines), topic.name


@pytest.mark.parametrize("text", ["no title", "# Title\nneither said nor done"])
def test_a_help_page_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="help page"):
        help.read("page", text)
