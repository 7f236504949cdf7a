"""The supervisor's board: who holds how much, what waits, what is late, who is idle. Counted in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracer.clock import london
from tracer.models import Attempt, Case, Contact, Role, Staff, Task, TaskState, Team, TeamReach

IDLE_AFTER = timedelta(minutes=30)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Worker:
    """One person on the board."""

    staff: Staff
    held: int
    late: int
    done_today: int
    last_attempt: datetime | None
    idle: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """One team's pool: how many wait, by how long, and how many are past their time."""

    team: Team
    fresh: int
    hours: int
    days: int
    late: int

    @property
    def waiting(self) -> int:
        """All that wait."""
        return self.fresh + self.hours + self.days


@dataclass(frozen=True, slots=True)
class Line:
    """One task in the list."""

    task: Task
    reference: str | None
    holder: str | None
    late: bool


def below(session: Session, team: Team) -> list[UUID]:
    """The ids of a team and of every team under it."""
    return list(session.scalars(select(TeamReach.team_id).where(TeamReach.above_id == team.id)))


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def workers(session: Session, team_ids: list[UUID], now: datetime) -> list[Worker]:
    """Everybody who works cases in these teams. Idle: holds nothing, or no attempt for 30 minutes."""
    roles = (Role.TRACER, Role.SUPERVISOR)
    query = select(Staff).where(Staff.team_id.in_(team_ids), Staff.role.in_(roles), Staff.ended_at.is_(None))
    people = session.scalars(query.order_by(Staff.family_name, Staff.given_name)).all()
    ids = [person.id for person in people]
    held = _by(session, Task.holder_id, ids, func.count(), _count(_is_late(now)), where=Task.state == TaskState.HELD)
    midnight = london(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = _by(session, Task.moved_by_id, ids, func.count(), where=Task.finished_at >= midnight)
    tried = _by(session, Attempt.staff_id, ids, func.max(Attempt.at), where=Attempt.at > now - timedelta(days=2))
    return [_worker(person, held, done, tried, now) for person in people]


def _by(session: Session, column: Any, ids: list[UUID], *what: Any, where: Any) -> dict[UUID, tuple[Any, ...]]:
    rows = session.execute(select(column, *what).where(column.in_(ids), where).group_by(column))
    return {row[0]: tuple(row[1:]) for row in rows}


def _worker(person: Staff, held: Any, done: Any, tried: Any, now: datetime) -> Worker:
    count, late = held.get(person.id, (0, 0))
    last: datetime | None = tried.get(person.id, (None,))[0]
    idle = count == 0 or last is None or now - last > IDLE_AFTER
    return Worker(person, count, late, done.get(person.id, (0,))[0], last, idle)


def _is_late(now: datetime) -> Any:
    return func.coalesce(Task.not_before, Task.due_at) < now


def pools(session: Session, team_ids: list[UUID], now: datetime) -> list[Pool]:
    """The pool of each team, those with work first."""
    four, day = now - timedelta(hours=4), now - timedelta(hours=24)
    query = (
        select(
            Task.team_id,
            _count(Task.created_at > four),
            _count((Task.created_at <= four) & (Task.created_at > day)),
            _count(Task.created_at <= day),
            _count(Task.due_at < now),
        )
        .where(Task.team_id.in_(team_ids), Task.state == TaskState.WAITING)
        .group_by(Task.team_id)
    )
    counts = {row[0]: row[1:] for row in session.execute(query)}
    teams = session.scalars(select(Team).where(Team.id.in_(team_ids)).order_by(Team.name))
    found = [Pool(team, *[int(one) for one in counts.get(team.id, (0, 0, 0, 0))]) for team in teams]
    return sorted(found, key=lambda pool: -pool.waiting)


def lines(
    session: Session, team_ids: list[UUID], now: datetime, *, state: str, holder: UUID | None, page: int
) -> list[Line]:
    """A page of the open tasks of these teams, the most pressing first; one more than a page tells of the next."""
    query = select(Task, Case.reference).outerjoin(Case, Case.id == Task.case_id)
    query = query.where(Task.team_id.in_(team_ids), Task.state.in_(_states(state)))
    if state == "late":
        query = query.where(_is_late(now))
    if holder is not None:
        query = query.where(Task.holder_id == holder)
    query = query.order_by(Task.due_at, Task.id).offset(page * PAGE).limit(PAGE + 1)
    rows: list[Any] = list(session.execute(query))
    holders = _names(session, {task.holder_id for task, _ in rows if task.holder_id})
    contacts = _contact_references(session, [task.id for task, reference in rows if reference is None])
    return [
        Line(
            task,
            reference or contacts.get(task.id),
            holders.get(task.holder_id) if task.holder_id else None,
            (task.not_before or task.due_at) < now,
        )
        for task, reference in rows
    ]


def _states(state: str) -> list[TaskState]:
    return {
        "held": [TaskState.HELD],
        "waiting": [TaskState.WAITING],
    }.get(state, [TaskState.HELD, TaskState.WAITING])


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    return {one.id: one.name for one in session.scalars(select(Staff).where(Staff.id.in_(ids)))}


def _contact_references(session: Session, task_ids: list[UUID]) -> dict[UUID, str]:
    """The references of the contacts that alert tasks are about, on one line each."""
    query = select(Contact.alert_task_id, Contact.reference).where(Contact.alert_task_id.in_(task_ids))
    found: dict[UUID, str] = {}
    for task_id, reference in session.execute(query.order_by(Contact.created_at)):
        if task_id is not None:
            found[task_id] = f"{found[task_id]}, {reference}" if task_id in found else reference
    return found
