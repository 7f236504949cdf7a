"""Rebalancing: what is held by somebody who is not at work, or who is busy when it is due, goes back to its pool.

SYSTEM's, each tick, callbacks first. A call that goes on is left until it ends. Work that somebody took, or was given,
after their shift was over stays: they are there after all.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracer import policy
from tracer.casework import calls, households, shifts, tasks, teams
from tracer.casework.absences import now_absent
from tracer.clock import london
from tracer.models import (
    RAISED,
    Absence,
    Assignment,
    Attempt,
    Outcome,
    Presence,
    PresenceState,
    Staff,
    Task,
    TaskState,
    Team,
)
from tracer.pattern import Pattern
from tracer.policy import calling

# Whoever still sits there when their shift is over has so long to write up.
GRACE = timedelta(minutes=10)
_MOST = 500


def absent(session: Session, now: datetime) -> int:
    """What is held by somebody who is sick, on leave or elsewhere; their callbacks too, for nobody knows how long."""
    for kind in session.scalars(select(Absence.kind).where(now_absent(now)).distinct()).all():
        gone = select(Absence.staff_id).where(now_absent(now), Absence.kind == kind)
        query = _held().where(Task.holder_id.in_(gone))
        if found := _back(session, query, f"the holder is absent: {kind.value}", now):
            return found
    return 0


def shift_over(session: Session, now: datetime) -> int:
    """What is held by somebody whose shift is over; a callback that falls in their next shift stays with them."""
    off = shifts.patterns_off(session, now)
    if not off:
        return 0
    away = exists().where(Presence.staff_id == Staff.id, Presence.state != PresenceState.AWAY)
    writing_up = and_(away, Staff.pattern.not_in(list(shifts.patterns_off(session, now, GRACE))))
    before = exists().where(Assignment.task_id == Task.id, Assignment.until_at.is_(None), or_(*_since_ended(off, now)))
    query = _held().where(Staff.pattern.in_(list(off)), ~writing_up, before.correlate(Task, Staff))
    if kept := _in_next_shift(off, now):
        query = query.where(~or_(*kept))
    return _back(session, query, "the holder's shift is over", now)


def due_while_busy(session: Session, now: datetime) -> int:
    """A further try whose time has come waits a few minutes for a holder who is busy or away; then anybody may make it.

    Its household goes with it, so not while one of it is being called, nor where they promised one of it to call back.
    """
    free = select(Presence.staff_id).where(Presence.state == PresenceState.AVAILABLE)
    due = (Task.not_before <= now - calling.LATE_AFTER, Task.attempts > 0, Task.holder_id.not_in(free))
    mate = aliased(Task)
    home = (mate.household_key == Task.household_key, mate.holder_id == Task.holder_id, mate.callback.is_(True))
    query = _held().where(*due, Task.callback.is_(False), Task.kind.not_in(RAISED), ~calls.going_on(now))
    query = query.where(~exists().where(*home).correlate(Task)).order_by(Task.not_before, Task.id).limit(_MOST)
    moved = 0
    for task in session.scalars(query.with_for_update(of=Task, skip_locked=True)).all():
        together = [one for one in households.with_mates(task) if one.holder_id is not None]  # none: went before
        for one in together:
            tasks.put_back(one, ended="released", reason="due while the holder was busy", now=now)
        session.flush()
        moved += len(together)
    return moved


def _held() -> Select[Task]:
    return select(Task).join(Staff, Staff.id == Task.holder_id).where(Task.state == TaskState.HELD)


def _since_ended(off: dict[str, Pattern], now: datetime) -> list[ColumnElement[bool]]:
    """It was theirs before their last shift was over."""
    ends = {text: one.ended(now) for text, one in off.items()}
    return [and_(Staff.pattern == text, Assignment.from_at < end) for text, end in ends.items() if end is not None]


def _in_next_shift(off: dict[str, Pattern], now: datetime) -> list[ColumnElement[bool]]:
    """It is a callback in their next shift, or one of the same household is: that stays in one hand."""
    mate, found = aliased(Task), []
    home = (mate.household_key == Task.household_key, mate.holder_id == Task.holder_id)
    for text, one in off.items():
        if (shift := one.next(now)) is not None:
            own = and_(Task.callback.is_(True), Task.not_before >= shift[0], Task.not_before < shift[1])
            theirs = (mate.callback.is_(True), mate.not_before >= shift[0], mate.not_before < shift[1])
            found.append(and_(Staff.pattern == text, or_(own, exists().where(*home, *theirs).correlate(Task, Staff))))
    return found


def _back(session: Session, query: Select[Task], reason: str, now: datetime) -> int:
    query = query.where(~calls.going_on(now)).order_by(Task.callback.desc(), Task.not_before, Task.id)
    found = session.scalars(query.limit(_MOST).with_for_update(of=Task, skip_locked=True)).all()
    for task in found:
        tasks.put_back(task, ended="released", reason=reason, now=now)
    session.flush()
    return len(found)


def to_local_team(session: Session, now: datetime) -> int:
    """Who was tried and not reached within the policy's hours goes to the nearest local team, once.

    Its household goes with it. Where there is none it stays where it is. Whom we spoke to, or promised to call back,
    is not unreached.
    """
    if session.scalar(select(Team.id).where(Team.duty == teams.LOCAL).limit(1)) is None:
        return 0
    moved = 0
    for task in _unreached(session, now):
        home = households.with_mates(task)
        if any(one.callback or calls.is_on_one(session, one, now) for one in home):
            continue
        local = teams.with_duty(session, teams.LOCAL, task.pool_id)
        for one in home:
            one.local_at, one.pool_id, was = now, local, one.team_id
            if was != local:
                tasks.put_back(one, ended="to local team", reason="not reached within the policy's hours", now=now)
        moved += 1
    session.flush()
    return moved


def _unreached(session: Session, now: datetime) -> list[Task]:
    spoke = exists().where(Attempt.task_id == Task.id, Attempt.outcome.in_((Outcome.REACHED, Outcome.CALL_BACK)))
    found: list[Task] = []
    for disease in policy.diseases():
        hours = policy.rules(disease, london(now).date()).local_after_hours
        tried = (Task.state != TaskState.DONE, Task.local_at.is_(None), Task.attempts > 0)
        query = select(Task).where(*tried, Task.disease == disease, Task.created_at <= now - timedelta(hours=hours))
        query = query.where(Task.kind.not_in(RAISED), Task.callback.is_(False), ~spoke, ~calls.going_on(now))
        query = query.order_by(Task.created_at, Task.id).limit(_MOST)
        found += session.scalars(query.with_for_update(of=Task, skip_locked=True)).all()
    return found
