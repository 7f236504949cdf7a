"""Tasks: taking the next one, holding it, giving it back, handing it over, finishing it.

A task is held by one person at most, until a time; work on it moves the time on, and a hold that
nobody touched lapses by itself back to the pool.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracer import policy
from tracer.access import actor
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import Conflict, Refused
from tracer.models import RAISED, Assignment, ConflictOfInterest, How, Staff, Task, TaskState, Team, TeamReach

_TOUCHED_EVERY = timedelta(minutes=1)


def caseload(session: Session) -> list[Task]:
    """What the actor holds: callbacks and retries by their time, the rest by when they are due."""
    query = select(Task).where(Task.holder_id == actor.staff_id(session), Task.state == TaskState.HELD)
    return list(session.scalars(query.order_by(Task.when, Task.id)))


def claim_next(session: Session, now: datetime) -> Task | None:
    """The most urgent task of the actor's own pool, else of the pools above it; None when all are empty.

    A task that another is taking at this moment is passed over, not waited for.
    """
    me = actor.of(session)
    mine = (ConflictOfInterest.staff_id == me.id, ConflictOfInterest.task_id.is_not(None))
    never = select(ConflictOfInterest.task_id).where(*mine)  # also what they put back themselves
    for pool, duty in _pools_of(session, me.team_id):
        ready = or_(Task.not_before.is_(None), Task.not_before <= now)
        query = select(Task).where(Task.state == TaskState.WAITING, Task.team_id == pool, ready)
        if duty is None:  # what answers called for is taken by those who took that on, or handed out by a lead
            query = query.where(Task.kind.not_in(RAISED))
        query = query.where(Task.id.not_in(never)).order_by(Task.priority.desc(), Task.due_at, Task.id).limit(1)
        task = session.scalar(query.with_for_update(skip_locked=True, of=Task))
        if task is not None:
            _hold(task, actor.staff_id(session), me.team_id, How.CLAIMED, None, now)
            return task
    return None


def _pools_of(session: Session, team_id: UUID | None) -> list[tuple[UUID, str | None]]:
    """The actor's own team first, then each team above it, nearest first, with what each has taken on."""
    if team_id is None:
        raise Refused("You are in no team, so there is no pool to draw from: ask an administrator.")
    below = select(TeamReach.above_id, func.count().label("size")).group_by(TeamReach.above_id).subquery()
    query = (
        select(TeamReach.above_id, Team.duty)
        .join(below, below.c.above_id == TeamReach.above_id)
        .join(Team, Team.id == TeamReach.above_id)
        .where(TeamReach.team_id == team_id)
        .order_by(below.c.size)
    )
    return [(pool, duty) for pool, duty in session.execute(query)]


def touch(task: Task, now: datetime) -> None:
    """Work was done on a held task: the hold goes on from now (written down once a minute)."""
    if is_due_touch(task.held_until, task.disease, now):
        task.held_until = now + _hold_for(task.disease, now)


def is_due_touch(held_until: datetime | None, disease: str, now: datetime) -> bool:
    """Whether a hold until then is to be moved on."""
    return held_until is None or now + _hold_for(disease, now) - held_until > _TOUCHED_EVERY


def keep_until(task: Task, when: datetime, now: datetime, *, callback: bool) -> None:
    """The task stays with its holder until `when` (a callback, the next try), and a hold beyond."""
    task.not_before, task.callback = when, callback
    task.held_until = when + _hold_for(task.disease, now)


def hand_back(task: Task, reason: str, now: datetime) -> None:
    """The holder gives a task back to the pool, with a reason."""
    if task.holder_id != actor.of(session_of(task)).id:
        raise Conflict("You do not hold this any more.")
    put_back(task, ended="handed back", reason=reason, now=now)


