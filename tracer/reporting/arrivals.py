"""Arrivals by hour of London's clock, from the counts that the worker keeps: of a team and those under it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.clock import london
from tracer.forecast import Day
from tracer.models import HourCount, TaskKind, TeamStrength

# Sixteen weeks: enough for the range to learn from, and no winter in a summer's forecast.
BACK = timedelta(days=112)


@dataclass(frozen=True, slots=True)
class Past:
    """Whole days of counts by kind, without a gap, the last of them `last`; what was finished, and its minutes."""

    kinds: dict[str, dict[date, Day]]
    last: date | None
    finished: dict[str, tuple[int, float]]

    @property
    def days(self) -> int:
        """How many."""
        return len(next(iter(self.kinds.values()), {}))

    def by_day(self) -> list[float]:
        """All that came on each day, whatever its kind."""
        days = list(self.kinds.values())
        return [sum(sum(some[day]) for some in days) for day in sorted(days[0])] if days else []


@dataclass(frozen=True, slots=True)
class Strength:
    """Paid people by weekday and hour, who of them is away on which day, how many people that is, of how many no
    pattern is known, what waits."""

    paid: list[Day]
    away: dict[date, Day]
    people: int
    without_pattern: int
    waiting: int
    counted_until: datetime | None


def past(session: Session, team_ids: Collection[UUID], until: datetime | None) -> Past:
    """The days that are counted to their end when hours before `until` are; of the last sixteen weeks at most."""
    if until is None:
        return Past({}, None, {})
    query = (
        select(
            HourCount.hour,
            HourCount.kind,
            func.sum(HourCount.arrived),
            func.sum(HourCount.finished),
            func.sum(HourCount.worked),
        )
        .where(HourCount.team_id.in_(team_ids), HourCount.hour >= until - BACK)
        .group_by(HourCount.hour, HourCount.kind)
    )
    hours: dict[TaskKind, dict[date, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 24))
    finished: dict[str, tuple[int, float]] = {}
    for hour, kind, arrived, done, worked in session.execute(query):
        there = london(hour)
        hours[kind][there.date()][there.hour] += arrived
        number, took = finished.get(kind.value, (0, 0.0))
        finished[kind.value] = number + int(done), took + int(worked) / 60
    if not hours:
        return Past({}, None, {})
    first, last = _whole(min(min(days) for days in hours.values()), until)
    length = (last - first).days + 1
    days = [first + timedelta(days=place) for place in range(max(length, 0))]
    kinds = {kind.value: {day: tuple(some[day]) for day in days} for kind, some in hours.items()}
    return Past(kinds if days else {}, last if days else None, finished)


def _whole(first: date, until: datetime) -> tuple[date, date]:
    """From the day after the first, which began before there was a count, to the last that is over by then."""
    return first + timedelta(days=1), london(until).date() - timedelta(days=1)


def strength(session: Session, team_ids: Collection[UUID]) -> Strength:
    """The people of these teams together."""
    rows = session.scalars(select(TeamStrength).where(TeamStrength.team_id.in_(team_ids))).all()
    paid = [tuple(sum(one.week[str(day)][hour] for one in rows) for hour in range(24)) for day in range(7)]
    away: dict[str, Day] = {}
    for day, hours in ((day, hours) for one in rows for day, hours in one.away.items()):
        away[day] = tuple(map(sum, zip(away.get(day, (0.0,) * 24), hours, strict=True)))
    return Strength(
        paid,
        {date.fromisoformat(day): hours for day, hours in away.items()},
        sum(one.people for one in rows),
        sum(one.without_pattern for one in rows),
        sum(one.waiting for one in rows),
        max((one.counted_until for one in rows), default=None),
    )
