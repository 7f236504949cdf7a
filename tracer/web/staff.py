"""Staff and teams for the administrator: adding, changing, ending an account at once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, staff, teams
from tracer.faults import Invalid
from tracer.models import Role, Staff, Team
from tracer.schemas.form import Form
from tracer.web.call import messages

bp = Blueprint("staff", __name__)
LONGEST_LIST = 200


class NewStaff(Form):
    """Somebody joins."""

    email = fields.Email(required=True, error_messages={"invalid": "Enter one e-mail address."})
    given_name = fields.String(required=True, validate=validate.Length(1, 80, error="Enter the first name."))
    family_name = fields.String(required=True, validate=validate.Length(1, 80, error="Enter the last name."))
    role = fields.Enum(Role, by_value=True, required=True, error_messages={"unknown": "Choose a role."})
    team = fields.String(load_default="")
    password = fields.String(
        required=True, validate=validate.Length(15, 200, error="Give a first password of at least 15 characters.")
    )


class ChangeStaff(Form):
    """Another role or team, and what they lead."""

    role = fields.Enum(Role, by_value=True, required=True, error_messages={"unknown": "Choose a role."})
    team = fields.String(load_default="")
    leads = fields.List(fields.String(), load_default=list)
    version = fields.Integer(required=True)


class Version(Form):
    """The version that the page showed."""

    version = fields.Integer(required=True)


class NewTeam(Form):
    """A new node of the tree."""

    name = fields.String(required=True, validate=validate.Length(2, 80, error="Give the team a name."))
    parent = fields.String(load_default="")
    areas = fields.String(load_default="")


@bp.get("/staff")
@allow(Permission.STAFF_SEE)
def show() -> str:
    """Everybody who works here, and the teams."""
    return _list({}, {})


@bp.post("/staff")
@allow(Permission.STAFF_CHANGE)
def add() -> Any:
    """Somebody joins."""
    try:
        given = NewStaff().load(request.form)
        team = _team(given.pop("team"))
        with db.transaction("staff.add") as session:
            made = staff.add(session, team=team, now=clock.now(), **given)
    except (ValidationError, Invalid) as fault:
        return _list(request.form, messages(fault)), 422
    flash(f"{made.name} can sign in now.")
    return redirect(url_for("staff.one", staff_id=made.id))


@bp.get("/staff/<uuid:staff_id>")
@allow(Permission.STAFF_SEE)
def one(staff_id: UUID) -> str:
    """One person: role, team, what they lead."""
    return _one(staff_id, {})


@bp.post("/staff/<uuid:staff_id>")
@allow(Permission.STAFF_CHANGE)
def change(staff_id: UUID) -> Any:
    """Another role or team; their sign-ins end and their work goes back."""
    person = records.get(db.session(), Staff, staff_id)
    try:
        given = ChangeStaff().load({**request.form, "leads": request.form.getlist("leads")})
        team = _team(given["team"])
        with db.transaction("staff.change") as session:
            records.check_version(person, given["version"])
            staff.change(person, role=given["role"], team=team)
            teams.lead(session, person, *[found for part in given["leads"] if (found := _team(part))])
    except (ValidationError, Invalid) as fault:
        return _one(staff_id, messages(fault)), 422
    flash("Changed. They sign in again to go on.")
    return redirect(url_for("staff.one", staff_id=staff_id))


@bp.post("/staff/<uuid:staff_id>/end")
@allow(Permission.STAFF_CHANGE)
def end(staff_id: UUID) -> Response:
    """End an account at once."""
    person = records.get(db.session(), Staff, staff_id)
    given = Version().load(request.form)
    with db.transaction("staff.end"):
        records.check_version(person, given["version"])
        staff.end(person, clock.now())
    flash(f"The account of {person.name} has ended. What they held goes back to the pools within seconds.")
    return redirect(url_for("staff.show"))


@bp.post("/teams")
@allow(Permission.TEAM_CHANGE)
def add_team() -> Any:
    """A new team in the tree."""
    try:
        given = NewTeam().load(request.form)
        areas = tuple(given["areas"].replace(",", " ").upper().split())
        with db.transaction("team.add") as session:
            teams.add(session, given["name"].strip(), _team(given["parent"]), areas)
    except (ValidationError, Invalid) as fault:
        return _list(request.form, messages(fault)), 422
    flash("The team is there.")
    return redirect(url_for("staff.show"))


def _team(text: str) -> Team | None:
    if not text:
        return None
    try:
        return records.get(db.session(), Team, UUID(text))
    except ValueError:
        raise Invalid("There is no such team.", {"team": "Choose a team from the list."}) from None


def _list(values: Any, errors: dict[str, str]) -> str:
    session, wanted = db.session(), request.args.get("q", "").strip()
    query = select(Staff).order_by(Staff.ended_at.is_not(None), Staff.family_name, Staff.given_name)
    if wanted:
        like = f"%{wanted.lower()}%"
        query = query.where(or_(Staff.email.like(like), Staff.family_name.ilike(like), Staff.given_name.ilike(like)))
    people = session.scalars(query.limit(LONGEST_LIST)).all()
    tree = teams.tree(session)
    return render_template(
        "staff/show.html",
        people=people,
        full=len(people) == LONGEST_LIST,
        wanted=wanted,
        tree=tree,
        names={team.id: team.name for team, _ in tree},
        roles=[role for role in Role if role is not Role.IMPORTER],
        values=values,
        errors=errors,
    )


def _one(staff_id: UUID, errors: dict[str, str]) -> str:
    session = db.session()
    person = records.get(session, Staff, staff_id)
    return render_template(
        "staff/one.html",
        person=person,
        tree=teams.tree(session),
        leads={team.id for team in teams.leads(session, person.id)},
        roles=list(Role),
        errors=errors,
    )
