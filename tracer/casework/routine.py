"""What nobody presses a button for: holds that lapse, people recognised, households' work joined.

These look across everybody's records, so the worker does them as SYSTEM, never a web request.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracer.access import identity, throttle
from tracer.casework import (
    allocation,
    answer_making,
    callbacks,
    climbing,
    conflicts,
    grants_told,
    hour_counts,
    passwords,
    people,
    presence,
    question_tallies,
    rebalance,
    refreshers,
    review_draw,
    scripts,
    sealing,
    staff_keys,
    suspensions,
    task_jobs,
    tasks,
    training_mailings,
    training_seats,
    watch,
)
from tracer.models import Challenge, Contact, Person, Role, Staff, Task, TaskKind, TaskState

# Newly named contacts looked at in one tick: a tick stays short.
_MOST = 200


def release(session: Session, now: datetime) -> int:
    """What is held by somebody who left, or works in another team or role now, goes back to its pool."""
    idle_role = Staff.role.not_in((Role.TRACER, Role.SUPERVISOR))
    left = or_(Staff.ended_at.is_not(None), Staff.suspended_at.is_not(None))
    gone = or_(left, Staff.team_id.is_(None), Staff.team_id != Task.team_id, idle_role)
    query = select(Task).join(Staff, Staff.id == Task.holder_id).where(Task.state == TaskState.HELD, gone)
    query = query.order_by(Task.callback.desc(), Task.not_before, Task.id)
    held = session.scalars(query.limit(_MOST).with_for_update(of=Task, skip_locked=True)).all()
    for task in held:
        tasks.put_back(task, ended="released", reason="the holder left or moved", now=now)
    return len(held)


def recognise(session: Session, now: datetime) -> int:
    """A newly named contact who is a person we have becomes that person; the double is taken away.

    The person whom we have learns what only the newcomer brought, and the alert call moves to their
    household. Returns how many contacts were looked at.
    """
    query = select(Contact).where(Contact.recognised_at.is_(None)).options(joinedload(Contact.person))
    fresh = session.scalars(query.order_by(Contact.created_at, Contact.id).limit(_MOST)).all()
    for contact in fresh:
        contact.recognised_at = now
        known = people.recognise(session, contact.person)
        if known is not None and known.created_at < contact.person.created_at:
            _become(session, contact, known, now)
    return len(fresh)


def _become(session: Session, contact: Contact, known: Person, now: datetime) -> None:
    double = contact.person
    ours, theirs = identity.read(session, known, double)
    lacking = {
        field.name: getattr(theirs, field.name)
        for field in fields(theirs)
        if not getattr(ours, field.name) and getattr(theirs, field.name)
    }
    if lacking:
        people.seal(known, replace(ours, **lacking), now.date())
    contact.person = known
    task = session.get(Task, contact.alert_task_id) if contact.alert_task_id else None
    if task is not None and task.household_key is None:
        task.household_key = known.address_key
    session.flush()
    conflicts.due(session, [known.id])
    session.delete(double)
    session.flush()


def join_households(session: Session, now: datetime) -> int:
    """Waiting alert calls to one household become one call: the older task takes the younger's contacts."""
    del now
    waiting = (Task.kind == TaskKind.ALERT, Task.state == TaskState.WAITING, Task.household_key.is_not(None))
    shared = (
        select(Task.household_key, Task.disease).where(*waiting).group_by(Task.household_key, Task.disease)
    ).having(func.count() > 1)
    joined = 0
    for key, disease in session.execute(shared.limit(200)).all():
        query = select(Task).where(*waiting, Task.household_key == key, Task.disease == disease)
        eldest, *others = session.scalars(query.order_by(Task.created_at, Task.id).with_for_update()).all()
        for task in others:
            joined += _into(session, task, eldest)
    return joined


def _into(session: Session, task: Task, eldest: Task) -> int:
    moved = session.scalars(select(Contact).where(Contact.alert_task_id == task.id)).all()
    for contact in moved:
        contact.alert_task_id = eldest.id
    conflicts.due(session, [contact.person_id for contact in moved])
    if task.priority > eldest.priority:
        eldest.priority, eldest.reasons = task.priority, task.reasons
    eldest.due_at = min(eldest.due_at, task.due_at)
    session.flush()
    tasks.finish(task, "joined", max(task.created_at, eldest.created_at))
    return 1


def forget_tries(session: Session, now: datetime) -> int:
    """Tries at signing in that are forgiven, and links that have long stopped working, leave no row."""
    return throttle.forget(session, now) + passwords.forget(session, now)


def forget_challenges(session: Session, now: datetime) -> int:
    """Questions that nobody answered in time are gone."""
    old = session.scalars(select(Challenge).where(Challenge.expires_at <= now).limit(1000)).all()
    for challenge in old:
        session.delete(challenge)
    session.flush()
    return len(old)


JOBS: dict[str, Callable[[Session, datetime], int]] = {
    # First, so that what a suspended person holds is released in the same tick.
    "watch": watch.look,
    "suspensions": suspensions.settle,
    "canaries": watch.set_canaries,
    "lapse": task_jobs.lapse,
    "release": release,
    # Who is here is known before what the others hold goes back, and that before their callbacks are passed on.
    "presence": presence.settle,
    "absent": rebalance.absent,
    "shift_over": rebalance.shift_over,
    "callbacks": callbacks.pass_on,
    "due_while_busy": rebalance.due_while_busy,
    "local": rebalance.to_local_team,
    "recognise": recognise,
    "join_households": join_households,
    "follow": task_jobs.follow,
    "open_up": task_jobs.open_up,
    "climb": climbing.climb,
    "allocation": allocation.settle,
    "seal": sealing.seal,
    "password_links": passwords.answer,
    "forget_tries": forget_tries,
    "compare_staff": staff_keys.compare_staff,
    "compare_people": conflicts.compare_people,
    "put_back": staff_keys.put_back,
    "tell_of_grants": grants_told.tell,
    "forget_challenges": forget_challenges,
    "scripts": scripts.settle,
    "answer_exports": answer_making.make,
    "forget_answers": answer_making.forget,
    "training_counts": training_mailings.count,
    "training_reminders": training_mailings.remind,
    "refreshers": refreshers.remind,
    "question_tallies": question_tallies.count,
    "hour_counts": hour_counts.count,
    "training_mailings": training_mailings.owe,
    "training_places": training_seats.allot,
    "training_told": training_mailings.recount,
    "reviews": review_draw.draw,
}
