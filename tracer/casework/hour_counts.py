"""What came and what was finished, counted by the hour once it is over. SYSTEM's.

A forecast reads these numbers, so that nobody has to see records for it (`access.rows`), and so that it still knows
last winter when last winter's records are gone.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.casework import strengths
from tracer.models import (
    Attempt,
    HourCount,
    Interview,
    Outcome,
    Task,
    TaskKind,
    Team,
)

_HOUR = timedelta(hours=1)
# A task is seen when its transaction ends: an hour is counted when the last of its own have ended.
_AFTER = timedelta(minutes=15)
# Hours of one tick, where there is a past to catch up with.
_MOST = 24
# Nobody talks longer; a call that was left open overnight is no work.
_LONGEST = timedelta(hours=3)
_TRY = 150  # seconds that a try takes which reaches nobody
_UNANSWERED = (Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.WRONG_NUMBER)
_Key = tuple[UUID, datetime, TaskKind]


def count(session: Session, now: datetime) -> int:
    """Count the hours that are over since the last time; returns how many."""
    until = _floor(now - _AFTER)
    since = _next(session)
    if since is None or since >= until:
        return 0
    until = min(until, since + _MOST * _HOUR)
    sums: dict[_Key, HourCount] = {}
    for pool, kind, at in _came(session, since, until):
        _of(sums, pool, at, kind).arrived += 1
    for pool, kind, at, seconds in _went(session, since, until):
        one = _of(sums, pool, at, kind)
        one.finished, one.worked = one.finished + 1, one.worked + seconds
    session.add_all(sums.values())
    _mark(session, sums, until - _HOUR)
    strengths.take(session, until, {pool for pool, _, _ in sums}, now)
    return int((until - since) / _HOUR)


def _next(session: Session) -> datetime | None:
    """The first hour that is not counted; None while there never was any work."""
    last: datetime | None = session.scalar(select(func.max(HourCount.hour)))
    if last is not None:
        return last + _HOUR
    first: datetime | None = session.scalar(select(func.min(Task.created_at)))
    return _floor(first) if first is not None else None


def _floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _of(sums: dict[_Key, HourCount], pool: UUID, at: datetime, kind: TaskKind) -> HourCount:
    key = pool, _floor(at), kind
    if key not in sums:
        sums[key] = HourCount(team_id=pool, hour=key[1], kind=kind, arrived=0, finished=0, worked=0)
    return sums[key]


def _mark(session: Session, sums: dict[_Key, HourCount], last: datetime) -> None:
    """The last hour stands there, whether or not anything happened in it."""
    team_id = session.scalar(select(Team.id).order_by(Team.id).limit(1))
    if team_id is not None and not any(hour == last for _, hour, _ in sums):
        session.add(HourCount(team_id=team_id, hour=last, kind=TaskKind.INTERVIEW, arrived=0, finished=0, worked=0))


def _came(session: Session, since: datetime, until: datetime) -> Iterator[tuple[UUID, TaskKind, datetime]]:
    query = select(Task.pool_id, Task.kind, Task.created_at)
    yield from session.execute(query.where(Task.created_at >= since, Task.created_at < until))


def _went(session: Session, since: datetime, until: datetime) -> Iterator[tuple[UUID, TaskKind, datetime, int]]:
    """What was finished, with the seconds that its calls took; what was joined to other work took none."""
    over = (Task.finished_at >= since, Task.finished_at < until)
    seconds: dict[UUID, float] = defaultdict(float)
    calls = select(Interview.task_id, Interview.started_at, Interview.called_at, Interview.finished_at)
    for task_id, started, called, ended in session.execute(calls.join(Task, Task.id == Interview.task_id).where(*over)):
        if ended is not None:
            seconds[task_id] += max(min(ended - (called or started), _LONGEST).total_seconds(), 0)
    tries = select(Attempt.task_id, func.count()).join(Task, Task.id == Attempt.task_id)
    tries = tries.where(*over, Attempt.outcome.in_(_UNANSWERED)).group_by(Attempt.task_id)
    for task_id, number in session.execute(tries):
        seconds[task_id] += _TRY * number
    query = select(Task.id, Task.pool_id, Task.kind, Task.finished_at).where(*over)
    for task_id, pool, kind, at in session.execute(query):
        assert at is not None
        yield pool, kind, at, round(seconds[task_id])
