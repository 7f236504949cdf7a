"""What a preview carries from page to page: whom it invents, and the answers so far. The server keeps none of it."""

import json
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

from tracer.schemas.script_forms import Day

_LONGEST = 300_000


class Answers(fields.Field[dict[str, Any]]):
    """The answers so far, as one text; what cannot be read is no answer."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        text = str(value)
        if len(text) > _LONGEST:
            raise ValidationError("These are more answers than a preview takes.")
        try:
            found = json.loads(text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class PreviewForm(Schema):
    """The invented person, the language and the day, and where the walk is. Blank is what is usual.

    Answers to the section's questions come beside it, under their own names.
    """

    class Meta:
        """What else is posted are answers, whose names the script knows."""

        unknown = EXCLUDE

    language = fields.String(data_key="as_language", load_default="")
    day = Day(data_key="as_day", load_default=None)
    given_name = fields.String(
        data_key="as_name", load_default=None, validate=validate.Length(1, 40, error="A name of at most 40 letters.")
    )
    birth_year = fields.Integer(
        data_key="as_born",
        load_default=None,
        allow_none=True,
        validate=validate.Range(1900, 2100, error="A year, like 1980."),
        error_messages={"invalid": "A year, like 1980."},
    )
    tested = Day(data_key="as_tested", load_default=None)
    began = Day(data_key="as_began", load_default=None)
    last_together = Day(data_key="as_last", load_default=None)
    at_home = fields.Boolean(data_key="as_home", load_default=False)
    is_case = fields.Boolean(data_key="as_case", load_default=False)
    unasked = fields.Boolean(data_key="as_unasked", load_default=False)
    answers = Answers(data_key="as_answers", load_default=dict)
    section = fields.String(data_key="as_section", load_default="")
    do = fields.String(data_key="as_do", load_default="stay")

    @pre_load
    def _drop_blank(self, given: Any, **_: Any) -> dict[str, Any]:
        return {key: value for key, value in given.items() if not key.startswith("as_") or value != ""}

    @post_load
    def _settle(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return settled(given)


def settled(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, the parts of the person together; also where some of it was not right."""
    names = {"day", "given_name", "birth_year", "tested", "began", "last_together", "at_home", "is_case"}
    person = {name: value for name, value in given.items() if name in names and value is not None}
    return {name: value for name, value in given.items() if name not in names} | {"person": person}
