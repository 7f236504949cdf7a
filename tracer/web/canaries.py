"""Canaries, for the privacy officer: planting a synthetic record, marking one of ours, taking one out of use."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields
from werkzeug.wrappers import Response

from tracer import clock, db, postcode
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import canaries, records, teams
from tracer.faults import Invalid
from tracer.models import Canary, Team
from tracer.schemas.form import Form, Words
from tracer.schemas.identity import Identity
from tracer.web.call import messages

bp = Blueprint("canaries", __name__)


class Planting(Form):
    """A person whom we make up."""

    given_name = Words(1, 80, "Enter a first name, in at most 80 characters.")
    family_name = Words(1, 80, "Enter a last name, in at most 80 characters.")
    date_of_birth = fields.Date(required=True, error_messages={"invalid": "Write the day like 1965-03-27."})
    postcode = Words(5, 10, "Enter a whole postcode.")
    team = fields.UUID(required=True, error_messages={"invalid_uuid": "Choose a team from the list."})


class Marking(Form):
    """One of our records."""

    reference = Words(8, 12, "Give the reference: 8 letters and digits.")


@bp.get("/privacy/canaries")
@allow(Permission.CANARY_SET)
def show() -> str:
    """Those in use, and the forms for more."""
    return _page({}, {})


@bp.post("/privacy/canaries/plant")
@allow(Permission.CANARY_SET)
def plant() -> Any:
    """Plant a synthetic record."""
    try:
        given = Planting().load(request.form)
        identity = _identity(given)
        team = db.session().get(Team, given["team"])
        if team is None:
            raise Invalid("There is no such team.", {"team": "Choose a team from the list."})
        with db.transaction("canary.plant") as session:
            canaries.plant(session, team, identity, clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(request.form, messages(fault)), 422
    flash("It is planted within seconds.")
    return redirect(url_for("canaries.show"))


@bp.post("/privacy/canaries/mark")
@allow(Permission.CANARY_SET)
def mark() -> Any:
    """Mark one of our records."""
    try:
        reference = re.sub(r"[\s-]", "", Marking().load(request.form)["reference"]).upper()
        with db.transaction("canary.mark") as session:
            canaries.mark(session, reference[:8], clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(request.form, messages(fault)), 422
    flash("It is marked within seconds.")
    return redirect(url_for("canaries.show"))


@bp.post("/privacy/canaries/<uuid:canary_id>/retire")
@allow(Permission.CANARY_SET)
def retire(canary_id: UUID) -> Response:
    """Take one out of use."""
    canary = records.get(db.session(), Canary, canary_id)
    Form().load(request.form)
    with db.transaction("canary.retire"):
        canaries.retire(canary, clock.now())
    flash("It does not count any more.")
    return redirect(url_for("canaries.show"))


def _identity(given: dict[str, Any]) -> Identity:
    try:
        code = postcode.parse(given["postcode"])
    except postcode.PostcodeFault as fault:
        raise Invalid("This is no postcode.", {"postcode": str(fault)}) from fault
    return Identity(given["given_name"], given["family_name"], given["date_of_birth"], postcode=code)


def _page(values: Any, errors: dict[str, str]) -> str:
    session = db.session()
    tree = teams.tree(session)
    return render_template(
        "privacy/canaries.html",
        canaries=canaries.listed(session),
        names={team.id: team.name for team, _ in tree},
        teams=[{"value": str(team.id), "text": f"{'— ' * depth}{team.name}"} for team, depth in tree],
        values=values,
        errors=errors,
    )
