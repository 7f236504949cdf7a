"""The staff's own details, kept as keyed hashes alone, so that nobody is given their own or their family's record."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor
from tracer.casework import conflicts, people, tasks
from tracer.casework.colleagues import Colleagues
from tracer.ids import new_id
from tracer.models import ConflictOfInterest, Role, Staff, StaffKey, Task, TaskState
from tracer.schemas.identity import Identity

# Which key of an identity is which kind of detail.
_KINDS = {
    "nhs_number_key": "nhs",
    "phone_key": "phone",
    "phone_2_key": "phone",
    "email_key": "email",
    "name_birth_key": "name_birth",
    "address_key": "address",
}
_MOST, _MOST_STAFF = 50, 500
_REASON = "it is for somebody else to work"


def give(session: Session, identity: Identity) -> int:
    """Keep the actor's own details, all anew: what is left out is forgotten. Returns how many are kept."""
    me = actor.staff_id(session)
    for old in session.scalars(select(StaffKey).where(StaffKey.staff_id == me, StaffKey.kind != "work")):
        session.delete(old)
    work = session.scalar(select(StaffKey).where(StaffKey.staff_id == me, StaffKey.kind == "work"))
    if work is not None:
        work.compared_epoch = None  # what was given before may be gone
    given = {(kind, key) for column, kind in _KINDS.items() if (key := people.keys(identity)[column])}
    session.add_all(StaffKey(staff_id=me, kind=kind, key=key) for kind, key in given)
    session.flush()
    return len(given)


def known(session: Session) -> set[str]:
    """Which kinds of detail the actor has given; never the details."""
    query = select(StaffKey.kind).where(StaffKey.staff_id == actor.staff_id(session), StaffKey.kind != "work")
    return set(session.scalars(query))


def compare_staff(session: Session, now: datetime) -> int:
    """Whoever joined, left, moved, leads others or gave other details is compared with everybody's records.

    Many at a time: a roster brings thousands in at once.
    """
    del now
    changed = _changed(session)
    if not changed:
        return 0
    _work_addresses(session, changed)
    kept: dict[UUID, list[StaffKey]] = defaultdict(list)
    for key in session.scalars(select(StaffKey).where(StaffKey.staff_id.in_([one.id for one in changed]))):
        kept[key.staff_id].append(key)
    about = conflicts.people_of(session, {key.key for keys in kept.values() for key in keys})
    conflicts.refresh(session, about | _in_conflict(session, changed))
    gone = [one.id for one in changed if one.ended_at is not None]
    session.execute(delete(StaffKey).where(StaffKey.staff_id.in_(gone)))
    for one in changed:
        for key in kept[one.id] if one.ended_at is None else ():
            key.compared_epoch = one.epoch
    return len(changed)


def _in_conflict(session: Session, changed: Sequence[Staff]) -> set[UUID]:
    """The people whom one of these must not work now, and those who are a colleague of one of these."""
    theirs = ConflictOfInterest.staff_id.in_([one.id for one in changed])
    found = set(session.scalars(select(ConflictOfInterest.person_id).where(theirs)))
    own = select(ConflictOfInterest.staff_id, ConflictOfInterest.person_id).where(ConflictOfInterest.why == "self")
    # Told by staff id here and not in the query: a team has thousands.
    if themselves := session.execute(own.distinct()).all():
        colleagues = Colleagues(session)
        for one in changed:
            near = colleagues.of(one.id)
            found |= {person_id for staff_id, person_id in themselves if staff_id in near}
    return found


def _changed(session: Session) -> Sequence[Staff]:
    fresh = and_(StaffKey.id.is_(None), Staff.ended_at.is_(None), Staff.role != Role.IMPORTER)
    due = and_(StaffKey.id.is_not(None), StaffKey.compared_epoch.is_distinct_from(Staff.epoch))
    query = select(Staff.id).outerjoin(StaffKey, StaffKey.staff_id == Staff.id).where(or_(fresh, due)).distinct()
    ids = session.scalars(query.limit(_MOST_STAFF)).all()
    return session.scalars(select(Staff).where(Staff.id.in_(ids))).all() if ids else []


def _work_addresses(session: Session, changed: Sequence[Staff]) -> None:
    """The address that somebody signs in with is a detail of theirs that nobody need give."""
    here = [one for one in changed if one.ended_at is None]
    work = and_(StaffKey.staff_id.in_([one.id for one in here]), StaffKey.kind == "work")
    known = set(session.scalars(select(StaffKey.staff_id).where(work)))
    for one in here:
        if one.id not in known:
            digest = vault.current().digest("email", one.email.casefold())
            session.add(StaffKey(id=new_id(), staff_id=one.id, kind="work", key=digest))
    session.flush()


def put_back(session: Session, now: datetime) -> int:
    """What somebody holds and must not goes back to the pool; the reason on record names nobody."""
    query = select(Task).join(
        ConflictOfInterest,
        and_(ConflictOfInterest.task_id == Task.id, ConflictOfInterest.staff_id == Task.holder_id),
    )
    query = query.where(Task.state == TaskState.HELD).limit(_MOST).with_for_update(of=Task, skip_locked=True)
    held = session.scalars(query).unique().all()
    for task in held:
        tasks.put_back(task, ended="released", reason=_REASON, now=now)
    return len(held)
