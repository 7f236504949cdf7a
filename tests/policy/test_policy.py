"""A disease is data: the dates that a person is told, on the days that the published rules changed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer import policy
from tracer.interview import library

COVID, MEASLES = "covid-19", "measles"
DAYS = st.dates(date(2019, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("day", "version", "isolation", "contact"),
    [
        (date(2019, 1, 1), "covid-19/2020-05-28", 7, 14),
        (date(2020, 5, 28), "covid-19/2020-05-28", 7, 14),
        (date(2020, 7, 29), "covid-19/2020-05-28", 7, 14),
        (date(2020, 7, 30), "covid-19/2020-07-30", 10, 14),
        (date(2020, 12, 13), "covid-19/2020-07-30", 10, 14),
        (date(2020, 12, 14), "covid-19/2020-12-14", 10, 10),
        (date(2026, 1, 1), "covid-19/2020-12-14", 10, 10),
    ],
)
def test_the_rules_of_a_day(day: date, version: str, isolation: int, contact: int) -> None:
    rules = policy.rules(COVID, day)
    assert (rules.version, rules.case_isolation_days, rules.contact_isolation_days) == (version, isolation, contact)


def test_the_dates_of_a_case_with_covid_19() -> None:
    """Onset on 10 March: met from 8 March, home until the 20th; without symptoms the specimen stands in."""
    rules = policy.rules(COVID, date(2026, 3, 12))
    onset, specimen = date(2026, 3, 10), date(2026, 3, 12)
    assert rules.contact_window(onset, specimen) == (date(2026, 3, 8), date(2026, 3, 20))
    assert rules.isolation_until(onset, specimen) == date(2026, 3, 20)
    assert rules.back_from(onset, specimen) == date(2026, 3, 3)
    assert rules.isolation_until(None, specimen) == date(2026, 3, 22)
    assert rules.contact_isolation_until(date(2026, 3, 9)) == date(2026, 3, 19)


def test_the_dates_of_a_case_with_measles() -> None:
    rules = policy.rules(MEASLES, date(2026, 3, 12))
    rash = date(2026, 3, 10)
    assert rules.contact_window(rash, rash) == (date(2026, 3, 6), date(2026, 3, 14))
    assert rules.isolation_until(rash, rash) == date(2026, 3, 14)
    assert rules.contact_isolation_until(rash) == date(2026, 3, 31)


@pytest.mark.parametrize("disease", policy.diseases())
@given(day=DAYS, before=st.integers(0, 30))
def test_every_window_is_whole(disease: str, day: date, before: int) -> None:
    """The window holds the first day of illness, and isolation lasts at least as long as meeting others counts."""
    rules = policy.rules(disease, day)
    onset = day - timedelta(before)
    first, last = rules.contact_window(onset, day)
    assert rules.back_from(onset, day) <= first <= onset <= last
    assert rules.isolation_until(onset, day) >= onset
    assert rules.household_until(onset, day) >= onset


@pytest.mark.parametrize(
    ("closeness", "minutes", "risk"),
    [
        ("household", None, "household"),
        ("face_to_face", None, "close"),
        ("vehicle", 1, "close"),
        ("within_1m", 0, "other"),
        ("within_1m", 1, "close"),
        ("within_2m", 15, "other"),
        ("within_2m", 16, "close"),
        ("within_2m", None, "close"),
        ("further", 600, "other"),
    ],
)
def test_who_is_close(closeness: str, minutes: int | None, risk: str) -> None:
    assert policy.rules(COVID, date(2026, 1, 1)).risk(closeness, minutes) == risk


def test_what_is_urgent_comes_first() -> None:
    rules, today = policy.rules(COVID, date(2026, 3, 12)), date(2026, 3, 12)

    def points(days: int, **more: object) -> int:
        day = today - timedelta(days)
        return rules.priority(specimen=day, onset=None, today=today, **more)[0]  # type: ignore[arg-type]

    assert points(0) > points(1) > points(6) > points(7) >= points(30)
    assert points(2, setting="care_home") > points(0)
    assert points(2, birth_year=1940) > points(2, birth_year=1980)


def test_an_unknown_disease_names_those_that_there_are() -> None:
    with pytest.raises(policy.PolicyFault, match="covid-19, measles"):
        policy.rules("plague", date(2026, 1, 1))


def test_two_diseases_have_their_scripts() -> None:
    """What an interview needs beyond policy is data too."""
    for disease in (COVID, MEASLES):
        assert {(disease, kind) for kind in ("index-case", "contact-alert", "quality-review")} <= set(library.shipped())
    assert (COVID, "follow-up") in library.shipped()


def test_a_script_of_its_own_goes_before_the_shared_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a/index-case", "b/index-case", "b/review", "shared/review"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.md").touch()
    monkeypatch.setattr(library, "_FOLDER", tmp_path)
    found = {key: path.parent.name for key, path in library.shipped().items()}
    assert found == {
        ("a", "index-case"): "a",
        ("a", "review"): "shared",
        ("b", "index-case"): "b",
        ("b", "review"): "b",
    }
