"""The watch's memory in its table: loaded for those who did something, and saved with what was judged."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.clock import london
from tracer.models import Role, Staff, WatchMemory
from tracer.watch.limits import Limits
from tracer.watch.person import Person

_FEW = 5  # colleagues of one role in one team; below that the role everywhere is compared


class Memory:
    """The people of one batch; and the others, as far as a rule asks for them."""

    def __init__(self, session: Session, who: set[Any], staff: Mapping[Any, Staff]) -> None:
        self.session = session
        self.rows: dict[UUID, WatchMemory] = {}
        self.people: dict[Any, Person] = {}
        self._company: dict[Any, set[Any]] = {}  # (team, hour) -> who was at work
        self._load(select(WatchMemory).where(WatchMemory.staff_id.in_(who)) if who else None)
        for one in who:
            person = self.people.setdefault(one, Person(one))
            person.team, person.role = str(staff[one].team_id or ""), staff[one].role.value

    def _load(self, query: Any) -> list[Person]:
        loaded = []
        for row in self.session.scalars(query) if query is not None else ():
            self.rows[row.staff_id] = row
            document = json.loads(zlib.decompress(row.memory))
            person = Person.unpack(row.staff_id, str(row.team_id or ""), row.role, document)
            self.people[row.staff_id] = person
            loaded.append(person)
        return loaded

    def waiting(self, now: datetime, most: int) -> list[Person]:
        """People whose opened records have waited too long for work, and who did nothing in this batch."""
        query = select(WatchMemory).where(WatchMemory.due_at <= now, WatchMemory.staff_id.not_in(set(self.people)))
        return self._load(query.order_by(WatchMemory.due_at).limit(most).with_for_update(skip_locked=True))

    def save(self, limits: Limits) -> None:
        """Write back every memory that was loaded."""
        for staff_id, person in self.people.items():
            row = self.rows.get(staff_id)
            if row is None:
                row = WatchMemory(staff_id=staff_id)
                self.session.add(row)
            due = person.due(limits.idle_after, limits.reveal_after)
            last = datetime.fromtimestamp(person.last or person.began, UTC)
            row.team_id, row.role = _team(person), person.role
            row.day, row.opened, row.last_at = london(last).date(), len(person.opened), last
            row.due_at = datetime.fromtimestamp(due, UTC) if due is not None else None
            row.memory = zlib.compress(json.dumps(person.pack(), separators=(",", ":")).encode(), 1)
        self.session.flush()

    def peers(self, person: Person) -> Sequence[int]:
        """What the others of the team and role opened today; of the role everywhere, where the team has too few."""
        day = london(datetime.fromtimestamp(person.last or person.began, UTC)).date()
        alike = select(WatchMemory.opened).where(
            WatchMemory.role == person.role, WatchMemory.day == day, WatchMemory.staff_id != person.who
        )
        team = _team(person)
        found = self.session.scalars(alike.where(WatchMemory.team_id == team)).all()
        if len(found) >= _FEW or person.role == Role.TRACER:
            return found
        return self.session.scalars(alike).all()

    def company(self, person: Person, at: float) -> int:
        """How many others of the team did something in the hour before; asked for once a team and hour of a batch."""
        key = person.team, int(at // 3600)
        if key not in self._company:
            self._company[key] = self._at_work(person, at)
        here = {who for who, one in self.people.items() if one.team == person.team and abs(at - one.last) < 3600}
        return len((self._company[key] | here) - {person.who})

    def _at_work(self, person: Person, at: float) -> set[Any]:
        moment, hour = datetime.fromtimestamp(at, UTC), timedelta(hours=1)
        query = select(WatchMemory.staff_id).where(WatchMemory.team_id == _team(person))
        return set(self.session.scalars(query.where(WatchMemory.last_at.between(moment - hour, moment + hour))))


def _team(person: Person) -> UUID | None:
    return UUID(str(person.team)) if person.team != "" else None
