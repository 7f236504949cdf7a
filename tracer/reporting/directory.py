"""The directory of staff: found by name or address, role and team, a page at a time."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from tracer.models import Role, Staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; `after` is the last of the page before, `left` shows who left instead."""

    q: str = ""
    role: Role | None = None
    team: UUID | None = None
    left: bool = False
    after: UUID | None = None


def find(session: Session, wanted: Wanted) -> list[Staff]:
    """A page of staff by name; one more than PAGE tells of a next page."""
    name = (Staff.family_name, Staff.given_name, Staff.id)
    gone = Staff.ended_at.is_not(None) if wanted.left else Staff.ended_at.is_(None)
    query = select(Staff).where(gone).order_by(*name).limit(PAGE + 1)
    for word in wanted.q.split():
        columns = (Staff.email, Staff.given_name, Staff.family_name)
        query = query.where(or_(*[column.icontains(word, autoescape=True) for column in columns]))
    if wanted.role is not None:
        query = query.where(Staff.role == wanted.role)
    if wanted.team is not None:
        query = query.where(Staff.team_id == wanted.team)
    last = session.get(Staff, wanted.after) if wanted.after else None
    if last is not None:
        query = query.where(tuple_(*name) > (last.family_name, last.given_name, last.id))
    return list(session.scalars(query))
