"""The alerts of the watch, for the privacy officer: evidence in plain words, the decision, the end of a suspension."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import alerts, records, suspensions
from tracer.faults import Conflict
from tracer.models import Alert, AlertState
from tracer.reporting import evidence
from tracer.schemas.form import Form, Words
from tracer.web.call import messages

bp = Blueprint("alerts", __name__)

_DECISIONS = {
    AlertState.EXPLAINED.value: "Explained: there was a reason in their work",
    AlertState.CONFIRMED.value: "Misuse confirmed",
    AlertState.DISMISSED.value: "Dismissed: it says nothing about them",
}


def _why() -> Words:
    return Words(3, 2000, "Say why, in 3 to 2,000 characters.")


class Decision(Form):
    """What the privacy officer makes of an alert."""

    state = fields.Enum(
        AlertState,
        by_value=True,
        required=True,
        validate=validate.NoneOf([AlertState.OPEN], error="Choose what it was."),
        error_messages={"required": "Choose what it was.", "unknown": "Choose what it was."},
    )
    note = _why()
    version = fields.Integer(required=True)


class Lifting(Form):
    """Why a suspension ends."""

    reason = _why()


@bp.get("/privacy/alerts")
@allow(Permission.ALERT_SEE)
def show() -> str:
    """All alerts, the open ones first."""
    found = [(one, evidence.title(one)) for one in alerts.listed(db.session())]
    return render_template(
        "privacy/alerts.html",
        open=[one for one in found if one[0].state is AlertState.OPEN],
        decided=[one for one in found if one[0].state is not AlertState.OPEN],
        most=alerts.MOST,
    )


@bp.get("/privacy/alerts/<uuid:alert_id>")
@allow(Permission.ALERT_SEE)
def one(alert_id: UUID) -> str:
    """One alert with its evidence."""
    return _page(alert_id, {}, {})


@bp.post("/privacy/alerts/<uuid:alert_id>")
@allow(Permission.ALERT_DECIDE)
def decide(alert_id: UUID) -> Any:
    """Explained, confirmed or dismissed, and why."""
    alert = alerts.get(db.session(), alert_id)
    try:
        given = Decision().load(request.form)
    except ValidationError as fault:
        return _page(alert_id, request.form, messages(fault)), 422
    with db.transaction("alert.decide"):
        records.check_version(alert, given["version"])
        alerts.decide(alert, given["state"], given["note"], clock.now())
    flash("Decided and on record.")
    return redirect(url_for("alerts.show"))


@bp.post("/privacy/alerts/<uuid:alert_id>/lift")
@allow(Permission.ALERT_DECIDE)
def lift(alert_id: UUID) -> Any:
    """End the suspension of the person whom the alert is about."""
    alert = alerts.get(db.session(), alert_id)
    try:
        given = Lifting().load(request.form)
    except ValidationError as fault:
        return _page(alert_id, request.form, messages(fault)), 422
    with db.transaction("suspension.lift"):
        if alert.state is AlertState.OPEN:
            raise Conflict("Decide the alert first: a suspension ends after somebody has looked.")
        suspensions.lift(alert.staff, given["reason"], clock.now())
    flash(f"{alert.staff.name} can sign in again within seconds.")
    return redirect(url_for("alerts.one", alert_id=alert_id))


def _page(alert_id: UUID, values: Any, errors: dict[str, str]) -> str:
    with db.transaction("alert.read") as session:
        alert: Alert = alerts.get(session, alert_id)
        return render_template(
            "privacy/alert.html",
            alert=alert,
            title=evidence.title(alert),
            counts=evidence.counts(alert),
            lines=evidence.lines(alert),
            note=alerts.note_of(alert),
            decisions=[{"value": value, "text": text} for value, text in _DECISIONS.items()],
            decided=_DECISIONS.get(alert.state.value, ""),
            values=values,
            errors=errors,
        )
