"""Training sessions: making, changing and calling off. Whoever is invited is told by a mailing, one message each."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import choice

from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import training_mailings
from tracer.casework.records import check_version, session_of
from tracer.faults import Conflict, Invalid
from tracer.ids import new_id
from tracer.models import MailingKind, TrainingSession

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # said aloud: nothing that sounds or looks like another
_MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody says of a session: aware times, how many places, where or by which link, how to get in."""

    title: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    place: str = ""
    link: str = ""
    joining: str = ""

    def check(self, now: datetime) -> None:
        """Invalid where nobody could come."""
        faults = {}
        if self.ends_at <= self.starts_at:
            faults["to_time"] = "It ends before it begins: give a later time."
        if self.starts_at <= now:
            faults["on"] = "Give a time that is still to come."
        if not (self.place or self.link):
            faults["place"] = "Give a place or a link, so that people know where to go."
        if self.link and not self.link.startswith("https://"):
            faults["link"] = "Give a whole address that begins with https://."
        if not 1 <= self.capacity <= _MOST_PLACES:
            faults["capacity"] = f"Give a number of places from 1 to {_MOST_PLACES:,}."
        if faults:
            raise Invalid("Some of the session has to be put right.", faults)


def make(session: Session, plan: Plan, now: datetime) -> TrainingSession:
    """A new session; nobody is invited to it yet."""
    plan.check(now)
    made = TrainingSession(id=new_id(), sequence=0, made_by_id=actor.staff_id(session), made_at=now, changed_at=now)
    made.code = "".join(choice(_LETTERS) for _ in range(6))
    _put(made, plan)
    session.add(made)
    session.flush()
    return made


def change(training_session: TrainingSession, plan: Plan, version: int, now: datetime) -> bool:
    """Another time, place or number of places; everybody who has not said no is told. Whether anything changed."""
    check_version(training_session, version)
    _still_on(training_session)
    plan.check(now)
    if plan == _plan(training_session):
        return False
    told = replace(plan, capacity=training_session.capacity) != _plan(training_session)
    if plan.starts_at != training_session.starts_at:
        training_session.reminded_at = None
    _put(training_session, plan)
    training_session.changed_at = now
    if told:
        training_session.sequence += 1
        training_mailings.tell(session_of(training_session), training_session, MailingKind.CHANGE, now)
    return True


def cancel(training_session: TrainingSession, why: str, version: int, now: datetime) -> None:
    """Call it off; everybody who has not said no is told."""
    check_version(training_session, version)
    _still_on(training_session)
    training_session.cancelled_at = training_session.changed_at = now
    training_session.cancelled_why = why
    training_session.sequence += 1
    training_mailings.tell(session_of(training_session), training_session, MailingKind.CANCELLATION, now)


def _still_on(training_session: TrainingSession) -> None:
    if training_session.cancelled_at is not None:
        raise Conflict("This session is called off, and does not change any more.")


def _plan(one: TrainingSession) -> Plan:
    return Plan(one.title, one.starts_at, one.ends_at, one.capacity, one.place, one.link, one.joining)


def _put(one: TrainingSession, plan: Plan) -> None:
    one.title, one.starts_at, one.ends_at, one.capacity = plan.title, plan.starts_at, plan.ends_at, plan.capacity
    one.place, one.link, one.joining = plan.place, plan.link, plan.joining
