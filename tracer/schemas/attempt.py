"""An attempt as a tracer enters it: the outcome, a note, and the time of a callback."""

import re
from datetime import date, datetime, time
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from tracer.clock import LONDON
from tracer.policy.calling import PARTS
from tracer.schemas.form import Form

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_HOW = "Enter a time like 15:30 or 3.30pm."
OUTCOMES = {
    "no answer": "No answer",
    "voicemail": "Left a voicemail",
    "wrong number": "Wrong number",
    "call back": "Call back at a time",
    "refused": "Refused to take part",
    "reached": "Reached, and we spoke",
}


def read_time(text: str) -> time:
    """A time of day as people type it: 15:30, 15.30, 1530, 3pm, 3.30 pm. ValidationError for the rest."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValidationError(_HOW)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValidationError(_HOW)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or not (half or found[2]):
        raise ValidationError(_HOW)
    return time(hour, minute)


class AttemptForm(Form):
    """One try: `once` makes it count once however often it is posted."""

    once = fields.UUID(required=True)
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(OUTCOMES, error="Choose what happened."),
        error_messages={"required": "Choose what happened."},
    )
    note = fields.String(
        load_default="", validate=validate.Length(max=2000, error="Keep the note under 2,000 characters.")
    )
    callback_day = fields.Date(load_default=None, error_messages={"invalid": "Choose a day from the list."})
    callback_time = fields.String(load_default="")
    best_time = fields.String(
        load_default="", validate=validate.OneOf(["", *PARTS], error="Choose a part of the day from the list.")
    )

    @pre_load
    def _drop_blank(self, given: Any, **_: Any) -> dict[str, Any]:
        """An empty day is no day."""
        return {key: value for key, value in given.items() if not (key == "callback_day" and not value)}

    @post_load
    def _callback(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        day: date | None = given.pop("callback_day", None)
        clock = given.pop("callback_time", "").strip()
        given |= {"callback_at": None, "id": given.pop("once"), "best_time": given["best_time"] or None}
        if given["outcome"] != "call back":
            return given  # whatever was half typed for a callback that is not wanted is not a fault
        if day is None or not clock:
            raise ValidationError("Enter the day and time they asked for.", "callback_time")
        try:
            at = read_time(clock)
        except ValidationError as error:
            raise ValidationError(error.messages, "callback_time") from error
        given["callback_at"] = datetime.combine(day, at, LONDON)
        return given
