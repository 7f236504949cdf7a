"""What is asked about help: my questions, those that wait, what is published, what does not work."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import HelpQuestion, KnownProblem

_MOST = 200
_LONGEST_LIST = 20


def mine(session: Session) -> Sequence[HelpQuestion]:
    """The actor's own questions, the newest first."""
    own = select(HelpQuestion).where(HelpQuestion.asked_by_id == actor.staff_id(session))
    return session.scalars(own.order_by(HelpQuestion.asked_at.desc(), HelpQuestion.id).limit(_LONGEST_LIST)).all()


def published(session: Session) -> Sequence[HelpQuestion]:
    """Questions that are help for everybody, by their titles."""
    query = select(HelpQuestion).where(HelpQuestion.published.is_(True))
    return session.scalars(query.order_by(HelpQuestion.title, HelpQuestion.id)).all()


def unanswered(session: Session) -> Sequence[HelpQuestion]:
    """Those that wait for an answer, the oldest first."""
    query = select(HelpQuestion).where(HelpQuestion.answered_at.is_(None))
    return session.scalars(query.order_by(HelpQuestion.asked_at, HelpQuestion.id).limit(_MOST)).all()


def answered(session: Session) -> Sequence[HelpQuestion]:
    """Those with an answer, the last answered first."""
    query = select(HelpQuestion).where(HelpQuestion.answered_at.is_not(None))
    return session.scalars(query.order_by(HelpQuestion.answered_at.desc(), HelpQuestion.id).limit(_MOST)).all()


def waiting(session: Session, _: datetime) -> int:
    """How many questions wait for an answer."""
    return session.scalar(select(func.count(HelpQuestion.id)).where(HelpQuestion.answered_at.is_(None))) or 0


def problems(session: Session) -> Sequence[KnownProblem]:
    """What does not work now, the newest first."""
    query = select(KnownProblem).where(KnownProblem.ended_at.is_(None))
    return session.scalars(query.order_by(KnownProblem.begun_at.desc(), KnownProblem.id)).all()


def past_problems(session: Session) -> Sequence[KnownProblem]:
    """What works again, the last first."""
    query = select(KnownProblem).where(KnownProblem.ended_at.is_not(None))
    return session.scalars(query.order_by(KnownProblem.ended_at.desc(), KnownProblem.id).limit(_LONGEST_LIST)).all()
