"""Conflicts of interest: who must not work whose record, told by comparing keyed hashes; the machinery's work.

Somebody's own record, their household's, and a colleague's: one of the same team, or the nearest lead over the
other. The table is kept whole for each person that is looked at, so that what was and is no more goes too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from tracer.access.bulk import insert_rows
from tracer.casework.colleagues import Colleagues
from tracer.ids import new_id
from tracer.models import Case, ConflictOfInterest, Contact, Flag, Person, Staff, StaffKey, Task, TaskState, Team

# A match of one of these is the person; a telephone or an address may be the family's.
_SELF = {"nhs", "name_birth", "email", "work"}
COLUMNS = (
    Person.nhs_number_key,
    Person.phone_key,
    Person.phone_2_key,
    Person.email_key,
    Person.name_birth_key,
    Person.address_key,
)
_MOST = 200
Row = tuple[UUID, UUID, UUID | None]


def owners(session: Session, keys: Collection[bytes]) -> dict[bytes, list[tuple[UUID, str]]]:
    """Which of these keys are details of current staff: key -> staff id and kind of detail."""
    found: dict[bytes, list[tuple[UUID, str]]] = defaultdict(list)
    if keys:
        query = select(StaffKey.key, StaffKey.staff_id, StaffKey.kind).join(Staff, Staff.id == StaffKey.staff_id)
        for key, staff_id, kind in session.execute(query.where(StaffKey.key.in_(keys), Staff.ended_at.is_(None))):
            found[key].append((staff_id, kind))
    return found


def refresh(session: Session, person_ids: Collection[UUID]) -> int:
    """Bring the conflicts about these people up to date; returns how many rows came or went."""
    if not person_ids:
        return 0
    why, selves = _matched(session, person_ids)
    if selves:
        colleagues = Colleagues(session)
        for person_id, staff_ids in selves.items():
            for other in {other for one in staff_ids for other in colleagues.of(one)}:
                why.setdefault((other, person_id), "colleague")
    work = _work(session, {person_id for _, person_id in why})
    wanted: dict[Row, str] = {}
    for (staff_id, person_id), word in why.items():
        for task in work.get(person_id, ()) or (None,):
            wanted[staff_id, person_id, task.id if task else None] = word
    _raise_pools(session, selves, work)
    return _replace(session, person_ids, wanted)


def _matched(
    session: Session, person_ids: Collection[UUID]
) -> tuple[dict[tuple[UUID, UUID], str], dict[UUID, set[UUID]]]:
    """(staff, person) -> why, and of each person the staff who are that person."""
    keys: dict[UUID, set[bytes]] = {}
    for row in session.execute(select(Person.id, *COLUMNS).where(Person.id.in_(person_ids))):
        keys[row[0]] = {key for key in row[1:] if key is not None}
    known = owners(session, set().union(*keys.values()) if keys else set())
    why: dict[tuple[UUID, UUID], str] = {}
    selves: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, own in keys.items():
        for staff_id, kind in (match for key in own for match in known.get(key, ())):
            if kind in _SELF:
                selves[person_id].add(staff_id)
                why[staff_id, person_id] = "self"
            else:
                why.setdefault((staff_id, person_id), "home")
    return why, selves


def _work(session: Session, person_ids: Collection[UUID]) -> dict[UUID, list[Task]]:
    """Every task about these people: of their cases, of their household's alert calls, of what they said."""
    found: dict[UUID, list[Task]] = defaultdict(list)
    if person_ids:
        of_cases = select(Case.person_id, Task).join(Task, Task.case_id == Case.id)
        of_contacts = select(Contact.person_id, Task).join(Task, Task.id == Contact.alert_task_id)
        of_flags = select(Contact.person_id, Task).join(Flag, Flag.contact_id == Contact.id)
        of_flags = of_flags.join(Task, Task.id == Flag.task_id)
        for person_id, task in session.execute(of_cases.where(Case.person_id.in_(person_ids))):
            found[person_id].append(task)
        for query in (of_contacts, of_flags):
            for person_id, task in session.execute(query.where(Contact.person_id.in_(person_ids))):
                if task not in found[person_id]:
                    found[person_id].append(task)
    return found


def _raise_pools(session: Session, selves: dict[UUID, set[UUID]], work: dict[UUID, list[Task]]) -> None:
    """Work about one of a team goes to the pool above it: in its own, everybody is a colleague."""
    everybody = set().union(*selves.values()) if selves else set()
    if not everybody:
        return
    place = select(Staff.id, Staff.team_id).where(Staff.id.in_(everybody))
    teams = dict(session.execute(place).all())
    above = dict(session.execute(select(Team.id, Team.parent_id)).all())
    for person_id, staff_ids in selves.items():
        own = {teams.get(one) for one in staff_ids} - {None}
        for task in work.get(person_id, ()):
            pool = task.pool_id
            while pool in own and above.get(pool) is not None:
                pool = above[pool] or pool
            if pool != task.pool_id and task.state is not TaskState.DONE:
                task.pool_id = pool
                if task.state is TaskState.WAITING:
                    task.team_id = pool


def _replace(session: Session, person_ids: Collection[UUID], wanted: dict[Row, str]) -> int:
    query = select(ConflictOfInterest).where(ConflictOfInterest.person_id.in_(person_ids))
    gone = []
    for row in session.scalars(query):
        if wanted.get((row.staff_id, row.person_id, row.task_id)) == row.why:
            del wanted[row.staff_id, row.person_id, row.task_id]
        else:
            gone.append(row.id)
    if gone:
        session.execute(delete(ConflictOfInterest).where(ConflictOfInterest.id.in_(gone)))
    names = ("staff_id", "person_id", "task_id")
    new = [{"id": new_id(), **dict(zip(names, key, strict=True)), "why": why} for key, why in wanted.items()]
    session.flush()
    insert_rows(session, ConflictOfInterest, new)
    return len(gone) + len(new)


def compare_people(session: Session, now: datetime) -> int:
    """People whose identity is new or was changed are compared with the staff's details."""
    query = select(Person.id).where(Person.compared_at.is_(None)).order_by(Person.created_at).limit(_MOST)
    fresh = session.scalars(query).all()
    refresh(session, fresh)
    if fresh:
        # Not through the unit of work: no page that is open on a person becomes stale by it.
        session.execute(update(Person).where(Person.id.in_(fresh)).values(compared_at=now))
    return len(fresh)


def due(session: Session, person_ids: Iterable[UUID]) -> None:
    """These people are compared again by the worker: there is new work about them."""
    session.execute(update(Person).where(Person.id.in_(list(person_ids))).values(compared_at=None))


def people_of(session: Session, keys: Collection[bytes]) -> set[UUID]:
    """The people of whom one of these keys is a detail."""
    if not keys:
        return set()
    return set(session.scalars(select(Person.id).where(or_(*[column.in_(keys) for column in COLUMNS]))))
