"""The forms of help: a search, a question, its answer, a problem."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from tracer.help import impersonal
from tracer.schemas.form import Form, Words

_QUESTION = "Write your question in 10 to 500 characters."
_ANSWER = "Write an answer of 2 to 2,000 characters."
_TEXT = "Say in 3 to 1,000 characters what does not work, and what to do meanwhile."


class AskForm(Form):
    """A question, and the form of the address that it is asked from."""

    question = Words(10, 500, _QUESTION, error_messages={"required": _QUESTION})
    page = fields.String(load_default="")


class AnswerForm(Form):
    """An answer, what it is found by, and whether it is for everybody."""

    answer = Words(2, 2000, _ANSWER, error_messages={"required": _ANSWER})
    title = fields.String(load_default="", validate=validate.Length(max=120, error="At most 120 characters."))
    published = fields.Boolean(load_default=False)
    version = fields.Integer(required=True)


class ProblemForm(Form):
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
