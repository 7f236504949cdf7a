"""Forms for tests, written as rows: what a cell does not say is blank."""

from collections.abc import Sequence
from io import BytesIO

import openpyxl

from tracer.interview import xlsform
from tracer.interview.xlsform import Reading

Row = dict[str, str]
YES_NO: list[Row] = [
    {"list_name": "yes_no", "name": "yes", "label": "Yes"},
    {"list_name": "yes_no", "name": "no", "label": "No"},
]
SETTINGS: Row = {"form_title": "Small", "form_id": "small", "version": "1"}


def row(type_: str, name: str = "", label: str | None = None, **more: str) -> Row:
    """A row of the survey. Two underscores stand for the colons of a column, `label__cy` for Welsh words."""
    said = {"type": type_, "name": name, "label": name.title() if label is None else label}
    columns = {"field": "bind::tracer:field", "always": "bind::tracer:always"}
    return said | {
        columns.get(key, key.replace("__cy", "::Welsh (cy)").replace("__", "::")): text for key, text in more.items()
    }


def group(*rows: Row, name: str = "one", **more: str) -> list[Row]:
    """A section."""
    return [row("begin_group", name, **more), *rows, row("end_group", label="")]


def repeat(*rows: Row, name: str = "many", **more: str) -> list[Row]:
    """A repeat."""
    return [row("begin_repeat", name, **more), *rows, row("end_repeat", label="")]


def table(name: str, rows: Sequence[Row]) -> str:
    """A sheet as Markdown."""
    columns = list(dict.fromkeys(column for one in rows for column in one))
    lines = [columns, ["---"] * len(columns), *([one.get(column, "") for column in columns] for one in rows)]
    cells = (
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in line) + " |" for line in lines
    )
    return f"## {name}\n" + "\n".join(cells) + "\n"


def markdown(survey: Sequence[Row], choices: Sequence[Row] = YES_NO, settings: Row = SETTINGS) -> str:
    """A form as Markdown."""
    return table("survey", survey) + table("choices", choices) + table("settings", [settings])


def inspect(survey: Sequence[Row], choices: Sequence[Row] = YES_NO, settings: Row = SETTINGS) -> Reading:
    """What there is to say of a form."""
    return xlsform.inspect_markdown(markdown(survey, choices, settings))


def workbook(survey: Sequence[Row], choices: Sequence[Row] = YES_NO, settings: Row = SETTINGS) -> bytes:
    """A form as a workbook, made by a library of others."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [settings])):
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for one in rows for column in one))
        sheet.append(columns)
        for one in rows:
            sheet.append([one.get(column, "") or None for column in columns])
    data = BytesIO()
    book.save(data)
    return data.getvalue()
