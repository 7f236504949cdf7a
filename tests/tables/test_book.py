"""A workbook that Tracer writes: text in every cell, read back as it was by us and by two other readers."""

import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from tracer.tables import read_sheets, write_book

CELLS = st.text(
    st.characters(min_codepoint=9, exclude_categories=["Cs"], exclude_characters="\r\x0b\x0c\ufffe\uffff").filter(
        lambda one: one in "\t\n" or ord(one) > 31
    ),
    max_size=12,
).map(lambda text: text if text.strip() else text.strip())
SPECIAL = ["=1+1", "+44", "-2", "@SUM(A1)", " spaced ", "<b>&\"'", "_x0041_", "two\nlines", "عربي", "0012", "1e5", ""]


def sheets(rows: list[list[str]]) -> dict[str, list[list[str]]]:
    return {"survey": [["a", "b", "c"], *rows], "it's <two>": [["a"]]}


@given(rows=st.lists(st.lists(CELLS | st.sampled_from(SPECIAL), min_size=3, max_size=3), min_size=1, max_size=5))
@settings(deadline=None, max_examples=80)
def test_every_cell_comes_back_as_text(rows: list[list[str]]) -> None:
    data = write_book(sheets(rows))
    found, others = read_sheets(io.BytesIO(data), ("survey",), 1_000_000)
    ours = found["survey"]
    assert others == ["it's <two>"]
    assert ours[0] == (1, ["a", "b", "c"])
    by_line = {line: cells + [""] * (3 - len(cells)) for line, cells in ours[1:]}
    assert [by_line.get(line, ["", "", ""]) for line in range(2, len(rows) + 2)] == rows
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["survey", "it's <two>"]
    sheet: Any = book["survey"]
    for cells, wanted in zip(sheet.iter_rows(min_row=2, max_col=3), rows, strict=False):
        assert all(cell.data_type in {"s", "inlineStr", "n"} for cell in cells), "none is a formula"
        assert all(cell.value is None for cell in cells if cell.data_type == "n")
        assert [unescape(cell.value or "") for cell in cells] == wanted  # which it leaves to us
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("survey").to_python()
    assert theirs[0] == ["a", "b", "c"]


def test_many_columns() -> None:
    header = [f"c{at}" for at in range(60)]
    data = write_book({"survey": [header]})
    assert read_sheets(io.BytesIO(data), ("survey",), 10_000)[0]["survey"] == [(1, header)]
