"""Handing over: a supervisor moves chosen tasks; what changed since their list was loaded is named, not moved."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.casework import tasks
from tracer.models import Staff, Task, TaskState


def hand_over(
    session: Session, chosen: Mapping[UUID, int], to: Staff | None, reason: str, now: datetime
) -> tuple[list[Task], list[UUID]]:
    """Move each chosen task (id -> version as the list showed it) to somebody, or to its pool.

    Returns those that moved, and the ids of those that did not because somebody else moved, finished or
    worked on them meanwhile, or that are out of reach now. Rows are taken in order of id, so that two
    supervisors who choose the same tasks wait for each other and never lock up.
    """
    query = select(Task).where(Task.id.in_(chosen)).order_by(Task.id).with_for_update(of=Task)
    moved = []
    for task in session.scalars(query.execution_options(populate_existing=True)):
        if task.version == chosen[task.id] and task.state is not TaskState.DONE:
            tasks.reassign(task, to, reason, now)
            moved.append(task)
    session.flush()
    return moved, [task_id for task_id in chosen if task_id not in {task.id for task in moved}]
