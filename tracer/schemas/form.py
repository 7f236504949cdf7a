"""The base of every form: unknown fields are refused, the forgery token is not a value."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate


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


class Words(fields.String):
    """Something short that a person writes: spaces around it are taken off before its length is checked."""

    def __init__(self, least: int, most: int, error: str, **given: Any) -> None:
        super().__init__(required=True, validate=validate.Length(least, most, error=error), **given)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, *args, **kwargs)).strip()


def why() -> Words:
    """The reason for a step that others will ask about."""
    return Words(3, 200, "Say why, in 3 to 200 characters.")


class Reason(Form):
    """A reason, and the version of the record that the page showed."""

    reason = why()
    version = fields.Integer(required=True)
