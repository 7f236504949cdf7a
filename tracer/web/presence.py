"""What I am doing, said by one press."""

from flask import Blueprint, flash, redirect, request, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import presence
from tracer.models import PresenceState
from tracer.schemas.form import Form

bp = Blueprint("presence", __name__)
# State -> what its button says.
BUTTONS: dict[PresenceState, str] = {
    PresenceState.AVAILABLE: "I am available",
    PresenceState.WRAPPING_UP: "I am wrapping up",
    PresenceState.ON_A_BREAK: "Take a break",
    PresenceState.AWAY: "I am away",
}


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
