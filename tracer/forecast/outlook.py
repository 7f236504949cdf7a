"""The next fortnight, hour by hour: what comes, whose hands there are, what waits, how much of the paid time is used.

Many fortnights are drawn: each day's number as wrong as some past forecast was, each hour as uneven as hours are.
What comes and what waits are told with the range that so many of the fortnights stay in.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tracer.forecast import daily, hourly, spread
from tracer.forecast.hourly import Day

_DRAWN = 120  # fortnights
Kinds = Mapping[str, Mapping[date, Day]]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who is there, and what a piece of work takes: paid people by weekday and hour, minutes by kind of work, the part
    of a paid hour that can go into work, what waits now (pieces), the hours in which people may be called, and of the
    paid people how many are away in the hours of which day."""

    paid: Sequence[Day]
    minutes: Mapping[str, float]
    active: float = 0.85
    waiting: float = 0.0
    opens: int = 8
    closes: int = 20
    away: Mapping[date, Day] = field(default_factory=dict)

    def there(self, day: date, hour: int) -> float:
        """Paid people who are there."""
        away = self.away[day][hour] if day in self.away else 0.0
        return max(self.paid[day.weekday()][hour] - away, 0.0)

    def hands(self, day: date, hour: int) -> float:
        """Hours of work that can be done in an hour."""
        return self.there(day, hour) * self.active if self.opens <= hour < self.closes else 0.0


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one day. Arrivals and `waiting` (at its end) are pieces of work; `can` is how many the people who
    are there finish at most; `used` is the part of the paid time that goes into work, None where nobody is paid."""

    day: date
    hour: int
    arrivals: float
    low: float
    high: float
    paid: float
    can: float
    waiting: float
    waiting_low: float
    waiting_high: float
    used: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The hours in their order, the range of each day's arrivals, and whether the ranges were learnt from the
    service's own past errors."""

    hours: list[Hour]
    days: list[tuple[float, float]]
    own: bool
    minutes: float  # of work in a piece, on the mean over the kinds


def look_ahead(kinds: Kinds, staffing: Staffing, first: date, begins: int = 0, seed: int = 1) -> Outlook:
    """The fortnight from `first` on, from its hour `begins`: what came before that waits already, or is done.

    `kinds` has a day of counts for every day up to the day before, of each kind. The draws are the same for the same
    seed: a page that is loaded again says the same.
    """
    ways = {kind: _Way(days) for kind, days in kinds.items()}
    common = _common({kind: way.paths for kind, way in ways.items()})
    chance, own = Random(seed), all(way.own for way in ways.values())
    runs = [_one(ways, common, staffing, (first, begins), chance) for _ in range(_DRAWN)]
    middle = _worked_off({kind: way.usual(first) for kind, way in ways.items()}, staffing, (first, begins))
    per = middle.minutes
    hours = []
    for place in range(begins, daily.HORIZON * 24):
        day, hour = first + timedelta(days=place // 24), place % 24
        came, waits = [run.arrivals[place] for run in runs], [run.waiting[place] for run in runs]
        paid = staffing.there(day, hour)
        at = middle.arrivals[place], *_ends(came), paid, 60 * staffing.hands(day, hour) / per
        used = middle.worked[place] / paid if paid else None
        hours.append(Hour(day, hour, *at, sum(waits) / len(waits), *_ends(waits), used))
    days = [_ends([sum(run.arrivals[at : at + 24]) for run in runs]) for at in range(0, daily.HORIZON * 24, 24)]
    return Outlook(hours, days, own, per)


class _Way:
    """One kind of work: what is expected a day, how far off that was, and how a day lies over its hours."""

    def __init__(self, days: Mapping[date, Day]) -> None:
        counts = [sum(days[day]) for day in sorted(days)]
        self.expected = daily.expected(counts)
        self.paths, self.own = spread.both_ways(list(spread.errors(counts).values()))
        self.shares = hourly.shares(days)
        self.unrest = hourly.unrest(days, self.shares)

    def draw(self, path: spread.Path, first: date, chance: Random) -> list[float]:
        """The hours of one fortnight that goes wrong like this path."""
        found, gauss = list[float](), chance.gauss
        for ahead, usual in enumerate(self.expected):
            whole = usual * math.exp(path[ahead])
            for share in self.shares[(first + timedelta(days=ahead)).weekday()]:
                mean = whole * share
                found.append(max(gauss(mean, math.sqrt(mean * self.unrest)), 0.0))
        return found

    def usual(self, first: date) -> list[float]:
        """The hours as they are expected."""
        week = [self.shares[(first + timedelta(days=ahead)).weekday()] for ahead in range(daily.HORIZON)]
        return [whole * share for whole, day in zip(self.expected, week, strict=True) for share in day]


def _common(paths: Mapping[str, list[spread.Path]]) -> int:
    """How many errors every kind has: they are drawn at the same place, as cases bring their contacts."""
    return min(len(some) for some in paths.values())


@dataclass(frozen=True, slots=True)
class _Run:
    arrivals: list[float]
    waiting: list[float]
    worked: list[float]
    minutes: float


def _one(ways: Mapping[str, _Way], common: int, staffing: Staffing, since: tuple[date, int], chance: Random) -> _Run:
    place = chance.randrange(common)
    drawn = {kind: way.draw(way.paths[place], since[0], chance) for kind, way in ways.items()}
    return _worked_off(drawn, staffing, since)


def _worked_off(kinds: Mapping[str, list[float]], staffing: Staffing, since: tuple[date, int]) -> _Run:
    """What waits at the end of each hour, and how many hours of work were done in it."""
    first, begins = since
    kinds = {kind: [0.0] * begins + some[begins:] for kind, some in kinds.items()}
    arrivals = [sum(some) for some in zip(*kinds.values(), strict=True)]
    work = [0.0] * len(arrivals)
    for kind, some in kinds.items():
        for place, one in enumerate(some):
            work[place] += one * staffing.minutes[kind] / 60
    per = 60 * sum(work) / sum(arrivals) if sum(arrivals) else max(staffing.minutes.values())
    waits, waiting, worked = staffing.waiting * per / 60, [], []
    for place, more in enumerate(work):
        hands = staffing.hands(first + timedelta(days=place // 24), place % 24) if place >= begins else 0.0
        done = min(waits + more, hands)
        waits = max(waits + more - done, 0.0)
        waiting.append(60 * waits / per)
        worked.append(done)
    return _Run(arrivals, waiting, worked, per)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return spread.quantile(values, (1 - spread.SHARE) / 2), spread.quantile(values, (1 + spread.SHARE) / 2)
