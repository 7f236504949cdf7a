"""The privacy officer's page: who read and changed what, and who saw a record. It opens no identity."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from marshmallow import ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db
from tracer.access import audit, on_record
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.faults import Invalid, NotFound
from tracer.models import AuditEvent, Staff
from tracer.reporting import events, events_said
from tracer.schemas.form import Form
from tracer.web.call import messages

bp = Blueprint("privacy", __name__)

_REFERENCE = re.compile("[0-9A-Z]{8}")
_KEY = re.compile("[0-9A-Za-z/._-]{1,80}")


class Search(Form):
    """Which events: of one record, by one person, on one day, before an event already shown."""

    record = fields.String(load_default="", validate=validate.Length(max=80, error="Give one reference or id."))
    email = fields.String(load_default="", validate=validate.Length(max=254, error="Give one e-mail address."))
    day = fields.Date(load_default=None, error_messages={"invalid": "Write the day like 2026-03-27."})
    did = fields.String(load_default="", validate=validate.OneOf(list(events.DID)))
    before = fields.Integer(load_default=None, error_messages={"invalid": "Follow the link from the list."})


@bp.get("/privacy")
@allow(Permission.AUDIT_SEE)
def show() -> Any:
    """The audit, newest first; narrowed to a record, a person or a day."""
    session = db.session()
    try:
        given = Search().load({name: value for name, value in request.args.items() if value})
        wanted = wanted_of(session, given)
    except (ValidationError, Invalid) as fault:
        return _page(errors=messages(fault)), 422
    with db.transaction("audit.search"):
        audit.note(session, "read", AuditEvent.__tablename__, _sought(given, wanted))
        found = events.search(session, wanted)
    shown = found[: events.PAGE]
    people = events.staff_by_id(session, {event.actor_id for event in shown if event.actor_id})
    kept = {name: value for name, value in request.args.items() if value and name != "before"}
    return _page(
        events=[(event, _name(event, people), events_said.said(event)) for event in shown],
        people=people,
        readers=events.readers(session, wanted.keys) if wanted.keys else None,
        first=kept if wanted.before else None,
        further={**kept, "before": shown[-1].id} if len(found) > len(shown) else None,
    )


def _sought(given: dict[str, Any], wanted: events.Wanted) -> str:
    """What a search was for, as the audit keeps it: whoever looks is looked at too, and nobody's address is in it."""
    return given["record"].strip() or (f"of {wanted.staff}" if wanted.staff else "all")


def _page(**values: Any) -> str:
    kinds = [{"value": value, "text": text} for value, text in events.DID.items()]
    return render_template("privacy/show.html", **{"errors": {}, "values": request.args, "kinds": kinds, **values})


def _name(event: Any, people: dict[UUID, Staff]) -> str:
    person = people.get(event.actor_id)
    return events_said.who(event, person.name if person else None)


def wanted_of(session: Session, given: dict[str, Any]) -> events.Wanted:
    """What to search for; Invalid where a record or an address is not known."""
    faults, keys, staff_id = {}, None, None
    if record := given["record"].strip():
        try:
            keys = _keys(session, record)
        except NotFound:
            faults["record"] = "No case or contact has this reference. Give 8 letters and digits, or an id."
    if email := given["email"].strip().lower():
        staff_id = session.scalar(select(Staff.id).where(Staff.email == email))
        if staff_id is None:
            faults["email"] = "Nobody works or worked here with this e-mail address."
    if given["before"] is not None and not events.is_there(session, given["before"]):
        faults["before"] = "Follow the link from the list."
    if faults:
        raise Invalid("Nothing can be found by these.", faults)
    return events.Wanted(keys, staff_id, given["day"], given["did"], given["before"])


def _keys(session: Session, record: str) -> on_record.Keys:
    """By the reference, however it was spaced; else by the id as it stands in the audit."""
    reference = re.sub(r"[\s-]", "", record).upper()
    if _REFERENCE.fullmatch(reference):
        return on_record.keys_of(session, reference)
    if not _KEY.fullmatch(record):
        raise NotFound
    return events.of_id(record.lower())
