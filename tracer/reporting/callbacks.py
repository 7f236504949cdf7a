"""Callbacks as their holder and the supervisor see them: the next one, and those that are late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.clock import london
from tracer.models import Case, Contact, Task, TaskState
from tracer.policy.calling import LATE_AFTER, SOON, is_late
from tracer.reporting import open_work
from tracer.reporting.open_work import Line

# Those that are named; the number says all.
MOST = 50


@dataclass(frozen=True, slots=True)
class Late:
    """Callbacks that were not kept in time: how many, and the longest overdue of them."""

    count: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Next:
    """The next callback that somebody holds; what it is about is known once it is near."""

    at: datetime
    record: tuple[bool, UUID, str] | None

    def said(self, now: datetime) -> str:
        """What is announced: three steps, so that nobody hears a new number every minute. "" while it is far off."""
        at = f"{london(self.at):%H:%M}"
        if is_late(self.at, now):
            return f"Callback late: it was for {at}"
        if now >= self.at:
            return f"Callback now, {at}"
        return f"Callback soon, at {at}" if self.at - now <= SOON else ""

    def wait(self, now: datetime) -> timedelta:
        """How long until there is something else to say."""
        steps = (self.at - SOON, self.at, self.at + LATE_AFTER)
        return min((step - now for step in steps if step > now), default=timedelta.max)


def late(session: Session, team_ids: list[UUID], now: datetime) -> Late:
    """The callbacks of these teams, held or waiting, whose time was over five minutes ago."""
    over = (Task.callback.is_(True), Task.state != TaskState.DONE, Task.not_before < now - LATE_AFTER)
    query = select(Task).where(Task.team_id.in_(team_ids), *over)
    count = session.scalar(select(func.count()).select_from(query.with_only_columns(Task.id).subquery())) or 0
    found = session.scalars(query.order_by(Task.not_before, Task.id).limit(MOST)).all() if count else []
    return Late(count, open_work.describe(session, found, now))


def next_of(session: Session, now: datetime) -> Next | None:
    """The first callback that the actor holds."""
    mine = (Task.holder_id == actor.of(session).id, Task.state == TaskState.HELD, Task.callback.is_(True))
    query = select(Task.id, Task.case_id, Task.not_before).where(*mine, Task.not_before.is_not(None))
    found = session.execute(query.order_by(Task.not_before).limit(1)).first()
    if found is None or found.not_before is None:
        return None
    near = found.not_before - now <= SOON
    return Next(found.not_before, _record(session, found.id, found.case_id) if near else None)


def _record(session: Session, task_id: UUID, case_id: UUID | None) -> tuple[bool, UUID, str] | None:
    """Whether it is a case, its id and reference; None where a conflict has closed it."""
    if case_id is not None:
        query = select(Case.id, Case.reference).where(Case.id == case_id)
    else:
        query = select(Contact.id, Contact.reference).where(Contact.alert_task_id == task_id)
        query = query.order_by(Contact.created_at).limit(1)
    found = session.execute(query).first()
    return (case_id is not None, found[0], found[1]) if found else None
