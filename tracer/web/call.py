"""What the case page and the contact page share: the form for an attempt and where it leads."""

from datetime import timedelta
from typing import Any

from flask import g, url_for
from marshmallow import ValidationError, fields, validate

from tracer import clock
from tracer.access.actor import Actor
from tracer.faults import Invalid
from tracer.models import Task, TaskState
from tracer.policy.calling import PARTS
from tracer.schemas.attempt import OUTCOMES
from tracer.schemas.form import Form
from tracer.web.errors import flatten
from tracer.web.look import day

_DAYS_AHEAD = 14
# What can become of something that an answer called for.
SETTLED = ("dealt with", "passed on", "not needed")


class Settled(Form):
    """What became of it, and the version of the task that the page showed."""

    outcome = fields.String(required=True, validate=validate.OneOf(SETTLED))
    version = fields.Integer(required=True)


def is_mine(task: Task) -> bool:
    """Whether whoever looks holds the task."""
    me: Actor = g.actor
    return task.holder_id == me.id


def settled() -> list[dict[str, str]]:
    """The choices of the form for what an answer called for."""
    return [{"value": one, "text": one.capitalize()} for one in SETTLED]


def form_parts(task: Task | None) -> dict[str, Any]:
    """The choices of the attempt form: outcomes, and the days that a callback can be on."""
    if task is None:
        return {}
    today = clock.today()
    names = {0: "Today", 1: "Tomorrow"}
    days = [
        {"value": (today + timedelta(days=ahead)).isoformat(), "text": _named(names.get(ahead), ahead)}
        for ahead in range(_DAYS_AHEAD)
    ]
    parts = [
        {"value": one, "text": f"{one.capitalize()} ({start:02d}:00-{end:02d}:00)"}
        for one, (start, end) in PARTS.items()
    ]
    known = f"They asked for the {task.best_time}" if task.best_time else "No wish"
    return {
        "outcomes": [{"value": value, "text": text} for value, text in OUTCOMES.items()],
        "days": days,
        "parts": [{"value": "", "text": known}, *parts],
    }


def _named(name: str | None, ahead: int) -> str:
    there = day(clock.today() + timedelta(days=ahead))
    return f"{name}, {there}" if name else there


def messages(fault: ValidationError | Invalid) -> dict[str, str]:
    """What to say beside each field."""
    return fault.fields if isinstance(fault, Invalid) else flatten(fault)


def onward(task: Task, record: str) -> str:
    """Back to the record while it is still mine; home when the attempt closed it."""
    return record if task.state is TaskState.HELD else url_for("caseload.show")
