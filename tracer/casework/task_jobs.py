"""What becomes of tasks that nobody touches: holds lapse, needs open, a household's new work follows its holder.

SYSTEM's work, some at a time (`routine`).
"""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tracer import needs
from tracer.casework import households, tasks
from tracer.models import How, Staff, Task, TaskState
from tracer.policy.needs import opens_after


def lapse(session: Session, now: datetime, most: int = 500) -> int:
    """Holds whose time ran out go back to their pools; SYSTEM's work, `most` at a time. Returns how many."""
    over = (Task.state == TaskState.HELD, Task.held_until < now, households.none_kept(now))
    lapsed = session.scalars(select(Task).where(*over).limit(most).with_for_update(of=Task, skip_locked=True)).all()
    for task in lapsed:
        tasks.put_back(task, ended="lapsed", reason=None, now=now)
    return len(lapsed)


def follow(session: Session, now: datetime, most: int = 500) -> int:
    """What waits for a household that somebody holds goes to them; SYSTEM's work. Returns how many went."""
    went = 0
    for task, held in households.left_behind(session, most):
        holder = session.get_one(Staff, held.holder_id)
        if not tasks.barred(session, [task.id], holder):
            tasks.hold(task, holder.id, held.team_id, How.ALLOCATED, "same household", now)
            went += 1
    session.flush()
    return went


def open_up(session: Session, now: datetime, most: int = 500) -> int:
    """Work that nobody with its language, or its skill, took in time is anybody's; SYSTEM's work. Returns how many.

    Whoever takes it then calls with the language line, or asks somebody who can.
    """
    waits = (Task.state == TaskState.WAITING, Task.need != "")
    unspoken = and_(Task.need != func.coalesce(Task.skill, ""), Task.created_at < now - opens_after(skill=False))
    late = select(Task).where(*waits, or_(Task.created_at < now - opens_after(skill=True), unspoken))
    late = late.order_by(Task.created_at).limit(most).with_for_update(of=Task, skip_locked=True)
    found = session.scalars(late).all()
    for task in found:
        skilled = task.skill if task.created_at >= now - opens_after(skill=True) else None
        lacked = task.need.replace("+", ", ")
        task.need = needs.need(skilled, None)
        task.reasons = [*task.reasons, f"waited for {lacked}"]
    session.flush()
    return len(found)
