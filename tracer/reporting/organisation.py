"""The organisation as it stands: each team with the areas it covers, who leads it, how many work in it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.models import Leadership, Staff, Team, TeamArea


@dataclass(frozen=True, slots=True)
class Branch:
    """One team in the tree."""

    team: Team
    depth: int
    areas: list[str]
    leads: list[Staff]
    staff: int


def branches(session: Session, tree: list[tuple[Team, int]]) -> list[Branch]:
    """The teams of a tree, in its order."""
    areas: dict[UUID, list[str]] = {}
    for covered in session.scalars(select(TeamArea).order_by(TeamArea.area)):
        areas.setdefault(covered.team_id, []).append(covered.area)
    leads: dict[UUID, list[Staff]] = {}
    query = select(Leadership.team_id, Staff).join(Staff, Staff.id == Leadership.staff_id)
    for team_id, person in session.execute(query.order_by(Staff.family_name, Staff.given_name)):
        leads.setdefault(team_id, []).append(person)
    current = select(Staff.team_id, func.count()).where(Staff.ended_at.is_(None)).group_by(Staff.team_id)
    counts = {row[0]: row[1] for row in session.execute(current)}
    return [
        Branch(team, depth, areas.get(team.id, []), leads.get(team.id, []), counts.get(team.id, 0))
        for team, depth in tree
    ]
