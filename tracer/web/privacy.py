"""The privacy officer's page: who read and changed what."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from marshmallow import fields
from sqlalchemy import select

from tracer import db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.clock import LONDON
from tracer.models import AuditEvent, Staff
from tracer.schemas.form import Form

bp = Blueprint("privacy", __name__)
PAGE = 100


class Search(Form):
    """Which events: of one record, by one person, on one day, before an event already shown."""

    record = fields.String(load_default="")
    email = fields.String(load_default="")
    day = fields.Date(load_default=None, error_messages={"invalid": "Write the day as 2026-03-27."})
    before = fields.Integer(load_default=None)


@bp.get("/privacy")
@allow(Permission.AUDIT_SEE)
def show() -> str:
    """The audit, newest first; narrowed to a record, a person or a day."""
    given = Search().load({name: value for name, value in request.args.items() if value})
    found = list(db.session.scalars(_query(given).limit(PAGE + 1)))
    who = {one.id: one.name for one in db.session.scalars(select(Staff).where(Staff.id.in_(_ids(found))))}
    return render_template(
        "privacy/show.html", events=found[:PAGE], more=len(found) > PAGE, who=who, given=given, values=request.args
    )


def _ids(found: list[AuditEvent]) -> set[UUID]:
    return {event.actor_id for event in found if event.actor_id}


def _query(given: dict[str, Any]) -> Any:
    query = select(AuditEvent).order_by(AuditEvent.id.desc())
    if given["record"]:
        query = query.where(AuditEvent.entity_id == given["record"].strip())
    if given["email"]:
        person = select(Staff.id).where(Staff.email == given["email"].strip().lower()).scalar_subquery()
        query = query.where(AuditEvent.actor_id == person)
    if given["day"]:
        start = datetime.combine(given["day"], datetime.min.time(), LONDON)
        query = query.where(AuditEvent.at >= start, AuditEvent.at < start + timedelta(days=1))
    return query.where(AuditEvent.id < given["before"]) if given["before"] else query
