"""My training sessions: how to join, asking for a place or giving it up, being there, saying what it was like."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db, ical
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, training_seats
from tracer.faults import Invalid
from tracer.models import TrainingSession
from tracer.reporting import training_sessions as lines
from tracer.schemas.form import Form
from tracer.schemas.training_session_forms import CodeForm, FeedbackForm
from tracer.web.call import messages
from tracer.web.look import permitted

bp = Blueprint("training_sessions", __name__)

SEATS = {
    "invited": ("you are invited", "blue"),
    "asked": ("you asked for a place", "blue"),
    "seated": ("you have a place", "green"),
    "waiting": ("on the waiting list", "yellow"),
    "declined": ("you are not coming", "grey"),
}
RATINGS = [
    {"value": str(number), "text": words}
    for number, words in enumerate(("Of no use", "Poor", "Fair", "Good", "Very good"), 1)
]


def get(training_session_id: UUID) -> TrainingSession:
    """The session, where the actor may see it."""
    return records.get(db.session(), TrainingSession, training_session_id)


@bp.get("/training/sessions")
@allow(Permission.TRAINING_SESSION_ATTEND)
def show() -> str:
    """Mine; and for whoever makes them, all."""
    session, now = db.session(), clock.now()
    keeps = permitted("training_session.mark")
    return render_template(
        "training_sessions/show.html",
        mine=lines.mine(session),
        every=lines.every(session, now) if keeps else [],
        seats=SEATS,
    )


@bp.get("/training/sessions/<uuid:training_session_id>")
@allow(Permission.TRAINING_SESSION_ATTEND)
def one(training_session_id: UUID) -> str:
    """One session: how to join, and what I can do."""
    return _page(training_session_id, {}, {})


@bp.get("/training/sessions/<uuid:training_session_id>/calendar")
@allow(Permission.TRAINING_SESSION_ATTEND)
def calendar(training_session_id: UUID) -> Response:
    """The event for a calendar: it names nobody."""
    found, settings = get(training_session_id), current_app.extensions["tracer"]
    event = ical.Event(
        uid=f"{found.id}@{settings.mail_from.rpartition('@')[2]}",
        sequence=found.sequence,
        changed_at=found.changed_at,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        title=found.title,
        place=found.place,
        link=found.link,
        words=f"How to join: {settings.address}{url_for('training_sessions.one', training_session_id=found.id)}",
        cancelled=found.cancelled_at is not None,
    )
    answer = Response(ical.write(event), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="training-session.ics"'
    return answer


@bp.post("/training/sessions/<uuid:training_session_id>/ask")
@allow(Permission.TRAINING_SESSION_ATTEND)
def ask(training_session_id: UUID) -> Any:
    """I would like a place."""

    def do(found: TrainingSession) -> None:
        Form().load(request.form)
        with db.transaction("training_session.ask"):
            training_seats.ask(found, clock.now())

    return _done(
        training_session_id, do, "Asked. In a minute this page says whether you have a place; you get a message too."
    )


@bp.post("/training/sessions/<uuid:training_session_id>/decline")
@allow(Permission.TRAINING_SESSION_ATTEND)
def decline(training_session_id: UUID) -> Any:
    """I am not coming."""

    def do(found: TrainingSession) -> None:
        Form().load(request.form)
        with db.transaction("training_session.decline"):
            training_seats.decline(found, clock.now())

    return _done(training_session_id, do, "Thank you for saying so. Your place goes to whoever waits.")


@bp.post("/training/sessions/<uuid:training_session_id>/here")
@allow(Permission.TRAINING_SESSION_ATTEND)
def here(training_session_id: UUID) -> Any:
    """I am there, and know the code."""

    def do(found: TrainingSession) -> None:
        given = CodeForm().load(request.form)
        with db.transaction("training_session.here"):
            training_seats.here(found, given["code"], clock.now())

    return _done(training_session_id, do, "It is on record that you were there.")


@bp.post("/training/sessions/<uuid:training_session_id>/feedback")
@allow(Permission.TRAINING_SESSION_ATTEND)
def feedback(training_session_id: UUID) -> Any:
    """What I thought of it."""

    def do(found: TrainingSession) -> None:
        given = FeedbackForm().load(request.form)
        with db.transaction("training_session.feedback"):
            training_seats.say(found, given["rating"], given["words"].strip(), clock.now())

    return _done(training_session_id, do, "Thank you. Whoever reads it does not see from whom it is.")


def _done(training_session_id: UUID, do: Callable[[TrainingSession], None], words: str) -> Any:
    found = get(training_session_id)
    try:
        do(found)
    except (ValidationError, Invalid) as fault:
        return _page(training_session_id, request.form, messages(fault)), 422
    flash(words)
    return redirect(url_for("training_sessions.one", training_session_id=training_session_id))


def _page(training_session_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    found, now = get(training_session_id), clock.now()
    seat = training_seats.mine(db.session(), found)
    if not values and seat is not None:
        values = {"rating": str(seat.rating or ""), "words": seat.feedback or ""}
    return render_template(
        "training_sessions/one.html",
        one=found,
        seat=seat,
        seats=SEATS,
        ratings=RATINGS,
        open=found.cancelled_at is None and found.starts_at > now,
        begun=found.cancelled_at is None and found.starts_at <= now,
        values=values,
        errors=errors,
    )
