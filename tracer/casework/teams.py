"""Teams: the tree, who leads, and which pool an area's work goes to."""

import re
from collections import Counter
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracer.faults import Invalid
from tracer.models import Leadership, Staff, Team, TeamArea, TeamReach
from tracer.policy import flags

# Takes on whoever was not reached within the policy's hours.
LOCAL = "local"
# What a team can take on besides calls down the list.
DUTIES = (LOCAL, *flags.duties())
_LETTERS = re.compile("[A-Z]+")
_AREA = re.compile("[A-Z]{1,2}([0-9][0-9A-Z]?)?")


def add(
    session: Session, name: str, parent: Team | None = None, areas: tuple[str, ...] = (), duty: str | None = None
) -> Team:
    """A new team below `parent`, covering postcode areas ("LS") or districts ("LS6"); `duty` is what it takes on.

    Invalid for a name or an area that another team has, and for a second top: work of an area that nobody
    covers goes to the one top.
    """
    areas = tuple(dict.fromkeys(area.upper() for area in areas))
    _check_new(session, name, parent, areas)
    team = Team(name=name, parent_id=parent.id if parent else None, duty=duty or None)
    session.add(team)
    session.flush()
    above = [team.id]
    if parent:
        above += session.scalars(select(TeamReach.above_id).where(TeamReach.team_id == parent.id)).all()
    session.add_all(TeamReach(above_id=one, team_id=team.id) for one in above)
    session.add_all(TeamArea(area=area, team_id=team.id) for area in areas)
    session.flush()
    return team


def _check_new(session: Session, name: str, parent: Team | None, areas: tuple[str, ...]) -> None:
    faults = {}
    if session.scalar(select(Team.id).where(Team.name == name)):
        faults["name"] = "Give the team a name that no other has."
    if parent is None and session.scalar(select(Team.id).limit(1)):
        faults["parent"] = "Choose the team that it stands under."
    wrong = [area for area in areas if not _AREA.fullmatch(area)]
    taken = session.execute(select(TeamArea.area, Team.name).join(Team, Team.id == TeamArea.team_id))
    both = [f"{area} is covered by {other} already." for area, other in taken if area in areas]
    if wrong:
        faults["areas"] = f"Write areas like LS, districts like LS6: not {', '.join(wrong)}."
    elif both:
        faults["areas"] = " ".join(both)
    if faults:
        raise Invalid("This team cannot be added as it is.", faults)


def by_name(session: Session, name: str) -> Team:
    """The team of a name; Invalid where there is none."""
    found = session.scalar(select(Team).where(Team.name == name.strip()))
    if found is None:
        raise Invalid("There is no team of that name.", {"team": "Check the name, or add the team first."})
    return found


def lead(session: Session, staff: Staff, *teams: Team) -> None:
    """Make somebody the lead of these teams and of no others."""
    for old in session.scalars(select(Leadership).where(Leadership.staff_id == staff.id)):
        session.delete(old)
    session.flush()
    session.add_all(Leadership(staff_id=staff.id, team_id=team.id) for team in teams)
    session.flush()


def tree(session: Session, top: Team | None = None) -> list[tuple[Team, int]]:
    """Every team, or `top` and those under it, with its depth: parents before children, siblings by name."""
    query = select(Team).order_by(Team.name)
    if top is not None:
        query = query.join(TeamReach, TeamReach.team_id == Team.id).where(TeamReach.above_id == top.id)
    children: dict[UUID | None, list[Team]] = {}
    for team in session.scalars(query):
        children.setdefault(None if top and team.id == top.id else team.parent_id, []).append(team)
    listed: list[tuple[Team, int]] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for team in children.get(parent, []):
            listed.append((team, depth))
            walk(team.id, depth + 1)

    walk(None, 0)
    return listed


class Pools:
    """Which team's pool an area's work goes to: the longest covered prefix, else the top of the tree."""

    def __init__(self, session: Session) -> None:
        self._areas = {one.area: one.team_id for one in session.scalars(select(TeamArea))}
        top = session.scalar(select(Team.id).where(Team.parent_id.is_(None)).order_by(Team.name).limit(1))
        if top is None:
            raise Invalid("There is no team yet: add the organisation's teams first.")
        self._top = top

    def of(self, area: str | None) -> UUID:
        """The pool for an outward postcode such as "LS6"; district before area before the top."""
        district = (area or "").upper()
        letters = _LETTERS.match(district)
        for prefix in (district, letters.group() if letters else ""):
            if prefix in self._areas:
                return self._areas[prefix]
        return self._top


def with_duty(session: Session, duty: str, pool: UUID) -> UUID:
    """The team that has taken this on, the nearest in the tree to a pool; the pool itself where none has."""
    wanted = dict(session.execute(select(Team.id, Team.name).where(Team.duty == duty)).all())
    if not wanted:
        return pool
    above = set(session.scalars(select(TeamReach.above_id).where(TeamReach.team_id == pool)))
    reached = session.execute(select(TeamReach.team_id, TeamReach.above_id).where(TeamReach.team_id.in_(wanted))).all()
    shared = {team: sum(1 for one, over in reached if one == team and over in above) for team in wanted}
    return min(wanted, key=lambda team: (-shared[team], wanted[team]))


def leads(session: Session, staff_id: UUID) -> list[Team]:
    """The teams that somebody leads."""
    query = select(Team).join(Leadership, Leadership.team_id == Team.id).where(Leadership.staff_id == staff_id)
    return list(session.scalars(query.order_by(Team.name)))


def reached_by(staff_id: UUID) -> Select[UUID]:
    """The ids of the teams that somebody leads and of all teams under those, to ask with."""
    query = select(TeamReach.team_id).join(Leadership, Leadership.team_id == TeamReach.above_id)
    return query.where(Leadership.staff_id == staff_id)


def over(session: Session) -> dict[UUID, list[UUID]]:
    """Each team with itself and all above it, the nearest first: the pools that its people draw from."""
    found: dict[UUID, list[UUID]] = {}
    size = Counter[UUID]()
    for team_id, above_id in session.execute(select(TeamReach.team_id, TeamReach.above_id)):
        found.setdefault(team_id, []).append(above_id)
        size[above_id] += 1
    return {team_id: sorted(above, key=size.__getitem__) for team_id, above in found.items()}


def path(session: Session, team: Team, staff_id: UUID) -> list[Team]:
    """The teams above this one that the same person leads, the topmost first."""
    query = select(Team).join(TeamReach, TeamReach.above_id == Team.id).where(TeamReach.team_id == team.id)
    above = {one.id: one for one in session.scalars(query.where(Team.id.in_(reached_by(staff_id))))}
    found: list[Team] = []
    while team.parent_id in above:
        team = above[team.parent_id]
        found.insert(0, team)
    return found
