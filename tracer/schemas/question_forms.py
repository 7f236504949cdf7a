"""The forms of a question on a record: asking, taking it up, answering."""

from marshmallow import fields, validate

from tracer.schemas.form import Form, Words
from tracer.schemas.help_forms import TextForm

_QUESTION = "Write your question in 10 to 1,000 characters."
_ANSWER = "Write an answer of 2 to 2,000 characters."
_WHO = "Choose who is to answer."
KINDS = {
    "supervisor": "My supervisor",
    "clinical": "A clinical expert: what an illness or its treatment calls for",
    "conversation": "A conversation expert: how to go on with a hard call",
}


class AskForm(TextForm):
    """What is asked, and whom."""

    question = Words(10, 1000, _QUESTION, error_messages={"required": _QUESTION})
    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(KINDS), error=_WHO),
        error_messages={"required": _WHO},
    )


class StepForm(Form):
    """A step with a question; the version that the page showed."""

    version = fields.Integer(required=True)


class AnswerForm(TextForm):
    """The answer, and the version that the page showed."""

    answer = Words(2, 2000, _ANSWER, error_messages={"required": _ANSWER})
    version = fields.Integer(required=True)
