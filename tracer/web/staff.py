"""Staff for the administrator: finding, adding, changing, ending an account at once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access import password_rules
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import approved, passwords, records, staff, teams
from tracer.faults import Conflict, Invalid
from tracer.interview import languages
from tracer.models import Approval, Role, Staff, Team
from tracer.reporting import directory
from tracer.schemas.form import Form
from tracer.web.call import messages
from tracer.web.staff_forms import ROLES, ChangeStaff, Filters, NewStaff, Version, second_reason

bp = Blueprint("staff", __name__)


@bp.get("/staff")
@allow(Permission.STAFF_SEE)
def show() -> str:
    """Everybody who works here."""
    given = Filters().load({name: value for name, value in request.args.items() if value})
    session = db.session()
    found = directory.find(session, directory.Wanted(**given))
    people, tree = found[: directory.PAGE], teams.tree(session)
    kept = {name: value for name, value in request.args.items() if value and name in Filters().fields}
    first = {name: value for name, value in kept.items() if name != "after"}
    return render_template(
        "staff/show.html",
        people=people,
        first=first if given["after"] else None,
        further={**first, "after": people[-1].id} if len(found) > len(people) else None,
        given={**given, "role": given["role"].value if given["role"] else ""},
        tree=tree,
        names={team.id: team.name for team, _ in tree},
        roles=list(Role),
    )


@bp.get("/staff/new")
@allow(Permission.STAFF_CHANGE)
def new() -> str:
    """The form for somebody who joins."""
    return _new({}, {})


@bp.post("/staff")
@allow(Permission.STAFF_CHANGE)
@stepped_up
def add() -> Any:
    """Somebody joins."""
    try:
        given = NewStaff().load(request.form)
        team, reason = _team(given.pop("team")), given.pop("second_reason")
        _check_password(given)
        if staff.is_powerful(given["role"]):
            with db.transaction("approval.ask") as session:
                later = approved.ask_to_add(session, given, team, second_reason(reason), clock.now())
            return _asked(later)
        with db.transaction("staff.add") as session:
            made = staff.add(session, team=team, now=clock.now(), **given)
            token = None if given["password"] else passwords.link(made, clock.now())
    except (ValidationError, Invalid) as fault:
        return _new(request.form, messages(fault)), 422
    if token is not None:
        return _invited(made, token)
    flash(f"{made.name} can sign in now.")
    return redirect(url_for("staff.one", staff_id=made.id))


@bp.post("/staff/<uuid:staff_id>/link")
@allow(Permission.STAFF_CHANGE)
def link(staff_id: UUID) -> Any:
    """A new link to set a password. Shown here only while they never had one: else it is for their mailbox alone."""
    person = records.get(db.session(), Staff, staff_id)
    Form().load(request.form)
    with db.transaction("password.link"):
        token = passwords.link(person, clock.now())
    if person.password_hash is None:
        return _invited(person, token)
    flash(f"A link to set a new password is on its way to {person.email}. It works once, for 48 hours.")
    return redirect(url_for("staff.one", staff_id=staff_id))


def _invited(person: Staff, token: str) -> str:
    """The invitation, on this one answer: not after a redirect, for the link is kept nowhere."""
    address = current_app.extensions["tracer"].address + url_for("joining.show", token=token)
    return render_template("staff/invited.html", person=person, address=address)


def _check_password(given: dict[str, Any]) -> None:
    """A first password that the administrator gives is judged like any other."""
    if given["password"]:
        about = (given["given_name"], given["family_name"], given["email"])
        password_rules.check(given["password"], about, current_app.extensions["tracer"].breached)


@bp.get("/staff/<uuid:staff_id>")
@allow(Permission.STAFF_SEE)
def one(staff_id: UUID) -> str:
    """One person: role, team, what they lead."""
    return _one(staff_id)


@bp.post("/staff/<uuid:staff_id>")
@allow(Permission.STAFF_CHANGE)
@stepped_up
def change(staff_id: UUID) -> Any:
    """Another role or team; their sign-ins end and their work goes back."""
    person = records.get(db.session(), Staff, staff_id)
    sent = {**request.form, "leads": request.form.getlist("leads")}
    try:
        given = ChangeStaff().load(sent)
        team, leads = _team(given["team"]), [found for part in given["leads"] if (found := _team(part))]
        if staff.needs_second(person, given["role"]):
            with db.transaction("approval.ask") as session:
                records.check_version(person, given["version"])
                staff.check_change(person, role=given["role"], team=team, leads=leads)
                why = second_reason(given["second_reason"])
                asked = approved.ask_for_change(session, person, given["role"], team, leads, why, clock.now())
            return _asked(asked)
        with db.transaction("staff.change"):
            records.check_version(person, given["version"])
            changed = staff.change(person, role=given["role"], team=team, leads=leads)
    except (ValidationError, Invalid) as fault:
        return _one(staff_id, sent, errors=messages(fault)), 422
    except (Conflict, StaleDataError):
        return _one(staff_id, sent, stale=True), 409
    flash("Changed. They sign in again to go on." if changed else "Nothing was different, so nothing changed.")
    return redirect(url_for("staff.one", staff_id=staff_id))


@bp.get("/staff/<uuid:staff_id>/end")
@allow(Permission.STAFF_CHANGE)
def ask_to_end(staff_id: UUID) -> str:
    """What ending the account means, before it is done."""
    return render_template("staff/end.html", person=records.get(db.session(), Staff, staff_id))


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


def _asked(approval: Approval) -> Response:
    """Where to go when it takes somebody else."""
    flash("This waits for a second person: another administrator or a privacy officer.")
    return redirect(url_for("approvals.one", approval_id=approval.id))


def _team(text: str) -> Team | None:
    if not text:
        return None
    try:
        found = db.session().get(Team, UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise Invalid("There is no such team.", {"team": "Choose a team from the list."})
    return found


def _new(values: Any, errors: dict[str, str]) -> str:
    tree = teams.tree(db.session())
    rule = password_rules.LENGTH
    return render_template("staff/new.html", tree=tree, roles=ROLES, rule=rule, values=values, errors=errors)


def _one(
    staff_id: UUID, sent: dict[str, Any] | None = None, errors: dict[str, str] | None = None, stale: bool = False
) -> str:
    """The page of one person; `sent` is what somebody chose, kept where it is not what is saved."""
    session = db.session()
    person = records.get(session, Staff, staff_id)
    tree = teams.tree(session)
    leads = [team for team, _ in tree if team.id in {one.id for one in teams.leads(session, person.id)}]
    saved = {
        "role": person.role.value,
        "team": str(person.team_id or ""),
        "leads": [str(team.id) for team in leads],
    }
    return render_template(
        "staff/one.html",
        person=person,
        spoken=[languages.in_english(code) for code in person.languages],
        link=passwords.latest(session, person),
        tree=tree,
        names={str(team.id): team.name for team, _ in tree},
        roles=ROLES,
        saved=saved,
        values={**saved, **(sent or {})},
        errors=errors or {},
        stale=stale,
    )
