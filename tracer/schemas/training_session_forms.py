"""The forms of training sessions."""

from datetime import date, datetime, time
from typing import Any

from marshmallow import fields, validate

from tracer.clock import LONDON
from tracer.schemas.form import Form, Words, why

_GIVE_TIME = "Give a time such as 09:30."


class PlanForm(Form):
    """A session, as somebody plans it: day and times are London's."""

    title = Words(3, 120, "Give it a title of 3 to 120 characters.")
    on = fields.Date(required=True, error_messages={"invalid": "Give a day.", "required": "Give a day."})
    from_time = fields.Time(required=True, error_messages={"invalid": _GIVE_TIME, "required": _GIVE_TIME})
    to_time = fields.Time(required=True, error_messages={"invalid": _GIVE_TIME, "required": _GIVE_TIME})
    capacity = fields.Integer(required=True, error_messages={"invalid": "Give the number of places."})
    place = fields.String(load_default="", validate=validate.Length(max=300, error="At most 300 characters."))
    link = fields.String(load_default="", validate=validate.Length(max=500, error="At most 500 characters."))
    joining = fields.String(load_default="", validate=validate.Length(max=2000, error="At most 2,000 characters."))
    version = fields.Integer(load_default=0)


class RehearsalForm(Form):
    """Whom to invite: roles, teams, or those of the roles in the teams."""

    roles = fields.List(fields.String(), load_default=list)
    teams = fields.List(fields.UUID(), load_default=list)


class SendForm(Form):
    """The rehearsal that the page showed; why, where they are many."""

    version = fields.Integer(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=200, error="At most 200 characters."))


class CancelForm(Form):
    """Why it is called off; everybody reads it."""

    reason = why()
    version = fields.Integer(required=True)


class CodeForm(Form):
    """What the trainer said in the room."""

    code = Words(1, 20, "Enter the code that the trainer says.")


class FeedbackForm(Form):
    """How good it was, from 1 to 5, and why."""

    rating = fields.Integer(
        required=True,
        validate=validate.Range(1, 5, error="Choose one of the five."),
        error_messages={"required": "Choose one of the five.", "invalid": "Choose one of the five."},
    )
    words = fields.String(load_default="", validate=validate.Length(max=1000, error="At most 1,000 characters."))


class MarkForm(Form):
    """Those who were there."""

    seats = fields.List(fields.UUID(), load_default=list)


def moments(given: dict[str, Any]) -> tuple[datetime, datetime]:
    """When it begins and ends, aware."""
    day: date = given["on"]
    begins, ends = (datetime.combine(day, _plain(given[name]), LONDON) for name in ("from_time", "to_time"))
    return begins, ends


def _plain(of_day: time) -> time:
    return of_day.replace(tzinfo=None, second=0, microsecond=0)
