"""A row of a case batch: one table of columns makes the schema, the fast converter and the documentation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from tracer import nhs_number, phone, postcode
from tracer.clock import today

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAILBOX = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"().]+")
_SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "o": "other", "other": "other"}
_SEXES |= {"u": "unknown", "unknown": "unknown", "1": "male", "2": "female"}
_OLDEST = 120 * 366


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a row: the column, what it says, and what to do."""

    column: str
    value: str
    message: str


class CellFault(ValueError):
    """A cell that cannot be used."""


def _words(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.startswith("="):
            raise CellFault("This is a formula. Paste it as a value.")
        if len(text) > most:
            raise CellFault(f"Keep this under {most} characters.")
        return text

    return read


def _day(text: str) -> date:
    if not _ISO.fullmatch(text):
        raise CellFault("Write the date as 2020-03-27 (year, month, day).")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellFault("There is no such day. Check it against the source.") from None


def _past_day(text: str) -> date:
    day, now = _day(text), today()
    if day > now:
        raise CellFault("This day is still to come. Check it against the source.")
    if (now - day).days > _OLDEST:
        raise CellFault("This day is more than 120 years ago. Check it against the source.")
    return day


def _year(text: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", text):
        raise CellFault("Write the year as 1985.")
    return int(text)


def _sex(text: str) -> str:
    if text.lower() not in _SEXES:
        raise CellFault("Write female, male, other or unknown.")
    return _SEXES[text.lower()]


def _language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}", text):
        raise CellFault("Write the language as its ISO code, like en or pl.")
    return text.lower()


def _email(text: str) -> str:
    if not _MAILBOX.fullmatch(text) or len(text) > 254:
        raise CellFault("Write one e-mail address, like name@example.com.")
    return text


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how a cell is read, and what it is for."""

    name: str
    read: Callable[[str], Any]
    about: str


COLUMNS = (
    Column(
        "record_id",
        _words(100),
        "The laboratory's own id of this result. Required: it keeps a row from counting twice.",
    ),
    Column(
        "nhs_number",
        nhs_number.parse,
        "10 digits, spaces and dashes allowed. Required where there is no family name.",
    ),
    Column("given_name", _words(80), "First name."),
    Column("family_name", _words(80), "Last name. Required where there is no NHS number."),
    Column("date_of_birth", _past_day, "ISO 8601, like 1985-03-27."),
    Column("birth_year", _year, "Only where the date of birth is not known."),
    Column("sex", _sex, "female, male, other or unknown."),
    Column("phone", phone.parse, "Any British style, or + and the country. Landlines are welcome."),
    Column("phone_2", phone.parse, "A second number."),
    Column("email", _email, "One address."),
    Column("address_line_1", _words(120), "House and street. With the postcode it makes the household."),
    Column("address_line_2", _words(120), ""),
    Column("town", _words(80), ""),
    Column("postcode", postcode.parse, "With or without the space."),
    Column("language", _language, "ISO 639 code of the language to call in."),
    Column("test_type", _words(40), ""),
    Column("lab_code", _words(40), ""),
    Column("specimen_date", _past_day, "When the specimen was taken. Required."),
    Column("result_date", _past_day, "When the result was known."),
    Column("onset_date", _past_day, "When the illness began, if the source knows."),
    Column("setting", _words(40), "care_home, school, hospital, prison, hostel or food_production."),
)
NAMES = tuple(column.name for column in COLUMNS)
_READERS = tuple((column.name, column.read) for column in COLUMNS)


@dataclass(slots=True)
class CaseRow:
    """A row that can be loaded."""

    record_id: str
    specimen_date: date
    nhs_number: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    phone: str | None = None
    phone_2: str | None = None
    email: str | None = None
    address_line_1: str | None = None
    address_line_2: str | None = None
    town: str | None = None
    postcode: str | None = None
    language: str | None = None
    test_type: str | None = None
    lab_code: str | None = None
    result_date: date | None = None
    onset_date: date | None = None
    setting: str | None = None


def convert(cells: Mapping[str, str]) -> CaseRow | list[RowFault]:
    """A row from its cells by column name, or everything that is wrong with it."""
    values: dict[str, Any] = {}
    faults: list[RowFault] = []
    get = cells.get
    for name, read in _READERS:
        text = get(name, "").strip()
        if text:
            try:
                values[name] = read(text)
            except ValueError as fault:
                faults.append(RowFault(name, text[:80], str(fault)))
    broken = {fault.column for fault in faults}
    faults += [RowFault(column, "", message) for column, message in together(values) if column not in broken]
    return faults or CaseRow(**values)


def together(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the values of a row taken together: (column, what to do)."""
    found = []
    if "record_id" not in values:
        found.append(("record_id", "Give the laboratory's id: without it a row could count twice."))
    if "specimen_date" not in values:
        found.append(("specimen_date", "Give the day the specimen was taken."))
    if "family_name" not in values and "nhs_number" not in values:
        found.append(("family_name", "Give a family name or an NHS number: nobody can be found without."))
    taken, born = values.get("specimen_date"), values.get("date_of_birth")
    if taken and born and taken < born:
        found.append(("specimen_date", "The specimen is older than the person. Check both dates."))
    if taken and (result := values.get("result_date")) and result < taken:
        found.append(("result_date", "The result is older than the specimen. Check both dates."))
    onset = values.get("onset_date")
    if onset and born and onset < born:
        found.append(("onset_date", "The illness began before the person was born. Check both dates."))
    if taken and onset and abs(onset - taken) > timedelta(days=90):
        found.append(("onset_date", "The illness began more than 90 days from the specimen. Check both dates."))
    return found


class _Cell(fields.Field[Any]):
    """A marshmallow field that reads with a column's own reader."""

    def __init__(self, column: Column) -> None:
        super().__init__(load_default=None, allow_none=True, metadata={"description": column.about})
        self.column = column

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        try:
            return self.column.read(text)
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class _Rules(Schema):
    """The rules between columns."""

    class Meta:
        """A column that nobody knows is a fault."""

        unknown = RAISE

    @validates_schema(skip_on_field_errors=False)
    def _together(self, data: dict[str, Any], **_: Any) -> None:
        known = {name: value for name, value in data.items() if value is not None}
        found = together(known)
        if found:
            raise ValidationError({column: [message] for column, message in found})


CaseRowSchema: type[Schema] = type("CaseRowSchema", (_Rules,), {column.name: _Cell(column) for column in COLUMNS})


def markdown() -> str:
    """The reference page of the batch format, made from the columns."""
    lines = [f"| `{column.name}` | {column.about} |" for column in COLUMNS]
    return "\n".join(
        [
            "# The case batch",
            "",
            "CSV (UTF-8, or Windows-1252, which is said) or .xlsx, the first line naming the columns, in any order.",
            "A column that is not listed here is refused with the nearest name. Made by `tracer.schemas.case_batch`.",
            "",
            "| column | what it holds |",
            "|---|---|",
            *lines,
            "",
        ]
    )
