"""Who is ready for work: by team, by course and by person; letting somebody off for a while."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields

from tracer import clock, db
from tracer.access import audit
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import clearance, records, sign_off, teams, training
from tracer.courses import library
from tracer.faults import Invalid
from tracer.models import Completion, Grace, Staff
from tracer.reporting import readiness, sheets
from tracer.reporting.readiness import Ready
from tracer.schemas.form import Form
from tracer.web.call import messages

bp = Blueprint("readiness", __name__)

COLOURS = {
    Ready.INVITED: "grey",
    Ready.TRAINING: "red",
    Ready.GRACE: "purple",
    Ready.SOON: "yellow",
    Ready.READY: "green",
}


class Filters(Form):
    """What the list is narrowed to."""

    q = fields.String(load_default="")
    team = fields.UUID(load_default=None)
    state = fields.Enum(Ready, by_value=True, load_default=None)
    after = fields.UUID(load_default=None)


class LetOff(Form):
    """Why somebody may work before they are trained, and for how many days."""

    reason = fields.String(load_default="")
    days = fields.Integer(
        required=True, error_messages={"invalid": "Enter a number of days.", "required": "Say how long."}
    )


class SignedOff(Form):
    """The points that were seen to, beside the version of the list that the page showed."""

    version = fields.Integer(required=True)
    seen = fields.List(fields.String(), load_default=list)


@bp.get("/training/people")
@allow(Permission.READINESS_SEE)
def show() -> str:
    """How many are ready, by team and by course; and the people by name."""
    sent = {name: value for name, value in request.args.items() if value}
    given, session, now = Filters().load(sent), db.session(), clock.now()
    found = readiness.people(session, readiness.Wanted(**given), now)
    lines, tree = found[: readiness.PAGE], teams.tree(session)
    counts = readiness.counts(session, now)
    first = {name: value for name, value in sent.items() if name != "after"}
    return render_template(
        "training/people.html",
        lines=lines,
        given={**given, "state": given["state"].value if given["state"] else ""},
        first=first if given["after"] else None,
        further={**first, "after": lines[-1].staff.id} if len(found) > len(lines) else None,
        tree=[(team, depth) for team, depth in tree if team.id in counts],
        names={team.id: team.name for team, _ in tree},
        counts=counts,
        total={state: sum(one.get(state, 0) for one in counts.values()) for state in Ready},
        courses=[(training.title_of_key(one.key), one) for one in readiness.courses(session, now)],
        **_look(),
    )


@bp.get("/training/certificates")
@allow(Permission.READINESS_SEE)
def certificate() -> str:
    """Whether a code that somebody shows is one of ours, and whose."""
    code = "".join(request.args.get("code", "").split()).upper()
    found = readiness.by_code(db.session(), code) if code else None
    title = training.title_of(found[0]) if found else ""
    return render_template("training/check_certificate.html", code=code, found=found, title=title)


@bp.get("/training/people/<uuid:staff_id>")
@allow(Permission.READINESS_SEE)
def one(staff_id: UUID) -> str:
    """One person: what they need, where each thing stands, when they were let off."""
    return _one(staff_id, {}, {})


@bp.post("/training/people/<uuid:staff_id>/sign-off")
@allow(Permission.SIGN_OFF_GIVE)
def give_sign_off(staff_id: UUID) -> Any:
    """Say that all is seen to before their first case."""
    try:
        given = SignedOff().load({**request.form.to_dict(), "seen": request.form.getlist("seen")})
        with db.transaction("sign_off.give") as session:
            person = records.get(session, Staff, staff_id)
            sign_off.give(session, person, given["version"], given["seen"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _one(staff_id, {"seen": request.form.getlist("seen")}, messages(fault)), 422
    flash(f"{person.name} is signed off. It is on record with your name.")
    return redirect(url_for("readiness.one", staff_id=staff_id))


@bp.post("/training/people/<uuid:staff_id>/grace")
@allow(Permission.GRACE_GIVE)
def let_off(staff_id: UUID) -> Any:
    """Let somebody work for some days without all that they need."""
    try:
        given = LetOff().load(request.form)
        with db.transaction("grace.give") as session:
            person = records.get(session, Staff, staff_id)
            made = clearance.let_off(session, person, given["reason"], given["days"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _one(staff_id, request.form, messages(fault)), 422
    flash(f"{person.name} may work until {_when(made.until_at)}. It is on record with your name.")
    return redirect(url_for("readiness.one", staff_id=staff_id))


@bp.post("/training/grace/<uuid:grace_id>/end")
@allow(Permission.GRACE_GIVE)
def end(grace_id: UUID) -> Any:
    """End it before its time."""
    with db.transaction("grace.end") as session:
        found = records.get(session, Grace, grace_id)
        Form().load(request.form)
        clearance.end(found, clock.now())
    flash("Ended. From now on they need all that their work takes.")
    return redirect(url_for("readiness.one", staff_id=found.staff_id))


@bp.post("/training/people/evidence")
@allow(Permission.READINESS_EXPORT)
@stepped_up
def evidence() -> Response:
    """For an auditor: who needs what, and what proves that they have it, as CSV."""
    Form().load(request.form)
    now = clock.now()
    with db.transaction("readiness.export") as session:
        rows = readiness.evidence(session, now)
        names = {team.id: team.name for team, _ in teams.tree(session)}
        audit.note(session, "exported", Completion.__tablename__, f"rows/{len(rows)}")
        lines = [_evidence(person, key, done, names, now) for person, key, done in rows]
    answer = Response(sheets.write([_HEAD, *lines]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="training-{now:%Y%m%d-%H%M%S}.csv"'
    return answer


_HEAD = [
    "staff_id",
    "name",
    "role",
    "team",
    "needs",
    "state",
    "version",
    "score",
    "of",
    "passed_at",
    "until_at",
    "code",
]


def _evidence(person: Staff, key: str, done: Completion | None, names: Mapping[UUID, str], now: datetime) -> list[Any]:
    head = [str(person.id), person.name, person.role.value, names.get(person.team_id or UUID(int=0), ""), key]
    if done is None:
        return [*head, "never", *[""] * 6]
    state = "in date" if done.until_at > now else "out of date"
    result = ["" if value is None else value for value in (done.score, done.of)]
    return [
        *head,
        state,
        done.course_version,
        *result,
        done.passed_at.isoformat(),
        done.until_at.isoformat(),
        done.code,
    ]


def _one(staff_id: UUID, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    session, now = db.session(), clock.now()
    person = records.get(session, Staff, staff_id)
    return render_template(
        "training/person.html",
        person=person,
        standing=training.standing_of(session, person, now),
        graces=readiness.graces(session, person.id),
        open=clearance.open_grace(session, person, now),
        longest=clearance.LONGEST.days,
        sign_off=library.sign_off() if sign_off.is_needed(person) else None,
        values={"days": "3", **values},
        errors=errors,
        **_look(),
    )


def _look() -> dict[str, Any]:
    return {"Ready": Ready, "colours": COLOURS}


def _when(moment: datetime) -> str:
    there = clock.london(moment)
    return f"{there:%H:%M} on {there.day} {there:%B}"
