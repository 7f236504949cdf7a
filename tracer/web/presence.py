"""What I am doing, said by one press; and the callback that is near, for the banner of every page."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import presence
from tracer.models import PresenceState
from tracer.reporting import callbacks
from tracer.schemas.form import Form

bp = Blueprint("presence", __name__)
# State -> what its button says.
BUTTONS: dict[PresenceState, str] = {
    PresenceState.AVAILABLE: "I am available",
    PresenceState.WRAPPING_UP: "I am wrapping up",
    PresenceState.ON_A_BREAK: "Take a break",
    PresenceState.AWAY: "I am away",
}
# How long a page waits before it asks again: a callback may have been passed on to its reader.
_LONGEST, _SHORTEST = timedelta(minutes=1), timedelta(seconds=2)


class Said(Form):
    """What somebody does from now on."""

    state = fields.Enum(
        PresenceState,
        by_value=True,
        required=True,
        validate=validate.OneOf(presence.SAID, error="Press one of the buttons."),
        error_messages={"unknown": "Press one of the buttons."},
    )


@bp.post("/presence")
@allow(Permission.PRESENCE_SET)
def say() -> Response:
    """From now on I am available, wrapping up, on a break or away."""
    given = Said().load(request.form)
    with db.transaction("presence.set") as session:
        presence.become(session, given["state"], clock.now())
    flash(f"You are {given['state'].value} since {clock.london(clock.now()):%H:%M}.")
    return redirect(url_for("caseload.show"))


@bp.get("/callbacks")
@allow(Permission.CASELOAD_SEE)
def near() -> dict[str, Any]:
    """The callback that is near, for the script of the banner: to ask by itself keeps nobody signed in (`idle.py`)."""
    return banner(clock.now())


def banner(now: datetime) -> dict[str, Any]:
    """What the banner says, where it leads, and in how many seconds to ask again."""
    found = callbacks.next_of(db.session(), now)
    wait = max(_SHORTEST, min(_LONGEST, found.wait(now) if found else _LONGEST))
    said: dict[str, Any] = {"words": found.said(now) if found else "", "wait": int(wait.total_seconds())}
    if found is not None and found.record is not None:
        is_case, record_id, reference = found.record
        where = url_for("cases.show", case_id=record_id) if is_case else url_for("contacts.show", contact_id=record_id)
        said |= {"href": where, "called": reference}
    return said
