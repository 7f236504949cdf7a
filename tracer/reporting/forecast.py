"""The next fortnight of a team and those under it: what comes, who is there, when people are short, and how far such
forecasts were off so far."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.orm import Session

from tracer import forecast
from tracer.clock import london
from tracer.forecast import Hour, Outlook, Short, Staffing, backtest, daily, handling, spread
from tracer.reporting import arrivals
from tracer.reporting.arrivals import Past, Strength


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the fortnight: its hours, and what they come to. `low` and `high` are the range of its arrivals."""

    day: date
    hours: list[Hour]
    arrivals: float
    low: float
    high: float
    can: float
    paid: float
    used: float | None

    @property
    def evening(self) -> Hour:
        """Its last hour: what waits then."""
        return self.hours[-1]


@dataclass(frozen=True, slots=True)
class Yesterday:
    """What was said of yesterday the day before, and what came."""

    day: date
    came: float
    said: float
    low: float
    high: float

    @property
    def held(self) -> bool:
        """Whether it came within the range."""
        return self.low <= self.came <= self.high


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows. Without `outlook` there are too few days of counts."""

    past: Past
    strength: Strength
    outlook: Outlook | None
    days: list[Day]
    short: list[Short]
    minutes: dict[str, float]
    measured: set[str]
    scores: list[backtest.Score]
    coverage: backtest.Coverage | None
    yesterday: Yesterday | None

    @property
    def used(self) -> float | None:
        """The share of the fortnight's paid hours that goes into work, where anybody is paid."""
        paid = sum(one.paid for one in self.days)
        return sum((one.used or 0) * one.paid for one in self.days) / paid if paid else None

    @property
    def away(self) -> float:
        """Paid hours of the fortnight in which somebody is known to be away."""
        days = {one.day for one in self.days}
        return sum(sum(hours) for day, hours in self.strength.away.items() if day in days)

    @property
    def most(self) -> Hour:
        """The hour at whose end most waits."""
        return max((hour for day in self.days for hour in day.hours), key=lambda one: one.waiting)


def of(session: Session, team_ids: Collection[UUID], now: datetime) -> Page:
    """The forecast for these teams together, from today on."""
    strength = arrivals.strength(session, team_ids)
    past = arrivals.past(session, team_ids, strength.counted_until)
    minutes, measured = handling.minutes(past.finished)
    if past.days < daily.LEAST_DAYS:
        return Page(past, strength, None, [], [], minutes, measured, [], None, None)
    opens, closes = forecast.CALLING
    staffing = Staffing(strength.paid, minutes, handling.ACTIVE, strength.waiting, opens, closes, strength.away)
    # From where the counts end: what has come since is in no count, and not in what waits.
    since = london(strength.counted_until or now)
    found = forecast.look_ahead(past.kinds, staffing, since.date(), since.hour)
    counts = past.by_day()
    tried = backtest.scores(counts) if backtest.origins(counts) else []
    shown = forecast.shortages(found.hours, opens, closes)
    days, held, before = _days(found), backtest.coverage(counts), _yesterday(past, counts)
    return Page(past, strength, found, days, shown, minutes, measured, tried, held, before)


def _days(outlook: Outlook) -> list[Day]:
    found = []
    by_day = groupby(outlook.hours, lambda one: one.day)
    for (_, some), whole in zip(by_day, outlook.days, strict=True):
        hours = list(some)
        paid = sum(one.paid for one in hours)
        used = sum((one.used or 0) * one.paid for one in hours) / paid if paid else None
        can = sum(one.can for one in hours)
        found.append(Day(hours[0].day, hours, sum(one.arrivals for one in hours), *whole, can, paid, used))
    return found


def _yesterday(past: Past, counts: list[float]) -> Yesterday | None:
    """Made anew from what was known the day before, as the forecast is made from counts alone."""
    if past.last is None or len(counts) <= daily.LEAST_DAYS:
        return None
    said = daily.expected(counts[:-1])[0]
    ends = spread.range_of(list(spread.errors(counts[:-1]).values()))
    return Yesterday(past.last, counts[-1], said, said * ends.low[0], said * ends.high[0])
