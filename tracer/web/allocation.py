"""Allocation: a lead has a plan made of who gets what waits, looks at it, and has it carried out."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import fields
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import allocation, records, teams
from tracer.faults import NotFound
from tracer.models import Allocation, Team
from tracer.reporting import allocations
from tracer.schemas.form import Form

bp = Blueprint("allocation", __name__)


class ForTeam(Form):
    """The team whose waiting work, and that of all under it, is to be given out."""

    team = fields.UUID(required=True)


class Ordered(Form):
    """The plan as the page showed it."""

    version = fields.Integer(required=True)


@bp.get("/team/allocation")
@allow(Permission.TASK_REASSIGN)
def show() -> str:
    """The teams that one leads, and the plans that were made for them."""
    session = db.session()
    led = teams.leads(session, g.actor.id)
    found = allocations.recent(session)
    return render_template("team/allocations.html", led=led, plans=found)


@bp.post("/team/allocation")
@allow(Permission.TASK_REASSIGN)
def ask() -> Response:
    """Have a plan made; the worker makes it in a moment."""
    given, session = ForTeam().load(request.form), db.session()
    reached = Team.id.in_(teams.reached_by(g.actor.id))
    team = session.scalar(select(Team).where(Team.id == given["team"], reached))
    if team is None:
        raise NotFound
    with db.transaction("allocation.ask"):
        made = allocation.ask(session, team, clock.now())
    return redirect(url_for("allocation.plan", allocation_id=made.id))


@bp.get("/team/allocation/<uuid:allocation_id>")
@allow(Permission.TASK_REASSIGN)
def plan(allocation_id: UUID) -> Any:
    """Who would get how much and why, what found nobody, and what would have to change for it."""
    return _plan(allocation_id, "team/allocation.html")


@bp.get("/team/allocation/<uuid:allocation_id>/part")
@allow(Permission.TASK_REASSIGN)
def part(allocation_id: UUID) -> Any:
    """The part of the same page that changes, for its script."""
    return _plan(allocation_id, "team/_allocation.html")


@bp.post("/team/allocation/<uuid:allocation_id>/order")
@allow(Permission.TASK_REASSIGN)
def order(allocation_id: UUID) -> Response:
    """Have a plan carried out."""
    found = records.get(db.session(), Allocation, allocation_id)
    given = Ordered().load(request.form)
    with db.transaction("allocation.order"):
        records.check_version(found, given["version"])
        allocation.order(found, clock.now())
    flash("The work is being handed out. What somebody takes meanwhile stays with them.")
    return redirect(url_for("allocation.plan", allocation_id=found.id))


def _plan(allocation_id: UUID, template: str) -> Any:
    session = db.session()
    found = records.get(session, Allocation, allocation_id)
    told: Any = allocations.tell(session, found, clock.now())
    return render_template(template, plan=found, told=told)
