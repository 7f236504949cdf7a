"""The work on training sessions: making and changing, rehearsing and sending invitations, attendance."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import second
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, teams, training_mailings, training_notices, training_seats, training_sessions
from tracer.casework.training_sessions import Plan
from tracer.delivery import wording
from tracer.faults import Conflict, Invalid
from tracer.models import Approval, Role, TrainingMailing, TrainingSeat, TrainingSession
from tracer.reporting import training_sessions as lines
from tracer.schemas.training_session_forms import CancelForm, MarkForm, PlanForm, RehearsalForm, SendForm, moments
from tracer.web.call import messages
from tracer.web.training_sessions import get

bp = Blueprint("training_session_work", __name__)

MAILINGS = {
    "counting": ("being counted", "blue"),
    "rehearsed": ("rehearsed, not sent", "yellow"),
    "ready": ("to be sent", "blue"),
    "owed": ("sent or on the way", "green"),
    "stale": ("not sent", "red"),
}
# Whom the examples are written to: invented, so that a rehearsal shows nobody.
_EXAMPLES = ("Ada", "Maria-Magdalena", "Siân")


@bp.get("/training/sessions/new")
@allow(Permission.TRAINING_SESSION_MANAGE)
def new() -> str:
    """An empty form, for a week from now."""
    values = {"on": (clock.today() + timedelta(days=7)).isoformat(), "from_time": "10:00", "to_time": "11:00"}
    return _form(values | {"capacity": "20"}, {}, None)


@bp.post("/training/sessions")
@allow(Permission.TRAINING_SESSION_MANAGE)
def make() -> Any:
    """A session that nobody is invited to yet."""
    try:
        plan, _ = _plan()
        with db.transaction("training_session.make") as session:
            made = training_sessions.make(session, plan, clock.now())
    except (ValidationError, Invalid) as fault:
        return _form(request.form, messages(fault), None), 422
    flash("The session is there. Nobody is invited to it yet.")
    return _back(made.id)


@bp.get("/training/sessions/<uuid:training_session_id>/work")
@allow(Permission.TRAINING_SESSION_MARK)
def work(training_session_id: UUID) -> str:
    """Numbers, invitations, and who was there, of those whom I may see by name."""
    return _work(training_session_id, {}, {})


@bp.get("/training/sessions/<uuid:training_session_id>/change")
@allow(Permission.TRAINING_SESSION_MANAGE)
def edit(training_session_id: UUID) -> str:
    """The form with what there is."""
    found = get(training_session_id)
    begins, ends = clock.london(found.starts_at), clock.london(found.ends_at)
    values = {name: getattr(found, name) for name in ("title", "place", "link", "joining", "capacity", "version")}
    times = {"on": begins.date().isoformat(), "from_time": f"{begins:%H:%M}", "to_time": f"{ends:%H:%M}"}
    return _form(values | times, {}, found)


@bp.post("/training/sessions/<uuid:training_session_id>/change")
@allow(Permission.TRAINING_SESSION_MANAGE)
def change(training_session_id: UUID) -> Any:
    """Another time or place; whoever is invited is told."""
    found = get(training_session_id)
    try:
        plan, version = _plan()
        with db.transaction("training_session.change"):
            changed = training_sessions.change(found, plan, version, clock.now())
    except (ValidationError, Invalid) as fault:
        return _form(request.form, messages(fault), found), 422
    flash("Changed. Whoever is invited is told." if changed else "Nothing was different.")
    return _back(training_session_id)


@bp.post("/training/sessions/<uuid:training_session_id>/cancel")
@allow(Permission.TRAINING_SESSION_MANAGE)
def cancel(training_session_id: UUID) -> Any:
    """Call it off; whoever is invited is told why."""
    found = get(training_session_id)
    try:
        given = CancelForm().load(request.form)
        with db.transaction("training_session.cancel"):
            training_sessions.cancel(found, given["reason"], given["version"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _work(training_session_id, request.form, messages(fault)), 422
    flash("Called off. Whoever is invited is told.")
    return _back(training_session_id)


@bp.post("/training/sessions/<uuid:training_session_id>/rehearse")
@allow(Permission.TRAINING_SESSION_MANAGE)
def rehearse(training_session_id: UUID) -> Any:
    """Count whom these roles and teams are; nothing is sent."""
    found = get(training_session_id)
    try:
        sent: dict[str, Any] = dict(request.form.items())
        given = RehearsalForm().load(sent | {name: request.form.getlist(name) for name in ("roles", "teams")})
        try:
            roles = [Role(role) for role in given["roles"]]
        except ValueError:
            raise Invalid("There is no such role.", {"roles": "Choose roles from the list."}) from None
        with db.transaction("training_session.rehearse") as session:
            made = training_mailings.rehearse(session, found, roles, [str(one) for one in given["teams"]], clock.now())
    except (ValidationError, Invalid) as fault:
        return _work(training_session_id, request.form, messages(fault)), 422
    return redirect(url_for("training_session_work.mailing", mailing_id=made.id))


@bp.get("/training/mailings/<uuid:mailing_id>")
@allow(Permission.TRAINING_SESSION_MANAGE)
def mailing(mailing_id: UUID) -> str:
    """A rehearsal with its number and three examples; then how far the sending is."""
    return _mailing(mailing_id, {}, {})


@bp.post("/training/mailings/<uuid:mailing_id>/send")
@allow(Permission.TRAINING_SESSION_MANAGE)
def send(mailing_id: UUID) -> Any:
    """Send exactly what was rehearsed."""
    found = records.get(db.session(), TrainingMailing, mailing_id)
    try:
        given = SendForm().load(request.form)
        with db.transaction("training_session.send"):
            asked = training_mailings.send(found, given["version"], given["reason"].strip(), clock.now())
    except (ValidationError, Invalid) as fault:
        return _mailing(mailing_id, request.form, messages(fault)), 422
    flash("Asked. It is sent when a second person agrees." if asked else "It is being sent, one message to each.")
    return redirect(url_for("training_session_work.mailing", mailing_id=mailing_id))


@bp.post("/training/sessions/<uuid:training_session_id>/attendance")
@allow(Permission.TRAINING_SESSION_MARK)
def mark(training_session_id: UUID) -> Any:
    """These were there."""
    found = get(training_session_id)
    sent: dict[str, Any] = dict(request.form.items())
    given = MarkForm().load(sent | {"seats": request.form.getlist("seats")})
    if clock.now() < found.starts_at:
        raise Conflict("It has not begun: nobody was there yet.")
    seen = {seat.id: seat for seat, _ in lines.named(db.session(), found)}
    chosen: list[TrainingSeat] = [seen[one] for one in given["seats"] if one in seen]
    with db.transaction("training_session.mark"):
        count = training_seats.mark(chosen, clock.now())
    flash(f"On record for {count}." if count else "Nothing was new.")
    return _back(training_session_id)


def _plan() -> tuple[Plan, int]:
    given = PlanForm().load(request.form)
    begins, ends = moments(given)
    words = {name: given[name].strip() for name in ("title", "place", "link", "joining")}
    return Plan(starts_at=begins, ends_at=ends, capacity=given["capacity"], **words), given["version"]


def _back(training_session_id: UUID) -> Any:
    return redirect(url_for("training_session_work.work", training_session_id=training_session_id))


def _form(values: Mapping[str, Any], errors: Mapping[str, str], one: TrainingSession | None) -> str:
    return render_template("training_sessions/form.html", values=values, errors=errors, one=one)


def _work(training_session_id: UUID, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    session, found, now = db.session(), get(training_session_id), clock.now()
    return render_template(
        "training_sessions/work.html",
        one=found,
        numbers=lines.numbers(session, found),
        words=lines.said(session, found),
        mailings=lines.mailings(session, found),
        named=lines.named(session, found),
        standings=MAILINGS,
        roles=[role.value for role in Role if role is not Role.IMPORTER],
        tree=teams.tree(session),
        open=found.cancelled_at is None and found.starts_at > now,
        begun=found.cancelled_at is None and found.starts_at <= now,
        values=values,
        errors=errors,
    )


def _mailing(mailing_id: UUID, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    session, settings = db.session(), current_app.extensions["tracer"]
    found = records.get(session, TrainingMailing, mailing_id)
    one = records.get(session, TrainingSession, found.training_session_id)
    ours = (settings.service_name, settings.service_phone, settings.address)
    kind = f"training-{found.kind.value}"
    asked = session.get(Approval, found.approval_id) if found.approval_id else None
    return render_template(
        "training_sessions/mailing.html",
        mailing=found,
        one=one,
        examples=[wording.write(kind, training_notices.details(one, name), *ours) for name in _EXAMPLES],
        standing=MAILINGS[found.state.value],
        asked=second.standing(asked, clock.now()) if asked else None,
        alone=training_mailings.ALONE,
        values=values,
        errors=errors,
    )
