"""Callbacks: a promise to call at a time. Who keeps it when its holder is not there, so that none is missed silently.

The worker looks at every tick. A callback whose minute has come goes to somebody who is available, in the same team
first; where nobody is, it waits at the top of its pool.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracer import needs
from tracer.access.clearance import among_staff
from tracer.casework import calls, households, shifts, tasks
from tracer.casework.absences import now_absent
from tracer.models import Absence, Presence, PresenceState, Role, Staff, Task, TaskState, TeamReach
from tracer.policy.calling import LATE_AFTER

# What stands above every other priority.
TOP = 1000
REASON = "callback promised"
_MOST = 100
_BUSY = (PresenceState.ON_A_CALL, PresenceState.WRAPPING_UP, PresenceState.ON_A_BREAK)


def put_first(task: Task) -> None:
    """It waits at the top of its pool; its holder's urgency is kept beneath."""
    if task.priority < TOP:
        task.priority += TOP
        task.reasons = [REASON, *task.reasons]


def kept(task: Task) -> None:
    """They were called, or it is not promised any more: it stands where it stood before."""
    task.callback = False
    if task.priority >= TOP:
        task.priority -= TOP
        task.reasons = [one for one in task.reasons if one != REASON]


def pass_on(session: Session, now: datetime) -> int:
    """Callbacks whose minute has come and whose holder is not there go to others; SYSTEM's. Returns how many moved."""
    moved = 0
    for task in _due(session, now):
        why = _why_not(session, task, now)
        if why is not None:
            moved += _give_away(session, task, why, now)
    session.flush()
    return moved


def _due(session: Session, now: datetime) -> Sequence[Task]:
    """Whose holder is not plainly there. Those that nobody could take yet come last, so that none keeps another out."""
    due = (Task.callback.is_(True), Task.state != TaskState.DONE, Task.not_before <= now)
    there = select(Presence.staff_id).where(Presence.state == PresenceState.AVAILABLE)
    there = there.where(Presence.staff_id.not_in(select(Absence.staff_id).where(now_absent(now))))
    unkept = or_(Task.holder_id.is_(None), Task.holder_id.not_in(there))
    query = select(Task).where(*due, unkept).order_by(Task.priority >= TOP, func.random()).limit(_MOST)
    return session.scalars(query.with_for_update(of=Task, skip_locked=True)).all()


def _why_not(session: Session, task: Task, now: datetime) -> str | None:
    """Why its holder does not keep it; None where they are there, or are calling already."""
    if task.holder_id is None:
        return "nobody holds it"
    if calls.is_on_one(session, task, now):
        return None
    state = shifts.state_of(session, [task.holder_id], now).get(task.holder_id)
    if state is None or state.absent is not None:
        return "the holder is absent"
    if not state.on_shift and state.word is PresenceState.AWAY:
        return "the holder's shift is over"
    if state.word is PresenceState.AWAY:
        return "the holder is away"
    waited = task.not_before is not None and now - task.not_before >= LATE_AFTER
    return f"the holder is {state.word.value}" if waited and state.word in _BUSY else None


def _give_away(session: Session, task: Task, why: str, now: datetime) -> int:
    """With its household to the best of those who can take it, else to the top of the pool. Returns how many moved."""
    home, holder, reason = households.with_mates(task), task.holder_id, f"callback due, {why}"
    to = _taker(session, home, now)
    put_first(task)
    if to is None and holder is None:
        return 0
    for one in home:
        if holder is not None and one.holder_id == holder:
            tasks.put_back(one, ended="passed on", reason=reason, now=now)
    session.flush()
    if to is not None:
        tasks.reassign(task, to, reason, now)
    return 1


def _taker(session: Session, together: Sequence[Task], now: datetime) -> Staff | None:
    """Somebody available who may draw from the pool, can do it and has room: the same team first, then who holds least.

    None too where another holds the household already.
    """
    task = together[0]
    if any(one.holder_id not in (None, task.holder_id) for one in together):
        return None
    held = select(func.count(Task.id)).where(Task.holder_id == Staff.id, Task.state == TaskState.HELD).scalar_subquery()
    draws = select(TeamReach.team_id).where(TeamReach.above_id == task.pool_id)
    query = select(Staff, held).join(Presence, Presence.staff_id == Staff.id)
    query = query.where(Presence.state == PresenceState.AVAILABLE, *Staff.current(), Staff.role == Role.TRACER)
    query = query.where(Staff.team_id.in_(draws), held + len(together) <= Staff.capacity, among_staff(now))
    query = query.where(Staff.id.not_in(select(Absence.staff_id).where(now_absent(now))), _not(task.holder_id))
    found = [person for person, _ in sorted(session.execute(query).all(), key=partial(_first, task.team_id))]
    return next((one for one in found if _suits(session, one, together, now)), None)


def _first(team_id: UUID, row: Any) -> tuple[bool, int, UUID]:
    """The same team first, then whoever holds least."""
    person, held = row
    return person.team_id != team_id, held, person.id


def _suits(session: Session, person: Staff, together: Sequence[Task], now: datetime) -> bool:
    if not shifts.is_on(person.pattern, now) or not all(can(person, one) for one in together):
        return False
    return not tasks.barred(session, [one.id for one in together], person)


def _not(holder_id: UUID | None) -> ColumnElement[bool]:
    return Staff.id != holder_id if holder_id is not None else Staff.id.is_not(None)


def can(person: Staff, task: Task) -> bool:
    """Whether somebody has the skill and the language that a task needs."""
    return task.need in needs.served(person.skills, person.languages)
