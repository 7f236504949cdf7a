"""No exported cell is a formula, however it is opened, and every value comes back as it was (SECURITY, files out)."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.tables import open_table, plain, write_csv

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# What formulas and escapes are made of, far more often than chance would.
CELLS = st.text(st.sampled_from("=+-@'\"\t\r\n;,| ａ＝＠1aé")) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1))


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    write_csv(out, rows[0], rows[1:])
    return out.getvalue()


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would work it out; a plus with digits, a telephone number, has nothing to work out."""
    number = cell[:1] == "+" and cell[1:].isascii() and cell[1:].replace(" ", "").isdigit()
    return cell.startswith(_FORMULA) and not number


@given(rows=TABLES)
@settings(max_examples=2000)
def test_no_cell_is_a_formula_and_each_comes_back(rows: list[list[str]]) -> None:
    text = written(rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert not [cell for line in read for cell in line if is_formula(cell)]
    assert [[plain(cell) for cell in line] for line in read] == rows


@given(rows=TABLES, delimiter=st.sampled_from(";\t|"))
@settings(max_examples=2000)
def test_nor_where_another_delimiter_is_usual(rows: list[list[str]], delimiter: str) -> None:
    opened = csv.reader(io.StringIO(written(rows), newline=""), delimiter=delimiter)
    assert not [cell for line in opened for cell in line if is_formula(cell.lstrip("\r\n\t "))]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+44 7400 100001", "+44 7400 100001"),
        ("+447400100001", "+447400100001"),
        ("+1-cmd", "'+1-cmd"),
        ("'t Hooft", "'t Hooft"),
        ("'=1+1", "''=1+1"),
        ("O'Neill", "O'Neill"),
        ("Flat 2;=1+1", "Flat 2;'=1+1"),
    ],
)
def test_names_and_telephone_numbers_stay_as_they_are(cell: str, safe: str) -> None:
    assert next(csv.reader([written([["1", cell]])])) == ["1", safe]
    assert plain(safe) == cell


def test_a_file_that_was_written_corrected_and_sent_back_says_what_it_said(tmp_path: Path) -> None:
    rows = [["record_id", "family_name", "phone"], ["-7", "'t Hooft", "+44 7400 100001"], ["=8", "@home", "'=1"]]
    (tmp_path / "back.csv").write_text(written(rows), encoding="utf-8", newline="")
    with open_table(tmp_path / "back.csv") as table:
        assert [table.header, *(cells for _, cells in table)] == rows
