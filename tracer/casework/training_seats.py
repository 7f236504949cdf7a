"""Seats: asking for a place and giving it up on one's own page; places are given by the worker, in turn."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import training_notices
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid, NotFound
from tracer.models import SeatState, Staff, TrainingSeat, TrainingSession

# Whoever comes early can say so; whoever forgot, later.
_EARLY, _LATE = timedelta(minutes=30), timedelta(days=1)
_MOST = 200


def mine(session: Session, training_session: TrainingSession) -> TrainingSeat | None:
    """The actor's own seat."""
    own = (TrainingSeat.training_session_id == training_session.id, TrainingSeat.staff_id == actor.staff_id(session))
    return session.scalar(select(TrainingSeat).where(*own))


def own(session: Session, training_session: TrainingSession) -> TrainingSeat:
    """The same; NotFound for whoever was not invited."""
    found = mine(session, training_session)
    if found is None:
        raise NotFound
    return found


def ask(training_session: TrainingSession, now: datetime) -> None:
    """Ask for a place: the worker gives it, or the next place on the waiting list, and says so by e-mail."""
    seat = own(session_of(training_session), training_session)
    _to_come(training_session, now)
    if seat.state in (SeatState.INVITED, SeatState.DECLINED):
        seat.state, seat.asked_at = SeatState.ASKED, now


def decline(training_session: TrainingSession, now: datetime) -> None:
    """Not coming: the place goes to whoever waits first."""
    seat = own(session_of(training_session), training_session)
    _to_come(training_session, now)
    seat.state = SeatState.DECLINED


def here(training_session: TrainingSession, code: str, now: datetime) -> None:
    """They are there: they know the word that was said in the room."""
    seat = own(session_of(training_session), training_session)
    if not training_session.starts_at - _EARLY <= now <= training_session.ends_at + _LATE:
        raise Conflict("This can be said from half an hour before the session until a day after it.")
    if not hmac.compare_digest("".join(code.upper().split()).encode(), training_session.code.encode()):
        raise Invalid("That is not the code.", {"code": "Enter the six letters that the trainer says in the session."})
    _attended(seat, now)


def mark(seats: Sequence[TrainingSeat], now: datetime) -> int:
    """Those were there, says whoever may see them. Returns how many are new."""
    new = [seat for seat in seats if seat.attended_at is None]
    for seat in new:
        _attended(seat, now)
    return len(new)


def _attended(seat: TrainingSeat, now: datetime) -> None:
    if seat.attended_at is None:
        seat.attended_at, seat.attended_by_id = now, actor.staff_id(session_of(seat))


def say(training_session: TrainingSession, rating: int, words: str, now: datetime) -> None:
    """What they thought of it, from its beginning on; said again, it stands instead."""
    seat = own(session_of(training_session), training_session)
    if now < training_session.starts_at:
        raise Conflict("Say what you thought of it when it has begun.")
    seat.rating, seat.feedback = rating, words or None


def _to_come(training_session: TrainingSession, now: datetime) -> None:
    if training_session.cancelled_at is not None or training_session.starts_at <= now:
        raise Conflict("This session is over, has begun or is called off.")


def allot(session: Session, now: datetime) -> int:
    """Free places go to whoever asked first, and they are told; the others wait, and are told that. As SYSTEM."""
    open_ = select(TrainingSession).where(
        TrainingSession.starts_at > now,
        TrainingSession.cancelled_at.is_(None),
        TrainingSession.id.in_(
            select(TrainingSeat.training_session_id).where(TrainingSeat.state.in_((SeatState.ASKED, SeatState.WAITING)))
        ),
    )
    # The session's row is taken: two workers do not give one place twice.
    found = session.scalars(open_.order_by(TrainingSession.id).with_for_update(skip_locked=True)).all()
    return sum(_allot(session, one, now) for one in found)


def _allot(session: Session, one: TrainingSession, now: datetime) -> int:
    taken = select(func.count(TrainingSeat.id)).where(
        TrainingSeat.training_session_id == one.id, TrainingSeat.state == SeatState.SEATED
    )
    free = one.capacity - (session.scalar(taken) or 0)
    moved = 0
    for seat, person in _queue(session, one, (SeatState.ASKED, SeatState.WAITING), max(free, 0)):
        seat.state = SeatState.SEATED
        training_notices.owe_one(session, "training-place", one, person, now)
        moved += 1
    for seat, person in _queue(session, one, (SeatState.ASKED,), _MOST if moved >= free else 0):
        seat.state = SeatState.WAITING
        training_notices.owe_one(session, "training-waiting", one, person, now)
        moved += 1
    session.flush()
    return moved


def _queue(
    session: Session, one: TrainingSession, states: tuple[SeatState, ...], most: int
) -> Sequence[tuple[TrainingSeat, Staff]]:
    session.flush()
    query = select(TrainingSeat, Staff).join(Staff, Staff.id == TrainingSeat.staff_id)
    query = query.where(TrainingSeat.training_session_id == one.id, TrainingSeat.state.in_(states), *Staff.current())
    query = query.order_by(TrainingSeat.asked_at, TrainingSeat.id).limit(min(most, _MOST))
    return [(seat, person) for seat, person in session.execute(query.with_for_update(of=TrainingSeat))]
