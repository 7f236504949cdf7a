"""The supervisor's board: the teams they lead, and moving work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import handover, tasks, teams
from tracer.faults import Invalid
from tracer.models import Staff, Task, TaskState
from tracer.reporting import open_work
from tracer.web import team_board
from tracer.web.call import messages
from tracer.web.team_forms import HandOver, Ticked

bp = Blueprint("team", __name__)


@bp.get("/team")
@allow(Permission.TEAM_SEE)
def show() -> Any:
    """Who holds how much, what waits, what is late, who is idle; and the list to move work from."""
    return team_board.page({}, {})


@bp.get("/team/live")
@allow(Permission.TEAM_SEE)
def live() -> str:
    """The parts of the board that move, as they are now: for the page that is open. To ask keeps nobody signed in."""
    return team_board.live()


@bp.post("/team/tasks")
@allow(Permission.TASK_REASSIGN)
def move() -> Any:
    """Hand the chosen tasks to somebody or back to their pools; name what changed meanwhile."""
    sent = {"to": "", "reason": "", **request.form.to_dict(), "chosen": request.form.getlist("chosen")}
    session, now = db.session(), clock.now()
    try:
        given = HandOver().load(sent)
        to = None if given["to"] == "pool" else handover.taker(session, _id(given["to"]))
        _check_can_take(session, to, given["chosen"])
    except (ValidationError, Invalid) as fault:
        return team_board.page(sent, messages(fault)), 422
    chosen: dict[UUID, Ticked] = given["chosen"]
    mine = to is not None and to.id == g.actor.id
    with db.transaction("task.take_as_lead" if mine else "task.reassign"):
        versions = {task_id: one.version for task_id, one in chosen.items()}
        moved, left = handover.hand_over(session, versions, to, given["reason"], now)
        if mine:
            handover.note_taken(session, moved, given["reason"], now)
    if moved:
        flash(f"{len(moved)} moved to {to.name if to else 'the pool'}.")
    if left:
        return team_board.page(
            {**sent, "chosen": (), "snapshot": ""}, {}, _changed(session, {one: chosen[one] for one in left}, now)
        ), 409
    return redirect(url_for("team.show", **team_board.kept(team_board.filters())))


def _check_can_take(session: Session, to: Staff | None, chosen: dict[UUID, Ticked]) -> None:
    """Invalid where somebody must not have one of these; nothing is moved, and why is not said."""
    never = tasks.barred(session, list(chosen), to) if to is not None else set()
    if to is not None and never:
        called = ", ".join(chosen[one].called or "one of these" for one in chosen if one in never)
        raise Invalid("Nothing was moved.", {"to": f"{to.name} cannot take {called}: choose somebody else."})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("There is nobody of that id.", {"to": "Choose somebody from the list."}) from None


def _changed(session: Session, left: dict[UUID, Ticked], now: datetime) -> list[str]:
    """The tasks that did not move, by the reference that the page showed, and how they are now."""
    within = teams.reached_by(g.actor.id)
    found = session.scalars(select(Task).where(Task.id.in_(left), Task.team_id.in_(within))).all()
    lines = {line.task.id: line for line in open_work.describe(session, found, now)}
    return [_said(lines.get(task_id), one.called) for task_id, one in left.items()]


def _said(line: open_work.Line | None, called: str) -> str:
    if line is None:
        return f"{called or 'One task'}: no longer in your teams"
    states = {
        TaskState.WAITING: "waiting in the pool",
        TaskState.HELD: f"held by {line.holder or 'somebody else'}",
        TaskState.DONE: "finished",
    }
    return f"{line.reference} ({line.task.kind.value}): now {states[line.task.state]}"
