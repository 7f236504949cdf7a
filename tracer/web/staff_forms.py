"""What the staff pages are asked and sent."""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from tracer.faults import Invalid
from tracer.models import Role
from tracer.schemas import roster
from tracer.schemas.case_batch import CellFault
from tracer.schemas.form import Form, Words
from tracer.schemas.skills import SKILLS
from tracer.schemas.spoken import RealReason

# A machine's account is made on the command line: it has no password, and acts by token.
ROLES = [role for role in Role if role is not Role.IMPORTER]


def _role() -> fields.Enum[Role]:
    words = "Choose a role from the list."
    return fields.Enum(
        Role,
        by_value=True,
        required=True,
        validate=validate.OneOf(ROLES, error=words),
        error_messages={"unknown": words, "required": words},
    )


def _name(words: str) -> Words:
    return Words(1, 80, f"Enter {words}, in at most 80 characters.")


def second_reason(given: str) -> str:
    """Why a role that takes a second person is asked for; Invalid where it does not say."""
    try:
        return str(RealReason().deserialize(given))
    except ValidationError as fault:
        words = "This role takes a second person. " + " ".join(str(one) for one in fault.messages)
        raise Invalid("Say why.", {"second_reason": words}) from fault


class Filters(Form):
    """Whom the list shows; it stays in the address."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    role = fields.Enum(Role, by_value=True, load_default=None)
    team = fields.UUID(load_default=None)
    left = fields.Boolean(load_default=False)
    after = fields.UUID(load_default=None)


class NewStaff(Form):
    """Somebody joins."""

    email = fields.Email(required=True, error_messages={"invalid": "Enter one e-mail address, like name@example.com."})
    given_name = _name("the first name")
    family_name = _name("the last name")
    role = _role()
    team = fields.String(load_default="")
    second_reason = fields.String(load_default="")
    password = fields.String(load_default="")


class ChangeStaff(Form):
    """Another role or team, and what they lead."""

    role = _role()
    team = fields.String(load_default="")
    leads = fields.List(fields.String(), load_default=list)
    second_reason = fields.String(load_default="")
    version = fields.Integer(required=True)


class _Cell(fields.String):
    """Read as the cell of a roster is."""

    def __init__(self, read: Callable[[str], Any], **given: Any) -> None:
        super().__init__(load_default="", **given)
        self._read = read

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, *args, **kwargs)).strip()
        try:
            return self._read(text)
        except CellFault as fault:
            raise ValidationError(str(fault)) from fault


class Work(Form):
    """How somebody works, as in a roster. What is left out is none: the usual capacity, and any time."""

    skills = fields.List(
        fields.String(validate=validate.OneOf(list(SKILLS), error="Choose skills from the list.")), load_default=list
    )
    languages = _Cell(roster.languages_of)
    capacity = _Cell(roster.capacity_of)
    pattern = _Cell(roster.pattern_of)
    version = fields.Integer(required=True)


class Version(Form):
    """The version that the page showed."""

    version = fields.Integer(required=True)
