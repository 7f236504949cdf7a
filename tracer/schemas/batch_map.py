"""A map takes a foreign table on: what its columns are called here, and how its values are written."""

import difflib
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from tracer.faults import Invalid
from tracer.schemas.case_batch import NAMES, RowFault
from tracer.tables import TableFault

MAPS = Path(__file__).parent / "maps"
_TEXT = fields.String()
_OURS = fields.String(validate=validate.OneOf(NAMES, error="There is no such column of ours."))
_SOME = fields.List(_TEXT, required=True, validate=validate.Length(min=1, error="Name at least one."))
_NEEDED = fields.String(required=True)
# The parts of a map as TOML gives them. Not a class: `only` means something else to one.
_DOCUMENT = Schema.from_dict(
    {
        "name": fields.String(),
        "disease": fields.String(),
        "columns": fields.Dict(keys=_OURS, values=_TEXT),
        "constants": fields.Dict(keys=_OURS, values=_TEXT),
        "dates": fields.Dict(keys=_OURS, values=_TEXT),
        "values": fields.Dict(keys=_OURS, values=fields.Dict(keys=_TEXT, values=_TEXT)),
        "age": fields.Nested(Schema.from_dict({"from": _NEEDED, "on": _NEEDED})),
        "record_id": fields.Nested(Schema.from_dict({"made_from": _SOME})),
        "only": fields.Nested(Schema.from_dict({"column": _NEEDED, "values": _SOME, "message": _NEEDED})),
    }
)


@dataclass(frozen=True)
class BatchMap:
    """How one source's rows become ours. Without anything in it, a table in our own columns."""

    name: str = ""
    disease: str | None = None
    columns: dict[str, str] = field(default_factory=dict)  # ours -> theirs
    constants: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)  # our column -> strptime format
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # our column -> theirs -> ours
    age: dict[str, str] = field(default_factory=dict)  # from, on: their columns
    record_id: dict[str, list[str]] = field(default_factory=dict)  # made_from: their columns
    only: dict[str, Any] = field(default_factory=dict)  # column, values, message

    def check_header(self, header: list[str]) -> None:
        """TableFault naming every column that is not understood, with the nearest that would be.

        A file without its header begins with a person, and the reason is kept in the clear: of a first line
        that holds no column name at all, only the places are named.
        """
        names = self._wanted if self.columns else NAMES
        is_header = bool(set(names) & set(header))
        known = header if is_header else ()
        faults = [f"{theirs!r} is missing{_nearest(theirs, known)}" for theirs in self._wanted if theirs not in header]
        if not self.columns:
            faults += [
                f"{repr(name) if is_header else f'column {place}'} is not known{_nearest(name, NAMES)}"
                for place, name in enumerate(header, 1)
                if name and name not in NAMES
            ]
            faults += [f"{name!r} is missing" for name in ("record_id", "specimen_date") if name not in header]
        if faults:
            first = "" if is_header else "The first line names no column that is known: is the header missing? "
            raise TableFault(
                f"{first}The columns do not fit: {'; '.join(faults)}. Correct the first line, or give a map."
            )

    @cached_property
    def _wanted(self) -> list[str]:
        made = self.record_id.get("made_from", [])
        age = [self.age["from"], self.age["on"]] if self.age else []
        only = [self.only["column"]] if self.only else []
        return list(dict.fromkeys([*self.columns.values(), *made, *age, *only]))

    def apply(self, cells: dict[str, str]) -> tuple[dict[str, str], list[RowFault]]:
        """A row in our columns, and what the map itself finds wrong with it."""
        if not self.columns:
            return cells, []
        if self.only and cells[self.only["column"]].strip() not in self.only["values"]:
            return {}, [RowFault(self.only["column"], cells[self.only["column"]], self.only["message"])]
        ours = {name: cells[theirs].strip() for name, theirs in self.columns.items()} | self.constants
        faults = [fault for name in ours if (fault := self._translate(name, ours)) is not None]
        if self.record_id:
            ours["record_id"] = "/".join(cells[theirs].strip() for theirs in self.record_id["made_from"])[:100]
        if self.age:
            faults += self._birth_year(ours, cells)
        return ours, faults

    def _translate(self, name: str, ours: dict[str, str]) -> RowFault | None:
        text = ours[name]
        if text and name in self.dates:
            try:
                ours[name] = datetime.strptime(text, self.dates[name]).date().isoformat()  # noqa: DTZ007 - a date
            except ValueError:
                ours[name] = ""
                return RowFault(name, text, f"The map reads this date as {self.dates[name]}; it is written otherwise.")
        if text and name in self.values:
            table = self.values[name]
            if text not in table:
                return RowFault(name, text, f"The map knows {', '.join(table)}. Add this value to the map.")
            ours[name] = table[text]
        return None

    def _birth_year(self, ours: dict[str, str], cells: dict[str, str]) -> list[RowFault]:
        """The birth year of an age on a day; off by one where the birthday is still to come that year."""
        text, day = cells[self.age["from"]].strip(), cells[self.age["on"]].strip()
        if not text or not day:
            return []
        try:
            ours["birth_year"] = str(int(day[:4]) - int(float(text)))
        except ValueError:
            return [RowFault(self.age["from"], text, "Write the age as a number of years.")]
        return []


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name.lower(), [one for one in known if one], 1, 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def read_map(path: Path) -> BatchMap:
    """A map from its TOML file; TableFault says what is wrong with it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"The map cannot be read: {error}.") from error
    return from_document(document, path.stem)


def from_document(document: dict[str, Any], name: str) -> BatchMap:
    """A map from its parsed TOML; TableFault names every part that means nothing here."""
    try:
        checked = _DOCUMENT(unknown=RAISE).load(document)
    except ValidationError as error:
        raise TableFault(f"The map cannot be used: {'; '.join(_said(error.messages_dict))}") from error
    return BatchMap(**{"name": name, **checked})


def _said(messages: Any, where: str = "") -> list[str]:
    """Nested messages, one sentence for each part, named by its way down."""
    if isinstance(messages, dict):
        return [one for key, inner in messages.items() for one in _said(inner, f"{where}.{key}".lstrip("."))]
    return [f"{where}: {' '.join(str(one) for one in messages)}"]


def shipped(name: str) -> BatchMap:
    """A map that Tracer ships with, by name; TableFault names those there are."""
    found = {path.stem: path for path in MAPS.glob("*.toml")}
    if name not in found:
        raise TableFault(f"There is no map {name!r}. There are: {', '.join(sorted(found))}.")
    return read_map(found[name])


def chosen(name: str, text: str = "") -> BatchMap:
    """The map that a sender chose: a shipped one by name, or one of their own by its text; neither is our columns.

    Invalid says what is wrong with it.
    """
    try:
        if text.strip():
            return from_document(tomllib.loads(text), name or "sent with the file")
        return shipped(name) if name else BatchMap()
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The map cannot be used.", {"map_toml": f"The map is not TOML: {error}."}) from error
    except TableFault as fault:
        raise Invalid("The map cannot be used.", {"map_toml" if text.strip() else "map": str(fault)}) from fault
