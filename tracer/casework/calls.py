"""Calls that go on at this moment: an interview that was begun, is neither paused nor finished, and is written to.

A try that is put on record ends the call.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from tracer.models import Answer, Attempt, Interview, Task

# An interview that nothing was written to for so long, and is gone on with, is another call.
ONE_CALL = timedelta(minutes=30)
# Longer than this is only what somebody forgot.
_LONGEST = timedelta(hours=3)


def going_on(now: datetime) -> ColumnElement[bool]:
    """Of a task: its holder is in the middle of its call."""
    begun = (Interview.finished_at.is_(None), Interview.paused_at.is_(None), Interview.called_at > now - _LONGEST)
    written = exists().where(Answer.interview_id == Interview.id, Answer.given_at > now - ONE_CALL)
    lively = or_(Interview.called_at > now - ONE_CALL, written.correlate(Interview))
    tried = exists().where(Attempt.task_id == Task.id, Attempt.at >= Interview.called_at).correlate(Interview, Task)
    return exists().where(Interview.task_id == Task.id, *begun, lively, ~tried).correlate(Task)


def is_on_one(session: Session, holder_id: UUID, household_key: bytes | None, task_id: UUID, now: datetime) -> bool:
    """Whether somebody is in the middle of the call of this task, or of another of the same household."""
    query = select(Task.id).where(Task.holder_id == holder_id, going_on(now))
    same = Task.id == task_id
    if household_key is not None:
        same = or_(same, Task.household_key == household_key)
    return session.scalar(query.where(same).limit(1)) is not None
