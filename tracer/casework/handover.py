"""Handing over: a supervisor moves chosen tasks; what changed since their list was loaded is named, not moved.

The rest moves all the same: a supervisor at a shift's end must not begin again because one of fifty was
finished meanwhile, and nothing is lost by it, since what stays is listed as it is now.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tracer import clock, vault
from tracer.access import actor
from tracer.casework import clearance, tasks, teams
from tracer.faults import Invalid
from tracer.ids import new_id
from tracer.models import Case, Contact, Grant, GrantKind, Role, Staff, Task, TaskState


def taker(session: Session, staff_id: UUID) -> Staff:
    """Whom the actor can hand work to: one who works cases now, in a team that the actor leads; else Invalid."""
    within = teams.reached_by(actor.staff_id(session))
    query = select(Staff).where(Staff.id == staff_id, Staff.ended_at.is_(None), Staff.team_id.in_(within))
    query = query.where(Staff.suspended_at.is_(None))
    found = session.scalar(query.where(Staff.role.in_((Role.TRACER, Role.SUPERVISOR))))
    if found is None:
        words = "Choose somebody from the list: they may have left or moved."
        raise Invalid("They cannot take this work.", {"to": words})
    if not clearance.is_ready(session, found, clock.now()):
        words = f"{found.name} has not all training in date and would see nothing of it: choose somebody else."
        raise Invalid("They cannot take this work.", {"to": words})
    return found


def hand_over(
    session: Session, chosen: Mapping[UUID, int], to: Staff | None, reason: str, now: datetime
) -> tuple[list[Task], list[UUID]]:
    """Move each chosen task (id -> version as the list showed it) to somebody, or to its pool.

    Returns those that moved, a household whole, and the ids of those that did not because somebody else moved,
    finished or worked on them meanwhile, or that are in no team of the actor's now. Rows are taken in order of
    id, so that two supervisors who choose the same tasks, or some of one household, wait for each other and never
    lock up.
    """
    within = teams.reached_by(actor.staff_id(session))
    homes = select(Task.household_key).where(Task.id.in_(chosen), Task.household_key.is_not(None))
    either = or_(Task.id.in_(chosen), and_(Task.household_key.in_(homes), Task.state != TaskState.DONE))
    query = select(Task).where(either, Task.team_id.in_(within)).order_by(Task.id)
    query = query.with_for_update(of=Task).execution_options(populate_existing=True)
    moved: list[Task] = []
    for task in [one for one in session.scalars(query) if one.id in chosen]:
        if task in moved:  # with its household, a moment ago
            continue
        if task.version == chosen[task.id] and task.state is not TaskState.DONE:
            moved.extend(one for one in tasks.reassign(task, to, reason, now) if one not in moved)
    session.flush()
    return moved, [task_id for task_id in chosen if task_id not in {task.id for task in moved}]


def note_taken(session: Session, taken: Sequence[Task], reason: str, now: datetime) -> None:
    """A lead gave these to themselves: allowed, and told to whoever leads them and to the privacy officers.

    One grant for each record: the hold opens it, the grant says so.
    """
    for task in taken:
        contacts = select(Contact).where(Contact.alert_task_id == task.id).order_by(Contact.created_at)
        case = session.get(Case, task.case_id) if task.case_id else None
        for record in [case] if case is not None else session.scalars(contacts):
            session.add(_grant(session, task, record, reason, now))
    session.flush()


def _grant(session: Session, task: Task, record: Case | Contact, reason: str, now: datetime) -> Grant:
    me, grant_id = actor.of(session), new_id()
    return Grant(
        id=grant_id,
        kind=GrantKind.LEAD,
        staff_id=actor.staff_id(session),
        team_id=me.team_id,
        reference=record.reference,
        case_id=record.id if isinstance(record, Case) else None,
        contact_id=record.id if isinstance(record, Contact) else None,
        task_id=task.id,
        record_key=str(record.id),
        person_key=str(record.person_id),
        sealed_reason=vault.current().seal(reason, grant_id, now.date()),
        from_at=now,
        until_at=now,
    )
