"""The forms of practice: whom to call, and the points of a rubric."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from tracer.courses.mock_call import SCORES, Rubric
from tracer.schemas.form import Form

# A point of the rubric is the field of this name with its key.
MARK = "mark-"


class BeginForm(Form):
    """Whom to call."""

    brief = fields.String(required=True, error_messages={"required": "Choose whom to call."})


def rubric_form(rubric: Rubric) -> type[Schema]:
    """A form that asks for each point of the rubric."""
    return Form.from_dict({MARK + one.key: _point(one.title) for one in rubric.criteria})


def marking_form(rubric: Rubric) -> type[Schema]:
    """The same, with a note for the trainee."""
    points = {MARK + one.key: _point(one.title) for one in rubric.criteria}
    return Form.from_dict({**points, "note": fields.String(load_default="")})


def _point(title: str) -> fields.String:
    words = f"Choose one answer: {title}."
    one_of = validate.OneOf([str(score) for score in SCORES], error=words)
    return fields.String(required=True, validate=one_of, error_messages={"required": words})


def points(given: Mapping[str, Any]) -> dict[str, int]:
    """The points by key of a criterion, from a form that was loaded."""
    return {name.removeprefix(MARK): int(value) for name, value in given.items() if name.startswith(MARK)}
