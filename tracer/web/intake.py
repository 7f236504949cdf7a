"""Batches: sending one, what became of each, and the rows that were not taken."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tracer import clock, db, policy
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import intake_receive, receipts
from tracer.faults import Invalid
from tracer.models import IntakeState
from tracer.schemas.batch_map import MAPS
from tracer.schemas.intake import BeforeIntake, IntakeForm
from tracer.web import call

bp = Blueprint("intake", __name__)
Values = MultiDict[str, str] | dict[str, str]


@bp.get("/intake")
@allow(Permission.INTAKE_SEE)
def show() -> Any:
    """The batches received, the newest first, and the form that sends one."""
    return _page({}, {})


@bp.post("/intake")
@allow(Permission.INTAKE_LOAD)
def load() -> Any:
    """Take a batch in; one that cannot be used at first sight is answered with what to do, the rest waits its turn."""
    try:
        given = IntakeForm().load(request.form)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("There is no file.", {"file": "Choose the file to send."})
        choices = {"map_name": given["map"], "map_toml": given["map_toml"], "disease": given["disease"]}
        with db.transaction("intake.receive") as session:
            intake = intake_receive.receive(
                session, sent.stream, name=sent.filename, now=clock.now(), received_by=g.actor.id, **choices
            )
    except (ValidationError, Invalid) as fault:
        return _page(request.form, call.messages(fault)), 422
    if intake.state is IntakeState.REFUSED:
        return _page(request.form, {"file": intake.message or ""}), 422
    return redirect(url_for("intake.receipt", intake_id=intake.id))


@bp.get("/intake/<uuid:intake_id>")
@allow(Permission.INTAKE_SEE)
def receipt(intake_id: UUID) -> Any:
    """How far a batch is, then what became of it, and its rejected rows a page at a time; those are on record."""
    return _receipt(intake_id, "intake/receipt.html")


@bp.get("/intake/<uuid:intake_id>/part")
@allow(Permission.INTAKE_SEE)
def part(intake_id: UUID) -> Any:
    """The part of the same page that changes, for its script: to ask by itself keeps nobody signed in (`idle.py`)."""
    return _receipt(intake_id, "intake/_receipt.html")


def _receipt(intake_id: UUID, template: str) -> str:
    after = request.args.get("after", 0, int)
    with db.transaction("intake.read") as session:
        intake = receipts.get(session, intake_id)
        rejected = receipts.rejects(session, intake, after)
    more = rejected[-1].line if len(rejected) == receipts.PAGE else None
    return render_template(
        template,
        intake=intake,
        summary=receipts.summary(intake, clock.now()),
        at_work=receipts.at_work(intake, clock.now()),
        rejected=rejected,
        after=after,
        more=more,
    )


def _page(values: Values, errors: dict[str, str]) -> str:
    before = BeforeIntake().load(request.args)["before"]
    found = receipts.recent(db.session(), before)
    maps = sorted(path.stem for path in MAPS.glob("*.toml"))
    return render_template(
        "intake/show.html",
        intakes=[(intake, receipts.summary(intake, clock.now())) for intake in found],
        before=before,
        more=found[-1].id if len(found) == receipts.PAGE else None,
        diseases=[{"value": "", "text": "What the map says, else COVID-19"}]
        + [{"value": name, "text": policy.rules(name, clock.today()).name} for name in policy.diseases()],
        maps=[{"value": "", "text": "None: the columns are Tracer's own"}]
        + [{"value": name, "text": name} for name in maps],
        values=values,
        errors=errors,
    )
