"""Breaking the glass: the form, the list of what is and was opened, closing a record again."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.lookup import Hit
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import approved, glass, records
from tracer.faults import Invalid, Refused
from tracer.models import Case, Contact, Grant, GrantKind, Interview, Person, RecordQuestion
from tracer.reporting import colleagues, events_said, grants
from tracer.schemas.form import Form
from tracer.schemas.spoken import Glass
from tracer.web.call import messages

bp = Blueprint("glass", __name__)

_MISS = "No record found by exactly these."
_MINUTES = [
    {"value": "15", "text": "15 minutes"},
    {"value": "30", "text": "30 minutes"},
    {"value": "60", "text": "60 minutes: takes a second person first"},
]


class Page(Form):
    """Where the list goes on."""

    before = fields.UUID(load_default=None)


@bp.get("/glass")
@allow(Permission.GLASS_SEE)
def show() -> str:
    """What is open now and what was, within reach."""
    given = Page().load(dict(request.args))
    with db.transaction("glass.list") as session:
        found = grants.listed(session, clock.now(), given["before"])
        shown = found[: grants.PAGE]
        further = shown[-1].grant.id if len(found) > len(shown) else None
        return render_template("glass/show.html", lines=shown, further=further, later=given["before"])


@bp.get("/glass/new")
@allow(Permission.GLASS_BREAK)
def new() -> str:
    """The form: what the caller gives, why, for how long."""
    return _form({"minutes": "30"}, {})


# Step-up goes here: @allow(Permission.GLASS_BREAK, fresh=…)
@bp.post("/glass")
@allow(Permission.GLASS_BREAK)
@stepped_up
def break_() -> Any:
    """Look for exactly this; open what is found, or ask for the second person that it takes."""
    now = clock.now()
    try:
        given = Glass().load(request.form)
        hits = _look_up(given)
    except (ValidationError, Invalid) as fault:
        return _form(request.form, messages(fault)), 422
    except Refused as refused:
        return _form(request.form, {"reference": refused.message}), 422
    with db.transaction("glass.break") as session:
        mine = glass.visible(session, hits)
        if mine:
            flash("This record is yours to open as it is: nothing was broken.")
            return redirect(_address(mine[0]))
        if given["minutes"] > glass.DEFAULT_MINUTES:
            approved.ask_for_glass(session, hits, given["minutes"], given["reason"], now)
            flash("Asked. It opens when your supervisor or a privacy officer agrees; 30 minutes need nobody.")
            return redirect(url_for("approvals.show"))
        for hit in hits:
            glass.break_(session, hit, given["reason"], given["minutes"], now)
    if len(hits) > 1:
        flash(f"{len(hits)} records of this person are open to you now.")
        return redirect(url_for("glass.show"))
    return redirect(_address(hits[0]))


@bp.get("/glass/<uuid:grant_id>")
@allow(Permission.GLASS_SEE)
def one(grant_id: UUID) -> str:
    """One grant: why, until when, and what was read under it."""
    with db.transaction("glass.read") as session:
        grant = records.get(session, Grant, grant_id)
        (line,) = grants.lines(session, [grant], clock.now())
        said = [(event.at, events_said.said(event)) for event in grants.events(session, grant)]
        return render_template("glass/one.html", line=line, events=said)


@bp.post("/glass/<uuid:grant_id>/end")
@allow(Permission.GLASS_SEE)
def end(grant_id: UUID) -> Response:
    """Close the record at once."""
    grant = records.get(db.session(), Grant, grant_id)
    Form().load(request.form)
    with db.transaction("glass.end"):
        glass.end(grant, clock.now())
    flash(f"The record {grant.reference} is closed.")
    return redirect(url_for("glass.show"))


def marked(record: Case | Contact | Person) -> dict[str, Any]:
    """What the page of a record needs where a grant opened it: the banner, and the way to the answers.

    Empty where it is open otherwise, as it nearly always is.
    """
    session = db.session()
    grant = glass.over(session, record, clock.now())
    if grant is None:
        return {}
    _, leads = colleagues.over(session, grant.team_id)
    watching = [lead.name for lead in leads if lead.id != grant.staff_id]
    mark = {"glass": {"grant": grant, "watching": watching, "asked": _asked(grant)}}
    if isinstance(record, Person):
        return mark
    about = Interview.case_id == record.id if isinstance(record, Case) else Interview.contact_id == record.id
    last = select(Interview.id).where(about).order_by(Interview.started_at.desc()).limit(1)
    return {**mark, "interview_id": session.scalar(last)}


def _asked(grant: Grant) -> UUID | None:
    """The question for whose answer the record is open, where that is why."""
    if grant.kind is not GrantKind.EXPERT:
        return None
    return db.session.scalar(select(RecordQuestion.id).where(RecordQuestion.grant_id == grant.id))


def _look_up(given: dict[str, Any]) -> list[Hit]:
    who = glass.spoken(given["given_name"], given["family_name"], given["date_of_birth"], given["postcode"])
    with db.transaction("glass.look_up") as session:
        hits = glass.look_up(session, clock.now(), reference=given["reference"], who=who)
    if not hits:
        raise Invalid(_MISS, {"reference": _MISS})
    return hits


def _address(hit: Hit) -> str:
    if hit.entity == Case.__tablename__:
        return url_for("cases.show", case_id=hit.record_id)
    return url_for("contacts.show", contact_id=hit.record_id)


def _form(values: Any, errors: dict[str, str]) -> str:
    return render_template("glass/new.html", values=values, errors=errors, minutes=_MINUTES)
