"""The contact page: who, dates, attempts. It never says who the case is to whoever may not see the case."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import attempts, contacts
from tracer.casework import flags as raised
from tracer.faults import Invalid, NotFound
from tracer.models import Outcome, TaskState
from tracer.reporting import caseload, flags, timeline
from tracer.schemas.attempt import OUTCOMES, AttemptForm
from tracer.web import call, glass, identity, record_questions

bp = Blueprint("contacts", __name__)


@bp.get("/contacts/<uuid:contact_id>")
@allow(Permission.CONTACT_SEE)
def show(contact_id: UUID) -> Any:
    """The record, read on record."""
    return _page(contact_id, {"once": str(uuid4())}, {})


@bp.post("/contacts/<uuid:contact_id>/attempts")
@allow(Permission.ATTEMPT_RECORD)
def record_attempt(contact_id: UUID) -> Any:
    """Write down one try to reach the contact."""
    contact = contacts.get(db.session(), contact_id)
    task = contacts.task_of(contact)
    if task is None:
        raise NotFound
    try:
        given = AttemptForm().load(request.form)
        with db.transaction("attempt.record"):
            attempts.record(task, contact, at=clock.now(), **{**given, "outcome": Outcome(given["outcome"])})
    except (ValidationError, Invalid) as fault:
        return _page(contact_id, request.form, call.messages(fault)), 422
    flash(f"Recorded: {OUTCOMES[given['outcome']].lower()}.")
    return redirect(call.onward(task, url_for("contacts.show", contact_id=contact_id)))


def _page(contact_id: UUID, values: "MultiDict[str, str] | dict[str, str]", errors: dict[str, str]) -> str:
    with db.transaction("contact.read") as session:
        contact = contacts.get(session, contact_id)
        task = contacts.task_of(contact)
        others = [one for one in contacts.of_task(session, task) if one.id != contact.id] if task else []
        mine = task is not None and task.state is TaskState.HELD and call.is_mine(task)
        flagged = flags.lines(session, raised.of_contact(session, contact.id), contact.disease)
        everybody = [contact.person, *[one.person for one in others]]
        who, *people = identity.opened(session, *everybody, about=[contact, *others])
        return render_template(
            "contacts/show.html",
            contact=contact,
            task=task,
            who=who,
            masked_rows=identity.rows(who),
            age=identity.age(contact.person.birth_year),
            others=list(zip(others, people, strict=True)),
            flagged=flagged,
            settled=call.settled(),
            timeline_rows=timeline.of_contact(session, contact, task),
            mine=mine,
            beside=caseload.same_address(session, task, clock.now()) if mine and task else [],
            asked=record_questions.on_record(session, contact),
            **({} if mine or any(one.mine for one in flagged) else glass.marked(contact)),
            values=values,
            errors=errors,
            form=call.form_parts(task),
        )