def reassign(task: Task, to: Staff | None, reason: str, now: datetime) -> None:
    """A supervisor hands a task to somebody they reach, or back to the pool."""
    if task.state is TaskState.DONE:
        raise Conflict("This task was finished meanwhile: it was not moved.")
    if to is None:
        put_back(task, ended="reassigned", reason=reason, now=now)
        return
    if to.ended_at is not None or to.team_id is None:
        raise Refused(f"{to.name} does not work cases at present: choose somebody else.")
    if task.holder_id == to.id:
        return
    if barred(session_of(task), [task.id], to):
        raise Refused(f"{to.name} cannot take this one: choose somebody else.")
    if task.holder_id is not None:
        _close_assignment(task, "reassigned", reason, now)
    _hold(task, to.id, to.team_id, How.REASSIGNED, reason, now)


def barred(session: Session, task_ids: Collection[UUID], to: Staff) -> set[UUID]:
    """Which of these tasks somebody must not have; why is nobody's to know."""
    query = select(ConflictOfInterest.task_id).where(ConflictOfInterest.staff_id == to.id)
    return {found for found in session.scalars(query.where(ConflictOfInterest.task_id.in_(task_ids))) if found}


def put_back(task: Task, *, ended: str, reason: str | None, now: datetime) -> None:
    """A held task returns to its pool; a callback keeps its time."""
    if task.holder_id is not None:
        _close_assignment(task, ended, reason, now)
    task.state, task.holder_id, task.held_until = TaskState.WAITING, None, None
    task.team_id = task.pool_id
    task.moved_by_id = actor.of(session_of(task)).id


def finish(task: Task, outcome: str, now: datetime) -> None:
    """The work is done: the record closes to whoever held it."""
    if task.state is TaskState.DONE:
        raise Conflict("This task was finished already.")
    if task.holder_id is not None:
        _close_assignment(task, "finished", None, now)
    task.state, task.outcome, task.finished_at = TaskState.DONE, outcome, now
    task.holder_id, task.held_until, task.not_before, task.callback = None, None, None, False
    task.moved_by_id = actor.of(session_of(task)).id


def settle(task: Task, outcome: str, now: datetime) -> None:
    """What an answer called for is dealt with; Conflict for a call, Refused for whoever does not hold it."""
    if task.kind not in RAISED:
        raise Conflict("A call ends with its interview, or with the last attempt.")
    if task.holder_id != actor.of(session_of(task)).id:
        raise Refused("Only whoever holds this can say that it is done. Take it first.")
    finish(task, outcome, now)


def lapse(session: Session, now: datetime, most: int = 500) -> int:
    """Holds whose time ran out go back to their pools; SYSTEM's work, `most` at a time. Returns how many."""
    query = select(Task).where(Task.state == TaskState.HELD, Task.held_until < now).limit(most)
    lapsed = session.scalars(query.with_for_update(skip_locked=True)).all()
    for task in lapsed:
        put_back(task, ended="lapsed", reason=None, now=now)
    return len(lapsed)


def _hold(task: Task, staff_id: UUID, team_id: UUID | None, how: How, reason: str | None, now: datetime) -> None:
    if team_id is None:
        raise Refused("Whoever holds work belongs to a team.")
    me = actor.of(session_of(task)).id
    task.state, task.holder_id, task.team_id, task.moved_by_id = TaskState.HELD, staff_id, team_id, me
    later = task.not_before if task.not_before and task.not_before > now else now
    task.held_until = later + _hold_for(task.disease, now)
    session_of(task).add(Assignment(task_id=task.id, staff_id=staff_id, how=how, by_id=me, reason=reason, from_at=now))


def _close_assignment(task: Task, ended: str, reason: str | None, now: datetime) -> None:
    session = session_of(task)
    query = select(Assignment).where(Assignment.task_id == task.id, Assignment.until_at.is_(None))
    for assignment in session.scalars(query):
        assignment.until_at, assignment.ended, assignment.ended_reason = now, ended, reason


def _hold_for(disease: str, now: datetime) -> timedelta:
    return timedelta(minutes=policy.rules(disease, london(now).date()).hold_minutes)
