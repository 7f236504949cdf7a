"""Requests for a second person: what waits for the actor, what they asked for, what was decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracer.access import actor, second
from tracer.models import Approval
from tracer.reporting.events import staff_by_id

LATELY = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One request: by whom, how it stands, decided by whom."""

    approval: Approval
    asked_by: str
    decided_by: str | None
    standing: str


def waiting(session: Session, now: datetime) -> int:
    """How many wait for the actor."""
    return session.scalar(select(func.count(Approval.id)).where(second.awaits(actor.of(session), now))) or 0


def for_me(session: Session, now: datetime) -> list[Line]:
    """What waits for the actor, the oldest first."""
    return _lines(session, second.awaits(actor.of(session), now), Approval.asked_at, now)


def of_mine(session: Session, now: datetime) -> list[Line]:
    """What the actor asked for, the newest first."""
    return _lines(session, Approval.asked_by_id == actor.staff_id(session), Approval.asked_at.desc(), now)


def decided(session: Session, now: datetime) -> list[Line]:
    """What the actor decided, the newest first."""
    return _lines(session, Approval.decided_by_id == actor.staff_id(session), Approval.decided_at.desc(), now)


def one(session: Session, approval: Approval, now: datetime) -> Line:
    """One request as a line."""
    return _lines(session, Approval.id == approval.id, Approval.id, now)[0]


def _lines(session: Session, which: ColumnElement[bool], order: Any, now: datetime) -> list[Line]:
    found = session.scalars(select(Approval).where(which).order_by(order).limit(LATELY)).all()
    ids = {one.asked_by_id for one in found} | {one.decided_by_id for one in found if one.decided_by_id}
    names = {person.id: person.name for person in staff_by_id(session, ids).values()}
    return [
        Line(
            one,
            names.get(one.asked_by_id, "Somebody"),
            names.get(one.decided_by_id, "somebody else") if one.decided_by_id else None,
            second.standing(one, now),
        )
        for one in found
    ]
