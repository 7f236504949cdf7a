"""The supervisor's board: who holds how much, what waits, what is late, who is idle. Counted in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracer.clock import london
from tracer.models import Answer, Assignment, Attempt, How, Interview, Role, Staff, Task, TaskState

IDLE_AFTER = timedelta(minutes=30)
# How long work waits: fresh, up to a day, longer.
FRESH, DAY = timedelta(hours=4), timedelta(hours=24)
# People on one page of the board.
PAGE = 50
# People whom the list to hand over to names, whatever page of the board is shown; of more, those of the page.
MOST_TAKERS = 1_000
WHO = {
    "all": "Everybody",
    "idle": "Idle",
    "late": "With late work",
    "holding": "Holding work",
    "free": "Holding nothing",
}
WORKERS = (Role.TRACER, Role.SUPERVISOR)
OPEN = (TaskState.WAITING, TaskState.HELD)


@dataclass(frozen=True, slots=True)
class Worker:
    """One person on the board, today. `last` is their last piece of work: taken, tried, answered or finished."""

    staff: Staff
    held: int
    late: int
    done_today: int
    last: datetime | None
    idle: bool


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody to hand work over to, and how much they hold."""

    id: UUID
    name: str
    held: int


@dataclass(frozen=True, slots=True)
class People:
    """Those shown, how many fit what is wanted, and how many there are in all; `held` says of all how much."""

    shown: list[Worker]
    count: int
    fitting: int
    page: int
    pages: int
    tracers: int
    idle: int
    done_today: int
    held: dict[UUID, int]


@dataclass(slots=True)
class _Tally:
    held: int = 0
    late: int = 0
    done: int = 0
    last: datetime | None = None
    off: bool = False

    def worked(self, at: datetime | None) -> None:
        if at is not None and (self.last is None or at > self.last):
            self.last = at

    def idle(self, role: Role, now: datetime) -> bool:
        if role is not Role.TRACER or self.off:
            return False
        return self.held == 0 or self.last is None or now - self.last > IDLE_AFTER


