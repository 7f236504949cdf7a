"""Who is ready for work: of everybody in sight, what each lacks, and until when the rest serves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tracer.courses.required import SOON
from tracer.models import Completion, Grace, Requirement, Role, Staff

PAGE = 50


class Ready(StrEnum):
    """Where somebody stands."""

    INVITED = "not joined yet"
    TRAINING = "in training"
    GRACE = "by grace"
    SOON = "ends soon"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; `after` is the last of the page before."""

    q: str = ""
    team: UUID | None = None
    state: Ready | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One of the staff: where they stand, how much they lack, when the first of what they have ends."""

    staff: Staff
    state: Ready
    lacks: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """One thing that is needed: of so many people who need it, how many have it in date, and for how many it ends."""

    key: str
    needed: int
    in_date: int
    soon: int
    lapsed: int

    @property
    def never(self) -> int:
        """Who has not passed or signed it yet."""
        return self.needed - self.in_date - self.lapsed


def counts(session: Session, now: datetime) -> dict[UUID | None, dict[Ready, int]]:
    """Team -> how many of its people stand how; people in no team under None."""
    found = _people(now).subquery()
    query = select(found.c.team_id, found.c.state, func.count()).group_by(found.c.team_id, found.c.state)
    teams: dict[UUID | None, dict[Ready, int]] = {}
    for team_id, state, number in session.execute(query):
        teams.setdefault(team_id, {})[Ready(state)] = number
    return teams


def courses(session: Session, now: datetime) -> list[Course]:
    """Each thing that is needed, by how many lack it."""
    need = _needs(now).subquery()
    in_date = need.c.until_at > now
    soon, lapsed = and_(in_date, need.c.until_at <= now + SOON), need.c.until_at <= now
    columns = (func.count(), *[func.count(case((one, 1))) for one in (in_date, soon, lapsed)])
    query = select(need.c.key, *columns).group_by(need.c.key).order_by(columns[1] - columns[0], need.c.key)
    return [Course(*row) for row in session.execute(query)]


def people(session: Session, wanted: Wanted, now: datetime) -> list[Line]:
    """A page of the staff by name; one more than PAGE tells of a next page."""
    found = _people(now).subquery()
    name = (Staff.family_name, Staff.given_name, Staff.id)
    query = select(Staff, found.c.state, found.c.lacks, found.c.until_at).join(found, found.c.id == Staff.id)
    for word in wanted.q.split():
        columns = (Staff.given_name, Staff.family_name)
        query = query.where(or_(*[column.icontains(word, autoescape=True) for column in columns]))
    if wanted.team is not None:
        query = query.where(Staff.team_id == wanted.team)
    if wanted.state is not None:
        query = query.where(found.c.state == wanted.state.value)
    last = session.get(Staff, wanted.after) if wanted.after else None
    if last is not None:
        query = query.where(tuple_(*name) > (last.family_name, last.given_name, last.id))
    rows = session.execute(query.order_by(*name).limit(PAGE + 1))
    return [Line(staff, Ready(state), lacks, until) for staff, state, lacks, until in rows]


def evidence(session: Session, now: datetime) -> list[Any]:
    """For an auditor: every person in sight and every thing that they need, with what proves it, if anything does."""
    best = _best()
    needs = select(Staff, Requirement.key, Completion).join(Requirement, Requirement.role == Staff.role)
    needs = needs.outerjoin(Completion, and_(Completion.staff_id == Staff.id, Completion.key == Requirement.key, best))
    rows = session.execute(needs.where(*Staff.current()).order_by(Staff.family_name, Staff.id, Requirement.key))
    return list(rows)


def by_code(session: Session, code: str) -> tuple[Completion, Staff] | None:
    """The completion that has this code, and whose it is, where both are in sight."""
    query = select(Completion, Staff).join(Staff, Staff.id == Completion.staff_id).where(Completion.code == code)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def graces(session: Session, staff_id: UUID) -> list[tuple[Grace, Staff | None]]:
    """When somebody was let off, the last first, and by whom (where that person is in sight)."""
    query = select(Grace, Staff).outerjoin(Staff, Staff.id == Grace.given_by_id)
    found = session.execute(query.where(Grace.staff_id == staff_id).order_by(Grace.from_at.desc()))
    return [(grace, by) for grace, by in found]


def _best() -> ColumnElement[bool]:
    """Whether a completion serves longest of all of that person and key."""
    other = aliased(Completion)
    same_end = and_(other.until_at == Completion.until_at, other.id > Completion.id)
    same = (other.staff_id == Completion.staff_id, other.key == Completion.key)
    return ~exists().where(*same, or_(other.until_at > Completion.until_at, same_end)).correlate_except(other)


def _needs(now: datetime) -> Any:
    """A row for each person and each thing that their role needs, with the last end of what they have of it."""
    query = select(Staff.id, Requirement.key, func.max(Completion.until_at).label("until_at"))
    query = query.join(Requirement, Requirement.role == Staff.role)
    has = and_(Completion.staff_id == Staff.id, Completion.key == Requirement.key, Completion.passed_at <= now)
    return query.outerjoin(Completion, has).where(*_counted()).group_by(Staff.id, Requirement.key)


def _people(now: datetime) -> Select[Any]:
    """A row for each person: their team, where they stand, how much they lack, when the first of it ends."""
    need = _needs(now).subquery()
    lacks = func.count(case((or_(need.c.until_at.is_(None), need.c.until_at <= now), 1)))
    each = select(need.c.id, lacks.label("lacks"), func.min(need.c.until_at).label("until_at")).group_by(need.c.id)
    sums = each.subquery()
    open_ = (Grace.from_at <= now, Grace.until_at > now, Grace.ended_at.is_(None))
    let_off = select(Grace.staff_id).where(*open_)
    # A role of which nothing is known is not ready: the row rules say the same.
    short = or_(sums.c.lacks.is_(None), sums.c.lacks > 0)
    state = case(
        (and_(short, Staff.id.in_(let_off)), Ready.GRACE.value),
        (Staff.password_hash.is_(None), Ready.INVITED.value),
        (short, Ready.TRAINING.value),
        (sums.c.until_at <= now + SOON, Ready.SOON.value),
        else_=Ready.READY.value,
    )
    query = select(Staff.id, Staff.team_id, state.label("state"), sums.c.lacks, sums.c.until_at)
    return query.outerjoin(sums, sums.c.id == Staff.id).where(*_counted())


def _counted() -> tuple[ColumnElement[bool], ...]:
    """Those who work here; no machines."""
    return (*Staff.current(), Staff.role != Role.IMPORTER)
