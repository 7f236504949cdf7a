"""What is asked about training sessions: mine, all, and numbers without names."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import SeatState, Staff, TrainingMailing, TrainingSeat, TrainingSession

_MOST = 200


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the seats of a session stand, as far as the actor sees seats."""

    states: dict[SeatState, int] = field(default_factory=dict)
    attended: int = 0
    rated: int = 0
    rating: float | None = None

    def of(self, state: str) -> int:
        """How many stand so."""
        return self.states.get(SeatState(state), 0)


def mine(session: Session) -> list[tuple[TrainingSession, TrainingSeat]]:
    """The sessions that the actor is invited to, the next first."""
    query = select(TrainingSession, TrainingSeat).join(
        TrainingSeat, TrainingSeat.training_session_id == TrainingSession.id
    )
    query = query.where(TrainingSeat.staff_id == actor.staff_id(session))
    found = session.execute(query.order_by(TrainingSession.starts_at.desc(), TrainingSession.id).limit(_MOST))
    return [(one, seat) for one, seat in found]


def every(session: Session, now: datetime) -> list[tuple[TrainingSession, Numbers]]:
    """Those within sight, the next first; what is over last."""
    over = TrainingSession.ends_at <= now
    query = select(TrainingSession).order_by(over, TrainingSession.starts_at, TrainingSession.id)
    return [(one, numbers(session, one)) for one in session.scalars(query.limit(_MOST))]


def numbers(session: Session, one: TrainingSession) -> Numbers:
    """The numbers of one session."""
    here = TrainingSeat.training_session_id == one.id
    states = select(TrainingSeat.state, func.count(TrainingSeat.id)).where(here).group_by(TrainingSeat.state)
    counted = select(
        func.count(TrainingSeat.attended_at), func.count(TrainingSeat.rating), func.avg(TrainingSeat.rating)
    )
    attended, rated, rating = session.execute(counted.where(here)).one()
    found: dict[SeatState, int] = dict(session.execute(states).all())
    return Numbers(found, attended, rated, round(float(rating), 1) if rating is not None else None)


def said(session: Session, one: TrainingSession) -> list[str]:
    """What people wrote, by no name and in no order of theirs."""
    query = select(TrainingSeat.feedback).where(
        TrainingSeat.training_session_id == one.id, TrainingSeat.feedback.is_not(None)
    )
    return sorted(words for words in session.scalars(query.limit(_MOST)) if words)


def mailings(session: Session, one: TrainingSession) -> list[TrainingMailing]:
    """What was sent, or rehearsed, the newest first."""
    query = select(TrainingMailing).where(TrainingMailing.training_session_id == one.id)
    return list(session.scalars(query.order_by(TrainingMailing.asked_at.desc(), TrainingMailing.id.desc()).limit(20)))


def named(session: Session, one: TrainingSession) -> list[tuple[TrainingSeat, Staff]]:
    """Who has a place, of those whom the actor may see by name."""
    query = select(TrainingSeat, Staff).join(Staff, Staff.id == TrainingSeat.staff_id)
    query = query.where(TrainingSeat.training_session_id == one.id, TrainingSeat.state == SeatState.SEATED)
    found = session.execute(query.order_by(Staff.family_name, Staff.given_name, Staff.id).limit(_MOST))
    return [(seat, person) for seat, person in found]
