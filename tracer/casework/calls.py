"""Calls that go on at this moment: an interview that was begun, is neither paused nor finished, and is written to.

A try that is put on record ends the call.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracer.models import Answer, Attempt, Interview, Task

# An interview that nothing was written to for so long, and is gone on with, is another call.
ONE_CALL = timedelta(minutes=30)
# Longer than this is only what somebody forgot.
_LONGEST = timedelta(hours=3)


def going_on(now: datetime) -> ColumnElement[bool]:
    """Of a task: its holder is in the middle of its call, or of another call to the same household."""
    mate = aliased(Task)
    home = (mate.household_key == Task.household_key, mate.holder_id == Task.holder_id)
    return or_(_is_called(Task.id, now), exists().where(*home, _is_called(mate.id, now)).correlate(Task))


def _is_called(task_id: Any, now: datetime) -> ColumnElement[bool]:
    begun = (Interview.finished_at.is_(None), Interview.paused_at.is_(None), Interview.called_at > now - _LONGEST)
    written = exists().where(Answer.interview_id == Interview.id, Answer.given_at > now - ONE_CALL)
    lively = or_(Interview.called_at > now - ONE_CALL, written.correlate_except(Answer))
    tried = exists().where(Attempt.task_id == task_id, Attempt.at >= Interview.called_at).correlate_except(Attempt)
    return exists().where(Interview.task_id == task_id, *begun, lively, ~tried).correlate_except(Interview)


def is_on_one(session: Session, task: Task, now: datetime) -> bool:
    """Whether its holder is in the middle of such a call."""
    return session.scalar(select(Task.id).where(Task.id == task.id, going_on(now))) is not None
