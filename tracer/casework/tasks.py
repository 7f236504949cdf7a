"""Tasks: taking the next one, holding it, giving it back, handing it over, finishing it.

A task is held by one person at most, until a time; work on it moves the time on, and a hold that
nobody touched lapses by itself back to the pool.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracer import policy
from tracer.access import actor
from tracer.casework import households
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import Conflict, Refused
from tracer.models import RAISED, Assignment, ConflictOfInterest, How, Staff, Task, TaskState

_TOUCHED_EVERY = timedelta(minutes=1)


def caseload(session: Session) -> list[Task]:
    """What the actor holds: callbacks and retries by their time, the rest by when they are due."""
    query = select(Task).where(Task.holder_id == actor.staff_id(session), Task.state == TaskState.HELD)
    return list(session.scalars(query.order_by(Task.when, Task.id)))


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
    """The holder gives a task back to the pool, with a reason, and what else they hold of its household."""
    me = actor.of(session_of(task)).id
    if task.holder_id != me:
        raise Conflict("You do not hold this any more.")
    for one in households.with_mates(task):
        if one.holder_id == me:
            put_back(one, ended="handed back", reason=reason, now=now)


def reassign(task: Task, to: Staff | None, reason: str, now: datetime, how: How = How.REASSIGNED) -> Sequence[Task]:
    """A supervisor hands a task to somebody they reach, or back to the pool; its household goes with it.

    Returns all that moved, the task first.
    """
    if task.state is TaskState.DONE:
        raise Conflict("This task was finished meanwhile: it was not moved.")
    home = households.with_mates(task)
    if to is None:
        held = [one for one in home if one.holder_id is not None] or [task]
        for one in held:
            put_back(one, ended="reassigned", reason=reason, now=now)
        return held
    if to.ended_at is not None or to.team_id is None:
        raise Refused(f"{to.name} does not work cases at present: choose somebody else.")
    moving = [one for one in home if one.holder_id != to.id]
    if task not in moving:
        return [task]
    if barred(session_of(task), [one.id for one in moving], to):
        raise Refused(f"{to.name} cannot take this one: choose somebody else.")
    _move(moving, to, reason, how, now)
    return moving


def _move(moving: Sequence[Task], to: Staff, reason: str, how: How, now: datetime) -> None:
    """First nobody holds any of a household, then one does: at no moment two."""
    session = session_of(moving[0])
    held = [one for one in moving if one.holder_id is not None]
    for one in held:
        _close_assignment(one, "reassigned", reason, now)
    if len(moving) > 1 and held:
        for one in held:
            one.state, one.holder_id, one.held_until = TaskState.WAITING, None, None
        session.flush()
    try:
        with session.begin_nested():
            for one in moving:
                hold(one, to.id, to.team_id, how, reason, now)
            session.flush()
    except IntegrityError as fault:
        if not households.is_held_elsewhere(fault):
            raise
        raise Conflict("Somebody in another team holds calls to this household: it was not moved.") from fault


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


def hold(task: Task, staff_id: UUID, team_id: UUID | None, how: How, reason: str | None, now: datetime) -> None:
    """The task is theirs from now (a later try, from then) for the policy's time, and that is on record."""
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


def held_until(disease: str, now: datetime) -> datetime:
    """Until when something is held that is taken now, if nothing is done with it."""
    return now + _hold_for(disease, now)


def _hold_for(disease: str, now: datetime) -> timedelta:
    return timedelta(minutes=policy.rules(disease, london(now).date()).hold_minutes)
