"""Exports: the audit, as the privacy officer narrowed it, as a CSV that says for whom it was made."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import exports, records
from tracer.faults import Invalid
from tracer.models import Approval, AuditEvent, Staff
from tracer.reporting import events, events_said, sheets
from tracer.schemas.form import Form
from tracer.schemas.spoken import RealReason
from tracer.web.call import messages
from tracer.web.privacy import Search, wanted_of

bp = Blueprint("exports", __name__)

_HEADINGS = ("time", "who", "e-mail", "what happened", "action", "did", "entity", "id", "fields")


class Why(Form):
    """Why so much is needed."""

    reason = RealReason()


# Step-up goes here: @allow(Permission.AUDIT_EXPORT, fresh=…)
@bp.post("/privacy/export")
@allow(Permission.AUDIT_EXPORT)
@stepped_up
def export() -> Any:
    """Up to a thousand rows at once; for more, why, and then a second person."""
    sent = {name: value for name, value in request.form.items() if value}
    reason = sent.pop("reason", None)
    given = Search(exclude=("before",)).load(sent)
    kept = {name: value for name, value in sent.items() if name != "csrf_token"}
    with db.transaction("audit.export") as session:
        wanted = wanted_of(session, {**given, "before": None})
        rows, last = events.extent(session, wanted)
        if rows <= exports.AT_ONCE:
            exports.record(session, rows)
            return _csv(session, events.whole(session, wanted, last, exports.AT_ONCE))
    try:
        why = Why().load({"reason": reason or ""})["reason"]
    except ValidationError as fault:
        errors = messages(fault) if reason is not None else {}
        return _ask(kept, rows, {"reason": reason or ""}, errors), 422 if errors else 200
    with db.transaction("export.ask") as session:
        exports.ask(session, kept, rows, last, why, clock.now())
    flash("Asked. You can fetch it here when an administrator or another privacy officer agrees.")
    return redirect(url_for("approvals.show"))


# Step-up goes here: @allow(Permission.AUDIT_EXPORT, fresh=…)
@bp.post("/approvals/<uuid:approval_id>/export")
@allow(Permission.AUDIT_EXPORT)
@stepped_up
def fetch(approval_id: UUID) -> Response:
    """The export that was approved, once, exactly as it was asked for."""
    approval = records.get(db.session(), Approval, approval_id)
    Form().load(request.form)
    with db.transaction("audit.export") as session:
        document = exports.spend(approval, clock.now())
        given = Search(exclude=("before",)).load(document["given"])
        wanted = wanted_of(session, {**given, "before": None})
        found = events.whole(session, wanted, document["upto"], document["rows"])
        exports.record(session, len(found), document)
        return _csv(session, found)


def _csv(session: Session, found: list[AuditEvent]) -> Response:
    people = events.staff_by_id(session, {event.actor_id for event in found if event.actor_id})
    settings, now = current_app.extensions["tracer"], clock.now()
    count = f"{len(found)} {'row' if len(found) == 1 else 'rows'}"
    made = f"Exported for {g.actor.name} ({g.actor.role.value}) at {now.isoformat(timespec='seconds')}: {count}"
    marks = [[f"{made}. From {settings.service_name}. On record; not to be passed on."], _HEADINGS]
    answer = Response(sheets.write([*marks, *(_row(event, people) for event in found)]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{now:%Y%m%d-%H%M%S}.csv"'
    return answer


def _row(event: AuditEvent, people: dict[UUID, Staff]) -> tuple[object, ...]:
    person = people.get(event.actor_id) if event.actor_id else None
    who = events_said.who(event, person.name if person else None)
    about = (event.action, event.did, event.entity, event.entity_id, ", ".join(event.fields or ()))
    return (event.at.isoformat(), who, person.email if person else "", events_said.said(event), *about)


def _ask(kept: dict[str, str], rows: int, values: dict[str, str], errors: dict[str, str]) -> str:
    if rows == 0:
        raise Invalid("There is nothing to export.")
    return render_template(
        "privacy/export.html", kept=kept, rows=rows, at_once=exports.AT_ONCE, values=values, errors=errors
    )
