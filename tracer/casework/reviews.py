"""Quality: a finished piece of work is reviewed with the script for it, approved or done again; the tracer reads it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import policy, vault
from tracer.access import actor
from tracer.casework import households, records, scripts, tasks
from tracer.casework.records import check_version, session_of
from tracer.clock import london
from tracer.faults import Conflict, Fault, Invalid, Refused
from tracer.ids import new_id
from tracer.interview import rubric
from tracer.interview.compiled import Compiled
from tracer.models import Contact, Review, ReviewOutcome, Staff, Task, TaskKind, TaskState

SCRIPT = "quality-review"
AGAIN = "to be done again, after a review"


def script(session: Session, review: Review, task: Task, now: datetime) -> tuple[UUID, Compiled]:
    """The script that a review is made with: that which it was made with, else the live one."""
    script_id = review.script_id or scripts.live(session, task.disease, SCRIPT, now).id
    return script_id, scripts.ready(session, script_id)


def decide(review: Review, given: Mapping[str, Any], version: int, now: datetime) -> Task | None:
    """Write a review down; where the work is reopened, the task that it goes on in.

    `given` is the answers by question. Invalid says what is missing or does not fit.
    """
    session = session_of(review)
    me = actor.staff_id(session)
    if review.tracer_id == me:
        raise Refused("Nobody reviews their own work.")
    check_version(review, version)
    if review.reviewed_at is not None:
        raise Conflict("This was reviewed meanwhile.")
    task = records.get(session, Task, review.task_id)
    script_id, compiled = script(session, review, task, now)
    made, faults = rubric.run(compiled, given, task.kind.value, london(now).date())
    if faults:
        raise Invalid("Some questions still need an answer.", faults)
    judged = rubric.judged(made)
    review.marks, review.score, review.script_id = judged.marks, judged.score, script_id
    review.outcome, review.reviewer_id, review.reviewed_at = ReviewOutcome(judged.outcome), me, now
    review.sealed_words = vault.current().seal(judged.words, review.id, now.date())
    again = _again(session, review, task, now) if review.outcome is ReviewOutcome.REOPEN else None
    review.again_id = again.id if again else None
    session.flush()
    return again


def _again(session: Session, review: Review, task: Task, now: datetime) -> Task:
    """A new task like the old one, which stays as it was; held by whose work it is, where they can."""
    made = _like(task, now)
    made.team_id, made.moved_by_id = review.team_id, actor.staff_id(session)
    session.add(made)
    session.flush()
    tracer = session.get(Staff, review.tracer_id)
    held = tracer is not None and tracer.is_current and _hand(session, made, tracer, now)
    if not held:  # it waits where whoever reviewed it can hand it out
        made.pool_id = review.team_id
    session.flush()
    for contact in session.scalars(select(Contact).where(Contact.alert_task_id == task.id)):
        contact.alert_task_id = made.id
    session.flush()
    return made


def _like(task: Task, now: datetime) -> Task:
    rules = policy.rules(task.disease, london(now).date())
    due = rules.alert_due_hours if task.kind is TaskKind.ALERT else rules.interview_due_hours
    made = Task(id=new_id(), kind=task.kind, state=TaskState.WAITING, disease=task.disease, case_id=task.case_id)
    made.household_key, made.area, made.language = task.household_key, task.area, task.language
    made.skill, made.need, made.pool_id, made.priority = task.skill, task.need, task.pool_id, task.priority
    made.best_time, made.reasons = task.best_time, [*task.reasons, AGAIN]
    made.due_at, made.created_at = now + timedelta(hours=due), now
    return made


def _hand(session: Session, task: Task, tracer: Staff, now: datetime) -> bool:
    """Whether it could be given to them: not where another holds the household, or they must not have it."""
    if any(one.holder_id not in (None, tracer.id) for one in households.with_mates(task)):
        return False
    try:
        with session.begin_nested():
            tasks.reassign(task, tracer, AGAIN, now)
            session.flush()
    except Fault:  # who must not have it; who holds the household and is not seen from here
        return False
    return True


def mark_read(review: Review, now: datetime) -> None:
    """Whose work it was has read it."""
    if review.tracer_id != actor.staff_id(session_of(review)):
        raise Refused("Only whose work it was says that they have read this.")
    review.read_at = review.read_at or now
