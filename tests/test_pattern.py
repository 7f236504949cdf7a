"""Working patterns: what is written is what is read, whoever wrote it; hours on the days that the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer import pattern
from tracer.clock import LONDON
from tracer.pattern import Pattern, PatternFault

_DAY = 24 * 60


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    """A week of shifts that do not overlap, some over midnight; at least one."""
    edges = sorted(draw(st.sets(st.integers(0, 7 * 24 * 4 - 1), min_size=2, max_size=16)))
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        day, minute = divmod(start * 15, _DAY)
        length = min((end - start) * 15, _DAY - 15, 2 * _DAY - minute)
        week[day].append((minute, minute + length))
    return Pattern(tuple(map(tuple, week)))


MOMENTS = st.integers(0, 6 * 365 * _DAY).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(patterns())
def test_what_is_written_is_read_again(one: Pattern) -> None:
    if len(str(one)) <= pattern.LONGEST:
        assert pattern.read(str(one)) == one
        assert str(pattern.read(str(one))) == str(one)


@given(patterns(), MOMENTS)
def test_at_work_between_the_end_before_and_the_end_after(one: Pattern, moment: datetime) -> None:
    end, following, before = one.ends(moment), one.next(moment), one.ended(moment)
    assert following and before and before <= moment < following[0] < following[1]
    assert one.is_at_work(moment) == (end is not None)
    if end is not None:
        assert moment < end <= following[0] and not one.is_at_work(end)
    assert one.is_at_work(following[0]) and not one.is_at_work(before)


@given(patterns(), MOMENTS, st.integers(0, 40 * _DAY), st.integers(0, 40 * _DAY))
def test_paid_hours_add_up(one: Pattern, moment: datetime, first: int, second: int) -> None:
    middle, last = moment + timedelta(minutes=first), moment + timedelta(minutes=first + second)
    assert one.paid(moment, middle) + one.paid(middle, last) == one.paid(moment, last)
    assert one.paid(last, moment - timedelta(1)) == timedelta()


@given(patterns(), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 7 * 24 * 4))
def test_a_week_without_a_change_of_clocks_is_the_week_that_is_written(one: Pattern, day: date, quarter: int) -> None:
    monday = datetime.combine(day - timedelta(day.weekday()), datetime.min.time(), LONDON).astimezone(UTC)
    ends = monday + timedelta(days=9)
    if monday.astimezone(LONDON).utcoffset() != ends.astimezone(LONDON).utcoffset():
        return
    written = {
        (number * _DAY + minute) % (7 * _DAY)
        for number, spans in enumerate(one.week)
        for start, end in spans
        for minute in range(start, end, 15)
    }
    at = monday + timedelta(minutes=15 * quarter, days=1)
    place = (15 * quarter + _DAY) % (7 * _DAY)
    if at < ends - timedelta(days=1):
        assert one.is_at_work(at) == (place in written)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mon-Fri 08:00-14:00; Sat 10:00-16:00", "Mon-Fri 08:00-14:00; Sat 10:00-16:00"),
        ("monday – friday 8.00 - 14.00;saturday 10:00-16:00;", "Mon-Fri 08:00-14:00; Sat 10:00-16:00"),
        ("Sat 10:00-16:00; Tue,Mon 08:00-12:00,13:00-17:00", "Mon-Tue 08:00-12:00, 13:00-17:00; Sat 10:00-16:00"),
        ("Fri-Mon 20:00-02:00", "Mon, Fri-Sun 20:00-02:00"),
        ("Sun 16:00-24:00", "Sun 16:00-24:00"),
    ],
)
def test_however_it_is_typed_it_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert str(pattern.read(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "says no hours. Write days and hours, like Mon-Fri"),
        ("Mon", "has no hours"),
        ("08:00-14:00", "has no days"),
        ("Mon 08:00-08:00", "lasts no time"),
        ("Mon 08:00-25:00", "from 00:00 to 24:00"),
        ("Mon 08:60-09:00", "from 00:00 to 24:00"),
        ("Mon 24:00-02:00", "from 00:00 to 24:00"),
        ("Mon 8-14", "neither a day nor hours"),
        ("weekdays 08:00-14:00", "is no day. Write Mon, Tue"),
        ("Mo 08:00-14:00", "is no day"),
        ("Mon 08:00-12:00 Tue 09:00-10:00", "semicolon before “Tue”"),
        ("Mon 08:00-12:00; Mon-Tue 11:00-13:00", "overlap on Mon at 11:00"),
        ("Sun 22:00-06:00; Mon 05:00-09:00", "overlap on Mon at 05:00"),
        ("; ".join(f"{day} 0{n}:01-0{n}:59, 10:1{n}-11:0{n}, 12:00-13:0{n}, 14:00-15:0{n}"
                   for n, day in enumerate(pattern.DAYS)), "within 200 characters"),
    ],
)  # fmt: skip
def test_a_fault_says_what_to_write(typed: str, words: str) -> None:
    with pytest.raises(PatternFault, match=words):
        pattern.read(typed)


def test_shifts_keep_to_the_wall_clock_when_the_clocks_change() -> None:
    """The clocks went forward on 29 March 2026, back on 25 October: hours are counted as they pass."""
    day, night = pattern.read("Mon-Sun 08:00-14:00"), pattern.read("Sat 22:00-06:00")
    for spring, hours in ((datetime(2026, 3, 28, tzinfo=LONDON), 7), (datetime(2026, 10, 24, tzinfo=LONDON), 9)):
        since, until = spring, spring + timedelta(days=3)
        assert night.paid(since, until) == timedelta(hours=hours)
        assert day.paid(since, until) == timedelta(hours=18)
        assert day.is_at_work(datetime(spring.year, spring.month, spring.day + 1, 8, tzinfo=LONDON))
        assert not day.is_at_work(datetime(spring.year, spring.month, spring.day + 1, 7, 59, tzinfo=LONDON))


@pytest.mark.parametrize(
    ("text", "hours"),
    [("Sun 00:30-01:30", 0.5), ("Sun 01:15-01:45", 0), ("Sat 22:00-01:30", 3), ("Sun 01:30-03:00", 1)],
)
def test_an_hour_that_is_left_out_is_worked_by_nobody(text: str, hours: float) -> None:
    since = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert pattern.read(text).paid(since, since + timedelta(days=2)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "hours"), [("Sun 00:30-01:30", 2), ("Sun 01:15-01:45", 1.5), ("Sun 01:30-03:00", 2.5)]
)
def test_an_hour_that_comes_twice_is_worked_twice(text: str, hours: float) -> None:
    since = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert pattern.read(text).paid(since, since + timedelta(days=2)) == timedelta(hours=hours)


def test_shifts_that_meet_are_one_and_whoever_is_always_at_work_never_ends() -> None:
    meet, always = pattern.read("Fri 16:00-24:00; Sat 00:00-04:00"), pattern.read("Mon-Sun 00:00-24:00")
    friday = datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert meet.ends(friday) == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert meet.next(friday - timedelta(days=1)) == (friday - timedelta(hours=4), friday + timedelta(hours=8))
    assert always.is_at_work(friday) and always.next(friday) is None and always.ended(friday) is None
    assert always.paid(friday, friday + timedelta(days=400)) == timedelta(days=400)
