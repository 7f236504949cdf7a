"""The tracer's home: what they hold, and "Get next case"."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import claims, flags, presence, records, shifts, tasks
from tracer.models import RAISED, Contact, Task
from tracer.reporting import caseload, reviews
from tracer.schemas.form import Form, Reason
from tracer.web.call import Settled
from tracer.web.presence import BUTTONS

bp = Blueprint("caseload", __name__)


@bp.get("/caseload")
@allow(Permission.CASELOAD_SEE)
def show() -> Any:
    """What I hold, in the order to work it."""
    now, session = clock.now(), db.session()
    return render_template(
        "caseload.html",
        held=caseload.of_actor(session, now),
        mine=presence.mine(session),
        buttons=BUTTONS,
        shift=shifts.mine(session, now),
        reviews=reviews.unread(session),
    )


@bp.post("/caseload/next")
@allow(Permission.TASK_CLAIM)
def take_next() -> Response:
    """Take the most urgent task of my pools, and go to its record."""
    Form().load(request.form)
    with db.transaction("task.claim") as session:
        task = claims.claim_next(session, clock.now())
        presence.back_at_work(session, clock.now())
        where = address_of(task) if task is not None else None
        beside = len(caseload.same_address(session, task, clock.now())) if task is not None else 0
    if where is None:
        flash("Nothing is waiting in your pools at the moment. New work appears here as it comes in.")
        return redirect(url_for("caseload.show"))
    also = f", and {beside} more at the same address" if beside else ""
    flash(f"You hold this now{also}. If nothing is done with it, it goes back to the pool by itself.")
    return redirect(where)


@bp.post("/tasks/<uuid:task_id>/return")
@allow(Permission.TASK_RETURN)
def hand_back(task_id: UUID) -> Response:
    """Give a task back to its pool, with a reason."""
    task = records.get(db.session(), Task, task_id)
    given = Reason().load(request.form)
    with db.transaction("task.hand_back"):
        records.check_version(task, given["version"])
        tasks.hand_back(task, given["reason"], clock.now())
    flash("It is back in the pool.")
    return redirect(url_for("caseload.show"))


@bp.post("/tasks/<uuid:task_id>/done")
@allow(Permission.TASK_SETTLE)
def settle(task_id: UUID) -> Response:
    """What an answer called for is dealt with."""
    task = records.get(db.session(), Task, task_id)
    given = Settled().load(request.form)
    with db.transaction("task.settle"):
        records.check_version(task, given["version"])
        tasks.settle(task, given["outcome"], clock.now())
    flash(f"Noted: {given['outcome']}.")
    return redirect(url_for("caseload.show"))


def address_of(task: Task) -> str:
    """The page that a task is worked on: the case, or the first contact of the household."""
    if task.case_id is not None:
        return url_for("cases.show", case_id=task.case_id)
    if task.kind in RAISED and (flag := flags.of_task(db.session(), task)) is not None:
        return url_for("contacts.show", contact_id=flag.contact_id)
    query = select(Contact.id).where(Contact.alert_task_id == task.id).order_by(Contact.created_at).limit(1)
    return url_for("contacts.show", contact_id=db.session.scalar(query))