def people(
    session: Session,
    team_ids: list[UUID],
    now: datetime,
    wanted: str = "all",
    page: int = 1,
    at_work: Collection[UUID] | None = None,
) -> People:
    """Those who work cases in these teams: a page of those that are wanted, by name; the counts are of all.

    Idle is a tracer who holds nothing, or who took, tried, answered and finished nothing for 30 minutes; of those
    `at_work`, where it says who is.
    """
    mine = (Staff.team_id.in_(team_ids), Staff.role.in_(WORKERS), Staff.ended_at.is_(None))
    by_name = select(Staff.id, Staff.role).where(*mine).order_by(Staff.family_name, Staff.given_name, Staff.id)
    roles = {row.id: row.role for row in session.execute(by_name)}
    tallies = _tallies(session, roles, team_ids, now)
    for one, tally in tallies.items():
        tally.off = at_work is not None and one not in at_work
    fit = [one for one, role in roles.items() if _fits(wanted, role, tallies[one], now)]
    pages = max(1, -(-len(fit) // PAGE))
    page = min(page, pages)
    ids = fit[(page - 1) * PAGE : page * PAGE]
    found = {one.id: one for one in session.scalars(select(Staff).where(Staff.id.in_(ids)))}
    _tried_and_answered(session, tallies, ids, team_ids, _midnight(now))
    _taken(session, tallies, ids)
    return People(
        [_worker(found[one], tallies[one], now) for one in ids if one in found],
        count=len(roles),
        fitting=len(fit),
        page=page,
        pages=pages,
        tracers=sum(role is Role.TRACER for role in roles.values()),
        idle=sum(tallies[one].idle(role, now) for one, role in roles.items()),
        done_today=sum(tally.done for tally in tallies.values()),
        held={one: tally.held for one, tally in tallies.items()},
    )


def takers(session: Session, shown: People) -> list[Taker]:
    """Whom these teams' work can be handed to, by name: everybody, not only those on this page of the board."""
    if shown.count > MOST_TAKERS:
        return [Taker(one.staff.id, one.staff.name, one.held) for one in shown.shown]
    query = select(Staff.id, Staff.given_name, Staff.family_name).where(Staff.id.in_(shown.held))
    query = query.order_by(Staff.family_name, Staff.given_name, Staff.id)
    return [Taker(one, f"{given} {family}", shown.held[one]) for one, given, family in session.execute(query)]


def _fits(wanted: str, role: Role, tally: _Tally, now: datetime) -> bool:
    return {
        "idle": lambda: tally.idle(role, now),
        "late": lambda: tally.late > 0,
        "holding": lambda: tally.held > 0,
        "free": lambda: tally.held == 0,
    }.get(wanted, lambda: True)()


def _worker(person: Staff, tally: _Tally, now: datetime) -> Worker:
    return Worker(person, tally.held, tally.late, tally.done, tally.last, tally.idle(person.role, now))


def _tallies(session: Session, ids: dict[UUID, Role], team_ids: list[UUID], now: datetime) -> dict[UUID, _Tally]:
    """Each person's numbers. One grouped question a source, each by its own index."""
    found = {one: _Tally() for one in ids}
    for staff_id, held, late in session.execute(_held(team_ids, now)):
        if staff_id in found:
            found[staff_id].held, found[staff_id].late = held, int(late)
    for staff_id, done, last in session.execute(_finished(team_ids, _midnight(now))):
        if staff_id in found:
            found[staff_id].done = done
            found[staff_id].worked(last)
    # Whether they are idle takes the last half hour; when they last worked is asked for those who are shown.
    _tried_and_answered(session, found, _in(team_ids), team_ids, now - IDLE_AFTER)
    _taken(session, found, [one for one, tally in found.items() if tally.held and tally.idle(Role.TRACER, now)])
    return found


def _taken(session: Session, tallies: dict[UUID, _Tally], who: list[UUID]) -> None:
    for staff_id, last in session.execute(_took(who)) if who else ():
        tallies[staff_id].worked(last)


def _tried_and_answered(
    session: Session, tallies: dict[UUID, _Tally], who: Any, team_ids: list[UUID], since: datetime
) -> None:
    for query in (_tried(who, since), _answered(who, team_ids, since)):
        for staff_id, last in session.execute(query):
            if staff_id in tallies:
                tallies[staff_id].worked(last)


def _midnight(now: datetime) -> datetime:
    return london(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _held(team_ids: list[UUID], now: datetime) -> Any:
    query = select(Task.holder_id, func.count(Task.id), count_if(Task.when < now)).group_by(Task.holder_id)
    return query.where(Task.team_id.in_(team_ids), Task.state == TaskState.HELD)


def _took(who: list[UUID]) -> Any:
    """When they last took something that they still hold."""
    now_held = (Assignment.task_id == Task.id) & Assignment.until_at.is_(None) & (Assignment.how == How.CLAIMED)
    query = select(Task.holder_id, func.max(Assignment.from_at)).join(Assignment, now_held).group_by(Task.holder_id)
    return query.where(Task.holder_id.in_(who), Task.state == TaskState.HELD)


def _in(team_ids: list[UUID]) -> Any:
    return select(Staff.id).where(Staff.team_id.in_(team_ids), Staff.ended_at.is_(None)).scalar_subquery()


def _finished(team_ids: list[UUID], since: datetime) -> Any:
    query = select(Task.moved_by_id, func.count(), func.max(Task.finished_at)).group_by(Task.moved_by_id)
    return query.where(Task.moved_by_id.in_(_in(team_ids)), Task.finished_at >= since)


def _tried(who: Any, since: datetime) -> Any:
    query = select(Attempt.staff_id, func.max(Attempt.at)).group_by(Attempt.staff_id)
    return query.where(Attempt.staff_id.in_(who), Attempt.at >= since)


def _answered(who: Any, team_ids: list[UUID], since: datetime) -> Any:
    """The last answer in the interviews that are under way; a finished one counts by its task's end."""
    query = (
        select(Answer.given_by_id, func.max(Answer.given_at))
        .join(Interview, Interview.id == Answer.interview_id)
        .join(Task, Task.id == Interview.task_id)
    )
    under_way = (Task.team_id.in_(team_ids), Task.state == TaskState.HELD, Interview.finished_at.is_(None))
    return query.where(*under_way, Answer.given_by_id.in_(who), Answer.given_at >= since).group_by(Answer.given_by_id)


def count_if(condition: ColumnElement[bool]) -> Any:
    """How many rows of a group it holds of; 0 of none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
