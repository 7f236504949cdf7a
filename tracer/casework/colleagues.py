"""Who is whose colleague: the same team, or the nearest lead over the other. Read whole, once for a job."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.models import Leadership, Staff, Team


class Colleagues:
    """The organisation as it stands, to ask about many people. A SYSTEM question."""

    def __init__(self, session: Session) -> None:
        self._team: dict[UUID, UUID] = {}
        self._members: dict[UUID, set[UUID]] = defaultdict(set)
        for staff_id, team_id in session.execute(select(Staff.id, Staff.team_id).where(Staff.ended_at.is_(None))):
            if team_id is not None:
                self._team[staff_id] = team_id
                self._members[team_id].add(staff_id)
        self._above = dict(session.execute(select(Team.id, Team.parent_id)).all())
        self._leads: dict[UUID, set[UUID]] = defaultdict(set)
        for staff_id, team_id in session.execute(select(Leadership.staff_id, Leadership.team_id)):
            self._leads[team_id].add(staff_id)
        self._under: dict[UUID, set[UUID]] = defaultdict(set)
        for staff_id in self._team:
            for lead in self._over(staff_id):
                self._under[lead].add(staff_id)

    def of(self, staff_id: UUID) -> set[UUID]:
        """The colleagues of one of the staff, themselves left out."""
        team_id = self._team.get(staff_id)
        same = self._members[team_id] if team_id is not None else set[UUID]()
        return (same | self._over(staff_id) | self._under.get(staff_id, set())) - {staff_id}

    def _over(self, staff_id: UUID) -> set[UUID]:
        """The nearest leads up the tree who are not that person: further up, somebody must see to the work."""
        here = self._team.get(staff_id)
        while here is not None:
            leads = self._leads.get(here, set()) - {staff_id}
            if leads:
                return leads
            here = self._above.get(here)
        return set()
