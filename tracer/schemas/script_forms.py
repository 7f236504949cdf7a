"""What an editor sends with a script, and what is decided about one."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from tracer.clock import LONDON
from tracer.schemas.attempt import read_time
from tracer.schemas.form import Form, Words
from tracer.schemas.spoken import BirthDate, RealReason

_KINDS = {
    "index-case": "Interview with a case",
    "contact-alert": "Alert call to a contact",
    "follow-up": "Daily follow-up",
    "quality-review": "Quality review",
}


class Day(BirthDate):
    """A day as people write one."""

    how = "Write the day like 27/3/2026."


def kind_name(kind: str) -> str:
    """What staff call a kind of script."""
    return _KINDS.get(kind, kind.replace("-", " ").capitalize())


def what_and_why() -> Words:
    """What was changed in a script, and why."""
    return Words(10, 300, "Say what you changed and why, in 10 to 300 characters.")


class SendForm(Form):
    """A script that nobody has a draft of yet."""

    disease = fields.String(required=True, error_messages={"required": "Choose the disease."})
    kind = fields.String(required=True, error_messages={"required": "Choose what kind of call it is for."})
    note = what_and_why()


class CopyForm(Form):
    """A draft with the words of a version that there is."""

    note = what_and_why()


class ReviseForm(Form):
    """Another text for a draft; `base` is the newest approved version that the page knew of."""

    note = what_and_why()
    base = fields.UUID(load_default=None)

    @pre_load
    def _drop_blank(self, given: Any, **_: Any) -> dict[str, Any]:
        """Blank: there was none."""
        return {key: value for key, value in given.items() if not (key == "base" and not value)}


class AskForm(Form):
    """Ask for a second person's yes; `live_at` comes out, blank for: as soon as it is given."""

    version = fields.Integer(required=True)
    when = fields.String(
        required=True,
        validate=validate.OneOf(("approved", "at"), error="Choose when it goes live."),
        error_messages={"required": "Choose when it goes live."},
    )
    live_day = Day(load_default=None)
    live_time = fields.String(load_default="")

    @pre_load
    def _only_what_counts(self, given: Any, **_: Any) -> dict[str, Any]:
        """What is half typed for a time that is not wanted is no fault."""
        at = given.get("when") == "at"
        return {key: value for key, value in given.items() if at or key not in {"live_day", "live_time"}}

    @post_load
    def _time(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        day, clock = given.pop("live_day", None), given.pop("live_time", "").strip()
        given["live_at"] = None
        if given.pop("when") == "at":
            if day is None:
                raise ValidationError(Day.how, "live_day")
            try:
                given["live_at"] = datetime.combine(day, read_time(clock), LONDON)
            except ValidationError as error:
                raise ValidationError(error.messages, "live_time") from error
        return given


class VersionForm(Form):
    """The version of the record that the page showed."""

    version = fields.Integer(required=True)


class DecisionForm(Form):
    """Yes or no to the text that the page showed; a no says what to do."""

    shown = fields.String(required=True, validate=validate.Length(64, 64, error="Look at the script again."))
    decision = fields.String(
        required=True, validate=validate.OneOf(("approve", "return"), error="Press one of the two buttons.")
    )
    why = fields.String(load_default="", validate=validate.Length(max=500, error="At most 500 characters."))

    @post_load
    def _why(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        given["why"] = given["why"].strip()
        if given["decision"] == "return" and len(given["why"]) < 10:
            raise ValidationError("Say what should be changed, in at least 10 characters.", "why")
        return given


class AnswersForm(Form):
    """Ask for the answers to a version: without names, or with them for a reason."""

    named = fields.String(
        required=True,
        validate=validate.OneOf(("no", "yes"), error="Choose whether names should be in it."),
        error_messages={"required": "Choose whether names should be in it."},
    )
    reason = fields.String(load_default="")

    @post_load
    def _reason(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        given["named"] = given["named"] == "yes"
        if given["named"]:
            try:
                given["reason"] = RealReason().deserialize(given["reason"], "reason")
            except ValidationError as error:
                raise ValidationError(error.messages, "reason") from error
        return given
