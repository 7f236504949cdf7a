"""The forecast: what it says of series whose rule is known, how it is tried, and what is left waiting."""

import importlib
import math
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tracer.forecast import Day, Hour, Outlook, Staffing, backtest, daily, hourly, look_ahead, shortages, spread
from tracer.forecast.handling import ASSUMED, minutes

WEEK = (1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.5)
MONDAY = date(2026, 3, 2)


def series(days: int, usual: float = 200, noise: float = 0.1, seed: int = 1) -> list[float]:
    chance = Random(seed)
    return [round(usual * WEEK[day % 7] * math.exp(chance.gauss(0, noise))) for day in range(days)]


def test_what_never_changes_is_forecast_as_it_is() -> None:
    assert all(abs(one - 40) < 1 for one in daily.expected([40] * 30))


def test_the_days_of_the_week_are_found() -> None:
    counts = series(70, noise=0.0)
    for said, came in zip(daily.expected(counts), series(84, noise=0.0)[70:], strict=True):
        assert abs(said / came - 1) < 0.15


def test_growth_goes_on_and_fades() -> None:
    said = daily.expected([100 * 1.05**day for day in range(60)])
    steps = [after / before for before, after in pairwise(said)]
    assert all(step > 1 for step in steps) and steps[-1] < steps[0] < 1.05


def test_a_week_is_needed() -> None:
    with pytest.raises(ValueError, match="7 days of counts, and there are 6"):
        daily.expected([5] * 6)


def test_it_beats_what_takes_no_thought_where_there_is_a_pattern_and_noise() -> None:
    ours, *naive = backtest.scores(series(150))
    assert len(naive) == 3
    assert all(ours.mae < other.mae and ours.smape < other.smape for other in naive)


def test_where_last_week_is_all_there_is_to_know_the_naive_forecast_wins_and_is_said_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "clockwork.csv"
    rows = [f"{MONDAY + timedelta(days=day)},{(50, 1, 90, 3, 70, 2, 10)[day % 7]}" for day in range(80)]
    file.write_text("date,count\n" + "\n".join(rows) + "\n")
    root = str(Path(__file__).parents[2])
    sys.path.insert(0, root)
    try:
        command = importlib.import_module("scripts.prove.forecast")
    finally:
        sys.path.remove(root)
    counts = command.read(file, "date", "count", "none")["clockwork"]
    assert len(counts) == 80 and command.report("clockwork", counts) == 1
    assert "same weekday last week is better in: MAE" in capsys.readouterr().out


def test_the_range_holds_about_as_often_as_it_says() -> None:
    held = [backtest.coverage(series(200, seed=seed)) for seed in range(4)]
    mean = sum(one.percent for one in held if one) / 4
    assert 72 < mean < 95
    assert backtest.coverage(series(50)) is None


def test_a_range_is_borrowed_while_there_is_too_little_to_learn_from() -> None:
    assert not spread.range_of(list(spread.errors(series(30)).values())).own
    assert spread.range_of(list(spread.errors(series(80)).values())).own


def days(number: int, hours: Day, usual: float = 1.0) -> dict[date, Day]:
    return {MONDAY + timedelta(days=day): tuple(usual * one for one in hours) for day in range(number)}


NOON = tuple(10.0 if 9 <= hour < 15 else 0.0 for hour in range(24))
NOBODY: list[Day] = [(0.0,) * 24] * 7


def test_the_hours_of_a_day_share_it_out() -> None:
    shares = hourly.shares(days(30, NOON))
    assert all(abs(sum(one) - 1) < 1e-9 for one in shares)
    assert shares[0][9] > 0.15 and 0 < shares[0][3] < 0.001
    assert hourly.unrest(days(30, NOON), shares) == 1.0


def test_without_hands_all_that_comes_waits() -> None:
    found = look_ahead({"interview": days(60, NOON)}, Staffing(NOBODY, {"interview": 30}, waiting=7), MONDAY)
    last = found.hours[-1]
    assert abs(last.waiting - 7 - sum(one.arrivals for one in found.hours)) / last.waiting < 0.05
    assert last.used is None and last.waiting_low < last.waiting < last.waiting_high
    assert all(one.low <= one.arrivals <= one.high for one in found.hours if one.arrivals > 1)


def test_hands_work_off_what_they_can_in_calling_hours_only() -> None:
    paid: list[Day] = [(4.0,) * 24] * 7
    staffing = Staffing(paid, {"interview": 30}, active=0.5, waiting=30)
    found = look_ahead({"interview": days(60, NOON, usual=0.01)}, staffing, MONDAY)
    at = {(one.day, one.hour): one for one in found.hours}
    assert at[MONDAY, 7].waiting >= 30 and at[MONDAY, 7].can == 0 and at[MONDAY, 8].can == pytest.approx(4)
    assert at[MONDAY, 8].waiting == pytest.approx(26, abs=0.5) and at[MONDAY, 8].used == pytest.approx(0.5)
    assert at[MONDAY, 19].waiting < 1 and (at[MONDAY, 19].used or 0) < 0.1


def test_who_is_away_is_not_there_on_that_day() -> None:
    paid: list[Day] = [(4.0,) * 24] * 7
    staffing = Staffing(paid, {"interview": 30}, active=0.5, away={MONDAY: (3.0,) * 24})
    at = {(one.day, one.hour): one for one in look_ahead({"interview": days(60, NOON)}, staffing, MONDAY).hours}
    assert at[MONDAY, 10].paid == 1 and at[MONDAY, 10].can == pytest.approx(1)
    after = at[MONDAY + timedelta(days=1), 10]
    assert after.paid == 4 and after.can == pytest.approx(4)


def look(begins: int) -> Outlook:
    staffing = Staffing(NOBODY, {"interview": 30}, waiting=5)
    return look_ahead({"interview": days(20, NOON)}, staffing, MONDAY, begins)


def test_the_first_day_begins_at_its_hour_and_the_same_is_said_twice() -> None:
    assert look(0) == look(0)
    assert len(look(13).hours) == 14 * 24 - 13 and look(13).hours[0].hour == 13
    assert look(13).hours[-1].waiting < look(0).hours[-1].waiting - 30


def hour(number: int, comes: float, can: float, day: date = MONDAY) -> Hour:
    return Hour(day, number, comes, 0, 0, 1, can, 0, 0, 0, None)


def test_people_are_short_in_runs_of_hours() -> None:
    some = [hour(number, 20 if 14 <= number < 18 else 5, 10) for number in range(8, 20)]
    [one] = shortages(some, 8, 20)
    assert (one.begins, one.ends, one.over) == (14, 18, 40)
    assert str(one) == "On Monday 2 March 14:00–18:00 about 40 calls more than hands"


def test_what_comes_at_night_is_a_mornings_shortage_and_little_is_none() -> None:
    night = [hour(number, 8, 0) for number in range(8)]
    assert shortages([*night, hour(8, 0, 100)], 8, 20) == []
    [one] = shortages([*night, hour(8, 0, 10), hour(9, 0, 10)], 8, 20)
    assert (one.begins, one.ends, one.over) == (8, 9, 54)
    assert shortages([hour(9, 13, 10)], 8, 20) == []


def test_minutes_are_assumed_until_enough_is_finished() -> None:
    said, measured = minutes({"interview": (50, 2000.0), "alert": (49, 10.0), "support": (90, 0.0)})
    assert said["interview"] == 40 and measured == {"interview"}
    assert said["alert"] == ASSUMED["alert"] and said["support"] == ASSUMED["support"]
