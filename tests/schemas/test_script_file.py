"""A script as it is sent: the workbook and the tables say the same, and what is none is refused with what to do."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.scripting import workbook
from tests.tables import hostile
from tracer.interview import library
from tracer.interview.authoring import markdown
from tracer.interview.authoring.faults import Faults
from tracer.interview.xlsform import ScriptFault
from tracer.schemas import script_file
from tracer.tables import TableFault

SHIPPED = library.shipped()


def as_rows(text: str) -> dict[str, list[list[str]]]:
    """Markdown tables as rows of cells."""
    found, faults = {}, Faults()
    form = markdown.read(text, faults)
    for sheet in (form.survey, form.choices, form.settings):
        rows = [[row.get(column) for column in sheet.columns] for row in sheet.rows]
        found[sheet.name] = [list(sheet.columns), *rows]
    assert not faults.faults
    return found


@pytest.mark.parametrize("which", SHIPPED, ids="/".join)
def test_workbook_and_tables_say_the_same(which: tuple[str, str]) -> None:
    text = SHIPPED[which].read_text()
    book = workbook({"Notes of the editor": [["a"]], **as_rows(text)})
    assert script_file.read(text.encode()) == script_file.read(book) == library.load(*which)


def test_a_fault_is_named_by_the_sheets_own_row() -> None:
    rows = as_rows(SHIPPED["measles", "index-case"].read_text())
    header = rows["survey"][0]
    rows["survey"][5][header.index("type")] = "telepathy"
    rows["survey"].insert(3, [])
    with pytest.raises(ScriptFault) as fault:
        script_file.read(workbook(rows))
    assert [(one.sheet, one.row, one.column) for one in fault.value.faults if "telepathy" in one.message] == [
        ("survey", "7", "type")
    ]


REFUSED = {
    "empty": (b"", "empty"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + bytes(600), "Save it as .xlsx"),
    "too large": (b"#" * (8 * 1024 * 1024 + 1), "8 MB"),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff\xfe", "neither a workbook"),
    "binary": (b"## survey\x00", "no script"),
    "prose": (b"Dear all, ask them how they are.", "no script"),
    "a table of results": (workbook({"Sheet1": [["record_id"], ["1"]]}), "no sheet “survey”"),
    "a zip that is no workbook": (b"PK\x03\x04" + bytes(99), "damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_script_is_refused_with_what_to_do(what: str) -> None:
    data, words = REFUSED[what]
    with pytest.raises(TableFault, match=words) as fault:
        script_file.read(data)
    assert "CSV" not in str(fault.value)


@pytest.mark.parametrize("make", [hostile.bomb, hostile.far_corner, hostile.lying, hostile.entities])
def test_hostile_workbooks(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "book.xlsx")
    data = (tmp_path / "book.xlsx").read_bytes()
    with pytest.raises(TableFault) as fault:
        script_file.read(data)
    assert "CSV" not in str(fault.value)


def test_a_far_corner_costs_nothing() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for column, name in enumerate(("type", "name", "label"), 1):
        sheet.cell(1, column, name)
    sheet.cell(1_048_576, 3, "far")
    settings = book.create_sheet("settings")
    for row in (["form_title", "form_id"], ["Far", "far"]):
        settings.append(row)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(ScriptFault) as fault:
        script_file.read(out.getvalue())
    assert any(one.row == "1048576" for one in fault.value.faults)


def test_more_words_than_any_script_has() -> None:
    with pytest.raises(TableFault, match="more than can be read"):
        script_file.read(workbook({"survey": [["type", "name", "label"]] + [["note", "n", "x" * 30_000]] * 140}))
