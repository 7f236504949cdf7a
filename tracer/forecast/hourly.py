"""A day's number over its hours, as the last weeks had them on such a day; times are London's, as people live."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

HOURS = range(24)
Day = tuple[float, ...]  # one number for each hour that begins on that day

_WEEKS = 6
_PRIOR = 2.0  # days' worth of "every weekday is alike"
_LEAST = 0.2  # days' worth of "every hour is alike": an hour that never had one may still have one


def shares(days: Mapping[date, Day]) -> list[Day]:
    """Weekday (Monday is 0) -> the part of its day that each hour has."""
    latest = max(days)
    recent = {day: hours for day, hours in days.items() if day > latest - timedelta(weeks=_WEEKS)}
    whole = _share(list(recent.values()), Day([1 / 24] * 24), _LEAST)
    return [_share([hours for day, hours in recent.items() if day.weekday() == one], whole, _PRIOR) for one in range(7)]


def _share(some: Sequence[Day], otherwise: Day, weight: float) -> Day:
    """The mean share of days that had any, drawn to what is known otherwise."""
    had = [hours for hours in some if sum(hours)]
    sums = [sum(hours[hour] / sum(hours) for hours in had) + weight * otherwise[hour] for hour in HOURS]
    return tuple(one / (len(had) + weight) for one in sums)


def unrest(days: Mapping[date, Day], share: Sequence[Day]) -> float:
    """How much more the hours of a day differ than chance has it (1: as dice): arrivals come in batches."""
    off, of = 0.0, 0.0
    latest = max(days)
    for day, hours in days.items():
        if day > latest - timedelta(weeks=_WEEKS):
            for hour in HOURS:
                usual = sum(hours) * share[day.weekday()][hour]
                off, of = off + (hours[hour] - usual) ** 2, of + usual
    return max(off / of, 1.0) if of else 1.0
