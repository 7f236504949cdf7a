"""A worker's own details, as they give them once: read, checked, and kept by nobody as they stand."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from tracer import nhs_number
from tracer.phone import parse as parse_phone
from tracer.schemas.form import Form
from tracer.schemas.identity import Identity
from tracer.schemas.spoken import BirthDate, Postcode, name


class _Checked(fields.String):
    """Something with a shape of its own, or nothing."""

    def __init__(self, parse: Any, **given: Any) -> None:
        super().__init__(load_default=None, **given)
        self._parse = parse

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        given = str(super()._deserialize(value, *args, **kwargs)).strip()
        try:
            return self._parse(given) if given else None
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class Details(Form):
    """All of them may be left out; what is given is whole."""

    given_name = name()
    family_name = name()
    date_of_birth = BirthDate(load_default=None)
    nhs_number = _Checked(nhs_number.parse)
    phone = _Checked(parse_phone)
    phone_2 = _Checked(parse_phone)
    email = fields.String(load_default="", validate=validate.Length(max=254, error="At most 254 characters."))
    address_line_1 = fields.String(load_default="", validate=validate.Length(max=120, error="At most 120 characters."))
    postcode = Postcode(load_default="")

    @validates_schema
    def _whole(self, given: dict[str, Any], **_: Any) -> None:
        """A name is compared with its date of birth, an address with its postcode."""
        parts = ("given_name", "family_name", "date_of_birth")
        lacking = [part for part in parts if not given.get(part)]
        if 0 < len(lacking) < len(parts):
            words = "Give first name, last name and date of birth together, or none of them."
            raise ValidationError({part: [words] for part in lacking})
        for one, other in (("address_line_1", "postcode"), ("postcode", "address_line_1")):
            if given.get(one) and not given.get(other):
                raise ValidationError("Give the first line of the address and the postcode together.", other)


def identity(given: dict[str, Any]) -> Identity:
    """The details as an identity, so that they are keyed as people's are."""
    said: dict[str, Any] = {part: value for part, value in given.items() if value}
    return Identity(**said)
