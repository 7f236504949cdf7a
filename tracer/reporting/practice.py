"""What is asked about practice calls: mine, those that wait for somebody to mark them, those that I marked."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import PracticeCall, PracticeMark

_MOST = 200
_MARKED = PracticeCall.id.in_(select(PracticeMark.practice_call_id))


def mine(session: Session) -> list[tuple[PracticeCall, PracticeMark | None]]:
    """The actor's own, the newest first, each with what somebody made of it."""
    own = select(PracticeCall).where(PracticeCall.staff_id == actor.staff_id(session))
    calls = session.scalars(own.order_by(PracticeCall.started_at.desc(), PracticeCall.id).limit(_MOST)).all()
    return [(call, mark_of(session, call)) for call in calls]


def mark_of(session: Session, call: PracticeCall) -> PracticeMark | None:
    """What somebody who may judge it made of a call."""
    return session.scalar(select(PracticeMark).where(PracticeMark.practice_call_id == call.id))


def waiting(session: Session) -> list[PracticeCall]:
    """Those of others that wait for somebody like the actor, the oldest first."""
    others = (PracticeCall.staff_id != actor.staff_id(session), PracticeCall.handed_in_at.is_not(None), ~_MARKED)
    query = select(PracticeCall).where(*others).order_by(PracticeCall.handed_in_at, PracticeCall.id)
    return list(session.scalars(query.limit(_MOST)))


def how_many_wait(session: Session) -> int:
    """How many those are."""
    others = (PracticeCall.staff_id != actor.staff_id(session), PracticeCall.handed_in_at.is_not(None), ~_MARKED)
    return session.scalar(select(func.count(PracticeCall.id)).where(*others)) or 0


def marked_by_me(session: Session) -> list[tuple[PracticeCall, PracticeMark]]:
    """What the actor marked last."""
    query = select(PracticeCall, PracticeMark).join(PracticeMark, PracticeMark.practice_call_id == PracticeCall.id)
    found = session.execute(
        query.where(PracticeMark.by_id == actor.staff_id(session)).order_by(PracticeMark.at.desc()).limit(20)
    )
    return [(call, mark) for call, mark in found]
