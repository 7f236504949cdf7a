"""The nightly draw: which of yesterday's finished work is reviewed, by chance; nobody is left out for long."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracer.clock import LONDON, london
from tracer.models import Assignment, Review, ReviewDraw, Role, Staff, Task, TaskState
from tracer.policy import quality

# Ended without anybody's work: its contacts went to another task.
_JOINED = "joined"
# Nobody works out which of their work will be looked at.
chance = SystemRandom()

Finished = Row[Any]


def draw(session: Session, now: datetime) -> int:
    """Draw from the work that was finished yesterday, once (as SYSTEM). Returns how many reviews there are of it."""
    day = london(now).date() - timedelta(days=1)
    if session.get(ReviewDraw, day) is not None:
        return 0
    made = ReviewDraw(day=day, drawn=0)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # another worker is at it
        return 0
    begins = datetime.combine(day, time(), LONDON)
    ends = datetime.combine(day + timedelta(days=1), time(), LONDON)
    by_tracer: dict[UUID, list[Finished]] = defaultdict(list)
    for one in session.execute(_finished(begins, ends)):
        by_tracer[one.moved_by_id].append(one)
    drawn = _drawn(session, by_tracer, now)
    session.add_all(drawn)
    made.drawn = len(drawn)
    session.flush()
    return len(drawn)


def _finished(begins: datetime, ends: datetime) -> Any:
    """What tracers who still work here finished between two moments, where nobody has drawn it."""
    rule = quality.draw()
    there = select(Review.id).where(Review.task_id == Task.id).exists()
    query = select(Task.id, Task.moved_by_id, Task.team_id).join(Staff, Staff.id == Task.moved_by_id)
    done = (Task.state == TaskState.DONE, Task.finished_at >= begins, Task.finished_at < ends, Task.outcome != _JOINED)
    who = (Staff.role == Role.TRACER, *Staff.current(), Staff.team_id.is_not(None))
    return query.where(*done, *who, Task.kind.in_(rule.kinds), ~there).order_by(Task.id)


def _drawn(session: Session, by_tracer: dict[UUID, list[Finished]], now: datetime) -> list[Review]:
    rule, tracers = quality.draw(), list(by_tracer)
    began = select(Assignment.staff_id, func.min(Assignment.from_at)).where(Assignment.staff_id.in_(tracers))
    first = {row[0]: row[1] for row in session.execute(began.group_by(Assignment.staff_id))}
    lately = select(Review.tracer_id).where(Review.tracer_id.in_(tracers), Review.drawn_at > now - rule.at_least)
    had = set(session.scalars(lately))
    found = list[Review]()
    for tracer, work in by_tracer.items():
        new = now - first.get(tracer, now) < rule.new_for
        why, one_in = ("new", rule.new_one_in) if new else ("sample", rule.one_in)
        chosen = [one for one in work if chance.randrange(one_in) == 0]
        if not chosen and tracer not in had:
            why, chosen = "week", [chance.choice(work)]
        found += [
            Review(task_id=one.id, tracer_id=tracer, team_id=one.team_id, why=why, drawn_at=now) for one in chosen
        ]
    return found
