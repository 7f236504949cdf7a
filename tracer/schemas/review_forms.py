"""The form of a review: a field for each question of its script, and the version that the page showed."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from tracer.interview.script import Item
from tracer.schemas.form import Form

# A question is the field of this name with its own: a script may call one what it likes.
ASKED = "ask-"


def review_form(questions: Iterable[Item]) -> type[Schema]:
    """A form that has each of these questions; whether one needs an answer is for the script to say."""
    given: dict[str, Any] = {ASKED + one.name: _field(one) for one in questions}
    return Form.from_dict({**given, "version": fields.Integer(required=True)})


def _field(item: Item) -> fields.Field[Any]:
    if item.kind == "select_multiple":
        return fields.List(fields.String(), load_default=list)
    return fields.String(load_default="", validate=validate.Length(max=10_000))


class ReadForm(Form):
    """It was read; the version that the page showed."""

    version = fields.Integer(required=True)
