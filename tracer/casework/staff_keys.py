"""The staff's own details, kept as keyed hashes alone, so that nobody is given their own or their family's record."""

from collections.abc import Sequence
from datetime import datetime

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
_MOST = 50
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
    """Whoever joined, left, moved, leads others or gave other details is compared with everybody's records."""
    del now
    changed = _changed(session)
    if not changed:
        return 0
    colleagues, about = Colleagues(session), set()
    for one in changed:
        _work_address(session, one)
        own = set(session.scalars(select(StaffKey.key).where(StaffKey.staff_id == one.id)))
        about |= conflicts.people_of(session, own)
        theirs = ConflictOfInterest.staff_id == one.id
        others = and_(ConflictOfInterest.staff_id.in_(colleagues.of(one.id)), ConflictOfInterest.why == "self")
        about |= set(session.scalars(select(ConflictOfInterest.person_id).where(or_(theirs, others))))
    conflicts.refresh(session, about)
    for one in changed:
        if one.ended_at is not None:
            session.execute(delete(StaffKey).where(StaffKey.staff_id == one.id))
            continue
        for key in session.scalars(select(StaffKey).where(StaffKey.staff_id == one.id)):
            key.compared_epoch = one.epoch
    return len(changed)


def _changed(session: Session) -> Sequence[Staff]:
    fresh = and_(StaffKey.id.is_(None), Staff.ended_at.is_(None), Staff.role != Role.IMPORTER)
    due = and_(StaffKey.id.is_not(None), StaffKey.compared_epoch.is_distinct_from(Staff.epoch))
    query = select(Staff.id).outerjoin(StaffKey, StaffKey.staff_id == Staff.id).where(or_(fresh, due)).distinct()
    ids = session.scalars(query.limit(_MOST)).all()
    return session.scalars(select(Staff).where(Staff.id.in_(ids))).all() if ids else []


def _work_address(session: Session, one: Staff) -> None:
    """The address that they sign in with is a detail of theirs that nobody need give."""
    query = select(StaffKey).where(StaffKey.staff_id == one.id, StaffKey.kind == "work")
    if one.ended_at is None and session.scalar(query) is None:
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
