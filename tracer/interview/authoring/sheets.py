"""The sheets of a form, with their columns under the names that the standard has for them now."""

import re
from dataclasses import dataclass, field

from tracer.interview.authoring.faults import Faults, Row

SHEETS = ("survey", "choices", "settings")
MOST_ROWS = {"survey": 3_000, "choices": 10_000, "settings": 10}
LONGEST_CELL = 8_000
# Older names of columns, and those that people type.
_ALIASES = {
    **{"command": "type", "tag": "name", "caption": "label", "relevance": "relevant", "calculate": "calculation"},
    **{"constraint_msg": "constraint_message", "requiredmsg": "required_message", "readonly": "read_only"},
    **{"bind::relevant": "relevant", "bind::constraint": "constraint", "bind::required": "required"},
    **{"bind::calculate": "calculation", "bind::readonly": "read_only", "control::appearance": "appearance"},
    **{"bind::jr:constraintmsg": "constraint_message", "bind::jr:requiredmsg": "required_message"},
    **{"jr:count": "repeat_count", "control::jr:count": "repeat_count", "title": "form_title", "id_string": "form_id"},
    **{"set_form_title": "form_title", "set_form_id": "form_id", "listname": "list_name", "guidance": "guidance_hint"},
}
_CHOICES = {"value": "name"}
_WORDS = re.compile(r"(label|caption|hint|guidance_hint|constraint_message|required_message)\s*(::?)\s*(\S.*)", re.I)


@dataclass(frozen=True)
class Sheet:
    """One sheet: the columns of its first row, and the rows that say something."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    line: int = 1

    @property
    def head(self) -> Row:
        """The row that names the columns, as a place for what is wrong with one."""
        return Row(self.name, self.line, {})


@dataclass
class Sheets:
    """A form as it was read; `others` are the names of further sheets."""

    survey: Sheet
    choices: Sheet
    settings: Sheet
    others: list[str] = field(default_factory=list)


def column(written: str, sheet: str) -> str:
    """What a column is called now: `Relevance` is relevant, `label: Welsh (cy)` is label::Welsh (cy)."""
    text = " ".join(written.split())
    spaced = re.sub(r"(guidance|constraint|required) (hint|message)", r"\1_\2", text, flags=re.IGNORECASE)
    if found := _WORDS.fullmatch(spaced):
        word = found[1].lower()
        return f"{_ALIASES.get(word, word)}::{found[3]}"
    name = text.lower().replace(" ", "_")
    return _ALIASES.get(name, _CHOICES.get(name, name) if sheet == "choices" else name)


def made(tables: dict[str, tuple[int, list[str], list[tuple[int, list[str]]]]], faults: Faults) -> Sheets:
    """Sheets from bare tables: name -> (line of the header, header, rows with their line)."""
    found = {name: _sheet(name, *tables.get(name, (1, [], [])), faults=faults) for name in SHEETS}
    if not found["survey"].rows:
        faults.add(
            "sheet", found["survey"].head, "sheet", "There is no sheet “survey” with rows, so this is no script."
        )
    return Sheets(**found, others=[name for name in tables if name not in SHEETS])


def _sheet(name: str, line: int, header: list[str], rows: list[tuple[int, list[str]]], *, faults: Faults) -> Sheet:
    columns = tuple(column(one, name) for one in header)
    head = Row(name, line, {})
    for one in sorted({one for one in columns if one and columns.count(one) > 1}):
        faults.add("column", head, one, "This column stands twice. Remove one of them.")
    if len(rows) > MOST_ROWS[name]:
        faults.add("size", head, "sheet", f"A script has at most {MOST_ROWS[name]:,} rows here.")
        rows = rows[: MOST_ROWS[name]]
    read = (_row(name, columns, at, cells, faults) for at, cells in rows)
    return Sheet(name, columns, [row for row in read if row.cells], line)


def _row(name: str, columns: tuple[str, ...], line: int, cells: list[str], faults: Faults) -> Row:
    said = {one: text for one, cell in zip(columns, cells, strict=False) if one and (text := cell.strip())}
    row = Row(name, line, said)
    if any(cell.strip() for cell in cells[len(columns) :]):
        faults.add("row", row, "row", "This row has more cells than there are columns. A bar inside a cell is \\|.")
    for one, text in said.items():
        if len(text) > LONGEST_CELL:
            faults.add("size", row, one, f"A cell has at most {LONGEST_CELL:,} characters.")
            said[one] = text[:LONGEST_CELL]
    return row
