"""Who each team has, hour by hour: paid people by their patterns, less those who are known to be away. SYSTEM's.

A forecast reads these numbers, and so nobody has to see who works when, or who is ill.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracer import forecast, pattern
from tracer.access.clearance import among_staff
from tracer.clock import LONDON, london
from tracer.models import Absence, Role, Staff, Task, TaskState, TeamStrength

Days = dict[str, list[float]]
# An absence whose end nobody knows is taken to last for a week: so long no doctor's note is asked for.
_NO_END = timedelta(days=7)


def take(session: Session, until: datetime, busy: set[UUID], now: datetime) -> None:
    """Every team's people of today by their patterns, who of them is away, and what is open in its pool."""
    current = (*Staff.current(), Staff.role == Role.TRACER, Staff.team_id.is_not(None), among_staff(now))
    query = select(Staff.team_id, Staff.pattern, func.count()).where(*current).group_by(Staff.team_id, Staff.pattern)
    people: dict[UUID, list[tuple[str | None, int]]] = defaultdict(list)
    for team_id, said, number in session.execute(query):
        if team_id is not None:
            people[team_id].append((said, number))
    open_ = select(Task.pool_id, func.count()).where(Task.state != TaskState.DONE).group_by(Task.pool_id)
    waiting: dict[UUID, int] = dict(iter(session.execute(open_)))
    away = _away(session, current, now)
    known = {one.team_id: one for one in session.scalars(select(TeamStrength))}
    for team_id in people.keys() | waiting.keys() | known.keys() | busy:
        one = known.get(team_id) or TeamStrength(team_id=team_id)
        some = people.get(team_id, [])
        one.week = {str(day): hours for day, hours in enumerate(week_of(some))}
        one.away = away.get(team_id, {})
        one.people = sum(number for _, number in some)
        one.without_pattern = sum(number for said, number in some if said is None)
        one.waiting, one.counted_until = waiting.get(team_id, 0), until
        session.add(one)


def week_of(people: list[tuple[str | None, int]]) -> list[list[float]]:
    """Paid people in each hour of each weekday, of so many with each pattern."""
    found = [[0.0] * 24 for _ in range(7)]
    for said, number in people:
        for place, part in _parts(said):
            found[place // 24][place % 24] += part * number
    return [[round(one, 3) for one in day] for day in found]


def _parts(said: str | None) -> Iterator[tuple[int, float]]:
    """Hour of the week -> the part of it that somebody is paid for."""
    if said is None:  # nobody knows when: a full week's hours, spread over the hours in which people may be called
        opens, closes = forecast.CALLING
        for place in range(7 * 24):
            if opens <= place % 24 < closes:
                yield place, forecast.FULL_WEEK / (7 * (closes - opens))
        return
    for day, spans in enumerate(pattern.read(said).week):
        for begin, end in spans:
            for hour in range(begin // 60, -(-end // 60)):
                part = (min(end, hour * 60 + 60) - max(begin, hour * 60)) / 60
                yield (day * 24 + hour) % (7 * 24), part


def _away(session: Session, current: tuple[Any, ...], now: datetime) -> dict[UUID, Days]:
    """Team -> what its absences take off each day of the fortnight: no kinds, no names."""
    end = now + timedelta(days=forecast.HORIZON)
    query = select(Staff.team_id, Staff.pattern, Absence.from_at, Absence.until_at)
    query = query.join(Staff, Staff.id == Absence.staff_id).where(*current, Absence.ended_at.is_(None))
    query = query.where(Absence.from_at < end, or_(Absence.until_at.is_(None), Absence.until_at > now))
    found: dict[UUID, Days] = defaultdict(dict)
    for team_id, said, begins, ends in session.execute(query):
        if team_id is not None:
            takes_off(found[team_id], said, max(begins, now), min(ends or max(begins, now) + _NO_END, end))
    return found


def takes_off(days: Days, said: str | None, begins: datetime, ends: datetime) -> None:
    """Add the paid hours that somebody of this pattern misses between two moments: London days, 24 numbers each."""
    paid = dict(_parts(said))
    day: date = london(begins).date()
    while datetime.combine(day, time(0), LONDON) < ends:
        hours = days.setdefault(day.isoformat(), [0.0] * 24)
        for hour in range(24):
            at = datetime.combine(day, time(hour), LONDON)
            missed = (min(ends, at + timedelta(hours=1)) - max(begins, at)).total_seconds() / 3600
            hours[hour] = round(hours[hour] + max(missed, 0.0) * paid.get(day.weekday() * 24 + hour, 0.0), 3)
        day += timedelta(days=1)
