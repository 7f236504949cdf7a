"""Telling those who must know of a grant: the leads over whoever has it, and the privacy officers.

The grant is the debt, entered in the transaction that opened the record. Who is written to is settled in the
worker, for nobody at work may see who the privacy officers are.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.casework import notices
from tracer.clock import london
from tracer.models import Grant, GrantKind, Leadership, Role, Staff, TeamReach

_MOST = 200
_KINDS = {GrantKind.GLASS: "glass-broken", GrantKind.LEAD: "work-taken"}
_KINDS[GrantKind.EXPERT] = "record-opened-for-answer"


def tell(session: Session, now: datetime) -> int:
    """Owe a notice to each who must know of the grants that nobody was told of; how many grants there were."""
    query = select(Grant).where(Grant.told_at.is_(None)).order_by(Grant.from_at).limit(_MOST)
    fresh = session.scalars(query.with_for_update(skip_locked=True)).all()
    officers: Sequence[Staff] = ()
    if fresh:
        of_office = select(Staff).where(Staff.role == Role.PRIVACY_OFFICER, Staff.ended_at.is_(None))
        officers = session.scalars(of_office.order_by(Staff.id)).all()
    for grant in fresh:
        who = session.get_one(Staff, grant.staff_id)
        for one in {person.id: person for person in (*leads_over(session, who), *officers)}.values():
            if one.id != who.id:
                _owe(session, grant, who, one, now)
        grant.told_at = now
    return len(fresh)


def leads_over(session: Session, person: Staff) -> list[Staff]:
    """Who leads somebody: the nearest leads up the tree who are not that person."""
    if person.team_id is None:
        return []
    sizes = select(TeamReach.above_id, func.count().label("size")).group_by(TeamReach.above_id).subquery()
    query = (
        select(Staff, sizes.c.size)
        .join(Leadership, Leadership.staff_id == Staff.id)
        .join(TeamReach, TeamReach.above_id == Leadership.team_id)
        .join(sizes, sizes.c.above_id == Leadership.team_id)
        .where(TeamReach.team_id == person.team_id, Staff.ended_at.is_(None), Staff.id != person.id)
        .order_by(sizes.c.size, Staff.id)
    )
    rows = session.execute(query).all()
    return [staff for staff, size in rows if size == rows[0][1]]


def _owe(session: Session, grant: Grant, who: Staff, to: Staff, now: datetime) -> None:
    details = {
        "reference": grant.reference,
        "who": who.name,
        "from_time": f"{london(grant.from_at):%H:%M}",
        "until_time": f"{london(grant.until_at):%H:%M}",
    }
    notices.owe_staff(session, _KINDS[grant.kind], to, details, now, _key(grant.id, to.id))


def _key(grant_id: UUID, staff_id: UUID) -> str:
    return f"grant/{grant_id}/{staff_id}"
