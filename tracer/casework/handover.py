"""Handing over: a supervisor moves chosen tasks; what changed since their list was loaded is named, not moved.

The rest moves all the same: a supervisor at a shift's end must not begin again because one of fifty was
finished meanwhile, and nothing is lost by it, since what stays is listed as it is now.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import tasks, teams
from tracer.faults import Invalid
from tracer.models import Role, Staff, Task, TaskState


def taker(session: Session, staff_id: UUID) -> Staff:
    """Whom the actor can hand work to: one who works cases now, in a team that the actor leads; else Invalid."""
    within = teams.reached_by(actor.staff_id(session))
    query = select(Staff).where(Staff.id == staff_id, Staff.ended_at.is_(None), Staff.team_id.in_(within))
    query = query.where(Staff.suspended_at.is_(None))
    found = session.scalar(query.where(Staff.role.in_((Role.TRACER, Role.SUPERVISOR))))
    if found is None:
        words = "Choose somebody from the list: they may have left or moved."
        raise Invalid("They cannot take this work.", {"to": words})
    return found


def hand_over(
    session: Session, chosen: Mapping[UUID, int], to: Staff | None, reason: str, now: datetime
) -> tuple[list[Task], list[UUID]]:
    """Move each chosen task (id -> version as the list showed it) to somebody, or to its pool.

    Returns those that moved, and the ids of those that did not because somebody else moved, finished or
    worked on them meanwhile, or that are in no team of the actor's now. Rows are taken in order of id, so
    that two supervisors who choose the same tasks wait for each other and never lock up.
    """
    within = teams.reached_by(actor.staff_id(session))
    query = select(Task).where(Task.id.in_(chosen), Task.team_id.in_(within)).order_by(Task.id)
    query = query.with_for_update(of=Task).execution_options(populate_existing=True)
    moved = []
    for task in session.scalars(query):
        if task.version == chosen[task.id] and task.state is not TaskState.DONE:
            tasks.reassign(task, to, reason, now)
            moved.append(task)
    session.flush()
    return moved, [task_id for task_id in chosen if task_id not in {task.id for task in moved}]
