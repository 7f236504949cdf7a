"""The base of every form: unknown fields are refused, the forgery token is not a value."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load


class Form(Schema):
    """A posted form; `load` gives its values without the token, and refuses fields nobody asked for."""

    class Meta:
        """A field that the form does not have is a fault, not a surprise."""

        unknown = RAISE

    csrf_token = fields.String(load_only=True)

    @post_load
    def _drop_token(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        given.pop("csrf_token", None)
        return given


class Reason(Form):
    """A reason, and the version of the record that the page showed."""

    reason = fields.String(
        required=True,
        validate=lambda text: 3 <= len(text.strip()) <= 200,
        error_messages={"validator_failed": "Say why, in 3 to 200 characters."},
    )
    version = fields.Integer(required=True)
