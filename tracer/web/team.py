"""The supervisor's board: the teams they lead, and moving work."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import fields, validate
from sqlalchemy import select

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import handover, records, teams
from tracer.faults import Invalid, NotFound
from tracer.models import Staff, Task, Team
from tracer.reporting import board
from tracer.schemas.form import Form

bp = Blueprint("team", __name__)

STATES = ("all", "late", "held", "waiting")


class Filters(Form):
    """What the list shows; it stays in the address."""

    team = fields.UUID(load_default=None)
    state = fields.String(load_default="all", validate=validate.OneOf(STATES))
    holder = fields.UUID(load_default=None)
    page = fields.Integer(load_default=0, validate=validate.Range(0, 10000))


class HandOver(Form):
    """The chosen tasks, each as id and version, to whom, and why."""

    chosen = fields.List(fields.String(), load_default=list)
    to = fields.String(load_default="")
    reason = fields.String(load_default="")


@bp.get("/team")
@allow(Permission.TEAM_SEE)
def show() -> Any:
    """Who holds how much, what waits, what is late, who is idle; and the list to move work from."""
    return _page({}, {})


def _page(values: dict[str, Any], errors: dict[str, str], changed: list[str] | None = None) -> str:
    given = Filters().load({name: value for name, value in request.args.items() if value})
    session, now = db.session(), clock.now()
    led = teams.leads(session, g.actor.id)
    team = _chosen(led, given["team"])
    ids = board.below(session, team) if team else []
    found = board.lines(session, ids, now, state=given["state"], holder=given["holder"], page=given["page"])
    inside = [(one, depth) for one, depth in teams.tree(session) if one.id in _all_below(led)]
    people = board.workers(session, ids, now)
    return render_template(
        "team/show.html",
        team=team,
        teams=inside,
        workers=people,
        pools=board.pools(session, ids, now),
        lines=found[: board.PAGE],
        more=len(found) > board.PAGE,
        filters=given,
        states=STATES,
        values=values,
        errors=errors,
        changed=changed or [],
    )


def _all_below(led: list[Team]) -> set[UUID]:
    return {team_id for team in led for team_id in board.below(db.session(), team)}


def _chosen(led: list[Team], wanted: UUID | None) -> Team | None:
    if wanted is None:
        return led[0] if led else None
    if wanted not in _all_below(led):
        raise NotFound
    return records.get(db.session(), Team, wanted)


@bp.post("/team/tasks")
@allow(Permission.TASK_REASSIGN)
def move() -> Any:
    """Hand the chosen tasks to somebody or back to their pools; name what changed meanwhile."""
    given = HandOver().load({"chosen": request.form.getlist("chosen"), **_single("to", "reason", "csrf_token")})
    try:
        chosen, to = _read(given)
    except Invalid as fault:
        return _page({**given, "chosen": set(given["chosen"])}, fault.fields), 422
    with db.transaction("task.reassign") as session:
        moved, left = handover.hand_over(session, chosen, to, given["reason"].strip(), clock.now())
    where = to.name if to else "the pool"
    flash(f"{len(moved)} moved to {where}.")
    if left:
        return _page({}, {}, _references(left)), 409
    return redirect(f"{url_for('team.show')}?{request.query_string.decode()}")


def _single(*names: str) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}


def _read(given: dict[str, Any]) -> tuple[dict[UUID, int], Staff | None]:
    """The chosen tasks and the person; Invalid says what is missing."""
    faults = {}
    if not 3 <= len(given["reason"].strip()) <= 200:
        faults["reason"] = "Say why, in 3 to 200 characters."
    try:
        chosen = {UUID(part.partition("/")[0]): int(part.partition("/")[2]) for part in given["chosen"]}
    except ValueError:
        raise Invalid("Choose tasks from the list.", {"chosen": "Choose tasks from the list."}) from None
    if not chosen:
        faults["chosen"] = "Choose at least one task."
    to = None
    if not given["to"]:
        faults["to"] = "Choose who takes them, or the pool."
    elif given["to"] != "pool":
        try:
            to = records.get(db.session(), Staff, UUID(given["to"]))
        except (ValueError, NotFound):
            faults["to"] = "Choose somebody from the list: they may have left or moved."
    if faults:
        raise Invalid("Something is missing.", faults)
    return chosen, to


def _references(task_ids: list[UUID]) -> list[str]:
    """What to call the tasks that did not move: their state now, where they are still to be seen."""
    found = {task.id: task for task in db.session.scalars(select(Task).where(Task.id.in_(task_ids)))}
    return [
        f"{found[one].kind.value} in {found[one].area or 'no area'}, now {found[one].state.value}"
        if one in found
        else "one that is no longer in your teams"
        for one in task_ids
    ]
