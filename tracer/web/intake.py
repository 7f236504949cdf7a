"""Batches: sending one, what became of each, and the rows that were not taken."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tracer import clock, db, policy
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import intake_job, receipts
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
    """Load a batch; a file that cannot be used is named with what to do, and nothing of it is kept."""
    try:
        given = IntakeForm().load(request.form)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("There is no file.", {"file": "Choose the file to send."})
        intake_id = intake_job.receive_upload(
            sent.stream,
            current_app.extensions["tracer"].instance,
            name=sent.filename,
            batch_map=intake_job.chosen_map(given["map"], given["map_toml"]),
            now=clock.now(),
            disease=given["disease"] or None,
            received_by=g.actor.id,
        )
    except (ValidationError, Invalid) as fault:
        return _page(request.form, call.messages(fault)), 422
    intake = receipts.get(db.session(), intake_id)
    if intake.state is IntakeState.REFUSED:
        return _page(request.form, {"file": intake.message or ""}), 422
    return redirect(url_for("intake.receipt", intake_id=intake_id))


@bp.get("/intake/<uuid:intake_id>")
@allow(Permission.INTAKE_SEE)
def receipt(intake_id: UUID) -> Any:
    """What became of a batch, and its rejected rows a page at a time; reading those is on record."""
    after = request.args.get("after", 0, int)
    with db.transaction("intake.read") as session:
        intake = receipts.get(session, intake_id)
        rejected = receipts.rejects(session, intake, after)
    more = rejected[-1].line if len(rejected) == receipts.PAGE else None
    return render_template(
        "intake/receipt.html",
        intake=intake,
        summary=receipts.summary(intake),
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
        intakes=[(intake, receipts.summary(intake)) for intake in found],
        before=before,
        more=found[-1].id if len(found) == receipts.PAGE else None,
        diseases=[{"value": "", "text": "What the map says, else COVID-19"}]
        + [{"value": name, "text": policy.rules(name, clock.today()).name} for name in policy.diseases()],
        maps=[{"value": "", "text": "None: the columns are Tracer's own"}]
        + [{"value": name, "text": name} for name in maps],
        values=values,
        errors=errors,
    )
