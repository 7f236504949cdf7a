"""Who is over me: the one thing about colleagues that everybody may know."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.models import Leadership, Staff, Team, TeamReach


def over(session: Session, team_id: UUID | None) -> tuple[Team | None, list[Staff]]:
    """My team, and who leads it: the nearest leads up the tree."""
    if team_id is None:
        return None, []
    below = select(TeamReach.above_id, func.count().label("size")).group_by(TeamReach.above_id).subquery()
    query = (
        select(Staff, below.c.size)
        .join(Leadership, Leadership.staff_id == Staff.id)
        .join(TeamReach, TeamReach.above_id == Leadership.team_id)
        .join(below, below.c.above_id == Leadership.team_id)
        .where(TeamReach.team_id == team_id, Staff.ended_at.is_(None))
        .order_by(below.c.size, Staff.family_name)
    )
    rows = session.execute(query).all()
    return session.get(Team, team_id), [staff for staff, size in rows if size == rows[0][1]]
