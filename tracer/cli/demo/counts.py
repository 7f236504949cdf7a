"""What the demonstration's teams had to do before its cases came in: twelve weeks of counts, for the forecast."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.clock import london
from tracer.models import HourCount, Task, TaskKind, Team

_WEEKS = 12
# Of a day's work, by the hour in which it comes; a weekend has two thirds; cases bring more contacts than there are.
_BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 7, 6, 6, 6, 5, 5, 4, 3, 2, 2, 1)
_A_DAY = {TaskKind.INTERVIEW: 18, TaskKind.ALERT: 26}
_SECONDS = {TaskKind.INTERVIEW: 41 * 60, TaskKind.ALERT: 13 * 60}


def make(session: Session, chance: random.Random) -> None:
    """Counts until the first case; from there the worker counts."""
    first = min(session.scalars(select(Task.created_at)), default=None)
    if first is None:
        return
    until = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for name, size in (("Leeds", 1.0), ("York and Hull", 0.6), ("London", 1.4)):
        team = session.scalars(select(Team).where(Team.name == name)).one()
        session.add_all(_hours(team, size, until, chance))


def _hours(team: Team, size: float, until: datetime, chance: random.Random) -> list[HourCount]:
    found, wave = [], 1.0
    for ago in range(_WEEKS * 7 * 24, 0, -1):
        hour = until - timedelta(hours=ago)
        there = london(hour)
        if there.hour == 0:
            wave = min(max(wave * chance.uniform(0.93, 1.08), 0.6), 1.6)
        part = _BY_HOUR[there.hour] / sum(_BY_HOUR) * (0.66 if there.weekday() > 4 else 1.0)
        for kind, number in _A_DAY.items():
            came = sum(chance.random() < size * wave * number * part / 20 for _ in range(20))
            if came:
                done = {"arrived": came, "finished": came, "worked": came * _SECONDS[kind]}
                found.append(HourCount(team_id=team.id, hour=hour, kind=kind, **done))
    return found
