"""The forms of help: a search, a question, its answer, a problem."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate

from tracer.help import impersonal
from tracer.schemas.form import Form, Words

_QUESTION = "Write your question in 10 to 500 characters."
_ANSWER = "Write an answer of 2 to 2,000 characters."
_TEXT = "Say in 3 to 1,000 characters what does not work, and what to do meanwhile."


# What no database keeps and no page shows; and the line ends that browsers send, which count for one.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class TextForm(Form):
    """A form whose words are plain text."""

    @pre_load
    def _plain(self, given: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: _CONTROL.sub("", value) if isinstance(value, str) else value for name, value in given.items()}


class AskForm(TextForm):
    """A question, and the form of the address that it is asked from."""

    question = Words(10, 500, _QUESTION, error_messages={"required": _QUESTION})
    page = fields.String(load_default="")


class AnswerForm(TextForm):
    """An answer, what it is found by, and whether it is for everybody."""

    answer = Words(2, 2000, _ANSWER, error_messages={"required": _ANSWER})
    title = fields.String(load_default="", validate=validate.Length(max=120, error="At most 120 characters."))
    published = fields.Boolean(load_default=False)
    version = fields.Integer(required=True)


class ProblemForm(TextForm):
    """What does not work."""

    title = Words(3, 120, "Give it a title of 3 to 120 characters.")
    text = Words(3, 1000, _TEXT)


class EndForm(Form):
    """It works again; the version that the page showed."""

    version = fields.Integer(required=True)


def impersonal_question(given: dict[str, Any]) -> str:
    """The question, where nothing in it looks as if it said something of a person; else ValidationError."""
    question: str = given["question"]
    if found := impersonal.looks_like(question):
        how = f"There seems to be {' and '.join(found)} in it. Take it out, and ask again: nothing was sent."
        raise ValidationError({"question": [how]})
    return question
