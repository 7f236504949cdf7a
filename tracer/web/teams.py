"""The tree of teams: which areas each covers, who leads it, and adding one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate

from tracer import db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import teams
from tracer.faults import Invalid
from tracer.models import Team
from tracer.reporting import organisation
from tracer.schemas.form import Form, Words
from tracer.web.call import messages

bp = Blueprint("teams", __name__)


class NewTeam(Form):
    """A new node of the tree."""

    name = Words(2, 80, "Give the team a name of 2 to 80 characters.")
    parent = fields.String(load_default="")
    areas = fields.String(load_default="")
    duty = fields.String(load_default="", validate=validate.OneOf(["", *teams.DUTIES]))


@bp.get("/teams")
@allow(Permission.STAFF_SEE)
def show() -> str:
    """Every team."""
    return _page({}, {})


@bp.post("/teams")
@allow(Permission.TEAM_CHANGE)
def add() -> Any:
    """A new team in the tree."""
    try:
        given = NewTeam().load(request.form)
        areas = tuple(given["areas"].replace(",", " ").upper().split())
        with db.transaction("team.add") as session:
            made = teams.add(session, given["name"], _parent(given["parent"]), areas, given["duty"])
    except (ValidationError, Invalid) as fault:
        return _page(request.form, messages(fault)), 422
    flash(f"{made.name} is there. Say who leads it on the page of that supervisor.")
    return redirect(url_for("teams.show"))


def _parent(text: str) -> Team | None:
    try:
        return db.session().get(Team, UUID(text)) if text else None
    except ValueError:
        raise Invalid("There is no such team.", {"parent": "Choose a team from the list."}) from None


def _page(values: Any, errors: dict[str, str]) -> str:
    branches = organisation.branches(db.session(), teams.tree(db.session()))
    said = {teams.LOCAL: "Local: whoever was not reached in time"}
    duties = [{"value": "", "text": "Calls only"}] + [
        {"value": one, "text": said.get(one, one.capitalize())} for one in teams.DUTIES
    ]
    return render_template("teams/show.html", branches=branches, duties=duties, values=values, errors=errors)
