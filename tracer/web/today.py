"""What I did today: everybody's own lines of the audit, for them to see what is on record about their work."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from marshmallow import fields

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.faults import Invalid
from tracer.reporting import events, events_said, my_day
from tracer.schemas.form import Form

bp = Blueprint("today", __name__)


class Asked(Form):
    """Which day, and where the page goes on."""

    day = fields.Date(load_default=None, error_messages={"invalid": "Write the day like 2026-03-27."})
    before = fields.Integer(load_default=None, error_messages={"invalid": "Follow the link from the list."})


@bp.get("/today")
@allow(Permission.HOME_SEE)
def show() -> Any:
    """My own events of a day, the newest first. They name no person, so that looking at them is no event."""
    given = Asked().load({name: value for name, value in request.args.items() if value})
    if given["before"] is not None and not events.is_there(db.session(), given["before"]):
        raise Invalid("This list has no such place.", {"before": "Follow the link from the list."})
    today = clock.today()
    day = min(given["day"] or today, today)
    found = my_day.of_actor(db.session(), day, given["before"])
    return render_template(
        "today.html",
        day=day,
        today=today,
        found=found,
        lines=[(event, *events_said.mine(event), record) for event, record in found.lines],
        first=given["before"] is not None,
        last=found.lines[-1][0].id if found.more else None,
        earlier=day - timedelta(days=1),
        later=day + timedelta(days=1) if day < today else None,
    )
