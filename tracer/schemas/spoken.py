"""What is given to find a record by, and why: exact, whole, and in real words."""

import re
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from tracer import postcode
from tracer.schemas.form import Form, Words

_WORD = re.compile(r"[^\W\d_]{2,}")
_SAME = re.compile(r"(.)\1\1")
_SPACES = re.compile(r"[\s-]+")
_REFERENCE = re.compile("[2-9A-HJKMNP-Z]{8}")
LEAST = 15
_WHY = f"Say in your own words why you need it: at least {LEAST} characters, and not only a letter or a word repeated."
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y")


class RealReason(Words):
    """A reason that says something: several different words, of letters that are not one key held down."""

    def __init__(self) -> None:
        super().__init__(LEAST, 500, _WHY)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        given = super()._deserialize(value, *args, **kwargs)
        words = {word.casefold() for word in _WORD.findall(given) if not _SAME.search(word.casefold())}
        if len(words) < 3:
            raise ValidationError(_WHY)
        return given


class Reference(fields.String):
    """The eight letters and digits of a reference, however they were spaced."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        given = _SPACES.sub("", super()._deserialize(value, *args, **kwargs)).upper()
        if given and not _REFERENCE.fullmatch(given):
            raise ValidationError("A reference is 8 letters and digits, like 7KQM 2XPA.")
        return given


class BirthDate(fields.Field[date | None]):
    """A date as people write one."""

    how = "Write the date of birth like 27/03/1980."

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date | None:
        given = " ".join(str(value).split())
        for form in _DATES:
            try:
                return datetime.strptime(given, form).date()  # noqa: DTZ007 - a day of birth has no zone
            except ValueError:
                continue
        if given:
            raise ValidationError(self.how)
        return None


class Postcode(fields.String):
    """A whole postcode."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        given = super()._deserialize(value, *args, **kwargs).strip()
        if not given:
            return ""
        try:
            return postcode.parse(given)
        except ValueError:
            raise ValidationError("Write the whole postcode, like LS6 1AA.") from None


def name() -> fields.String:
    """A name, as it would be sealed."""
    return fields.String(load_default="", validate=validate.Length(max=80, error="At most 80 characters."))


class Glass(Form):
    """A reference, or whole name with date of birth and postcode; why; and for how long."""

    reference = Reference(load_default="")
    given_name = name()
    family_name = name()
    date_of_birth = BirthDate(load_default=None)
    postcode = Postcode(load_default="")
    reason = RealReason()
    minutes = fields.Integer(
        required=True, validate=validate.OneOf((15, 30, 60), error="Choose for how long from the list.")
    )

    @validates_schema
    def _one_way(self, given: dict[str, Any], **_: Any) -> None:
        """By the reference alone, or by all four of the others."""
        person = ("given_name", "family_name", "date_of_birth", "postcode")
        lacking = [part for part in person if not given.get(part)]
        if given.get("reference"):
            if len(lacking) < len(person):
                raise ValidationError("Give the reference or the person's details, not both.", "reference")
        elif len(lacking) == len(person):
            raise ValidationError("Give a reference, or all four of the person's details.", "reference")
        elif lacking:
            words = "Give all four: first name, last name, date of birth and postcode."
            raise ValidationError({part: [words] for part in lacking})
