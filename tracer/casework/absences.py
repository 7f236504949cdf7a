"""Absences: a supervisor says that somebody is sick, on leave or elsewhere, and when they are back.

What an absent person holds goes to others by the worker's routine (`rebalance`), within seconds.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from tracer import clock
from tracer.access import actor
from tracer.casework import teams
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid, NotFound, Refused
from tracer.models import Absence, AbsenceKind, Staff

# A year is planned at most; what is shown of the past.
LONGEST = timedelta(days=366)
_SHOWN = 20


def led(session: Session, staff_id: UUID) -> Staff:
    """Somebody who works in a team that the actor leads; NotFound for anybody else."""
    within = teams.reached_by(actor.staff_id(session))
    found = session.scalar(select(Staff).where(Staff.id == staff_id, Staff.team_id.in_(within)))
    if found is None:
        raise NotFound
    return found


def of(session: Session, person: Staff) -> Sequence[Absence]:
    """Somebody's absences, the latest first."""
    query = select(Absence).where(Absence.staff_id == person.id).order_by(Absence.from_at.desc(), Absence.id)
    return session.scalars(query.limit(_SHOWN)).all()


def record(person: Staff, kind: AbsenceKind, first: date, last: date | None, now: datetime) -> Absence:
    """Somebody is not at work from a London day on (today: from now), to the end of the last day, or until ended.

    Invalid for days that do not follow each other, are past or too far off; Conflict where it is on record already.
    """
    session, today = session_of(person), clock.london(now).date()
    faults = {}
    if first < today:
        faults["first_day"] = "Enter today or a day to come: what is past is not changed."
    elif first > today + LONGEST:
        faults["first_day"] = "Enter a day within the next year."
    if last is not None and not first <= last <= first + LONGEST:
        faults["last_day"] = "Enter the first day or one after it, within a year."
    if faults:
        raise Invalid("These days cannot be used.", faults)
    from_at = now if first == today else clock.end_of(first - timedelta(days=1))
    until_at = clock.end_of(last) if last else None
    if session.scalar(select(Absence.id).where(Absence.staff_id == person.id, *_overlapping(from_at, until_at))):
        raise Conflict("They are away at that time already: end the other absence first.")
    made = Absence(staff_id=person.id, kind=kind, from_at=from_at, until_at=until_at, made_at=now)
    made.by_id = actor.staff_id(session)
    session.add(made)
    session.flush()
    return made


def end(absence: Absence, now: datetime) -> None:
    """They are back, or it does not take place; Refused for one's own, unless one leads the team."""
    session = session_of(absence)
    if absence.ended_at is not None or (absence.until_at is not None and absence.until_at <= now):
        raise Conflict("This is over already.")
    try:
        led(session, absence.staff_id)
    except NotFound:
        raise Refused("Your supervisor says when you are back.") from None
    absence.ended_at, absence.ended_by_id = now, actor.staff_id(session)


def _overlapping(from_at: datetime, until_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    later = or_(Absence.until_at.is_(None), Absence.until_at > from_at)
    earlier = () if until_at is None else (Absence.from_at < until_at,)
    return Absence.ended_at.is_(None), later, *earlier


def now_absent(now: datetime) -> ColumnElement[bool]:
    """Of an absence: it goes on at this moment."""
    lasts = or_(Absence.until_at.is_(None), Absence.until_at > now)
    return and_(Absence.ended_at.is_(None), Absence.from_at <= now, lasts)
