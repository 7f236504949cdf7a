"""Workbooks, cell by cell: what openpyxl writes is read as calamine reads it; and what only some writers do."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tests.tables import hostile
from tracer.tables import TableFault, open_table

LETTERS = st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs", "Cc"])
WORDS = st.text(LETTERS, max_size=9).filter(lambda text: not text.isspace())  # which calamine drops and we keep
CELLS = (
    st.none()
    | WORDS.filter(lambda text: not text.startswith("=") and "_x" not in text)
    | st.integers(-(10**12), 10**12)
    | st.floats(-1e9, 1e9).map(lambda number: round(number, 4))
    | st.dates(date(1900, 3, 1), date(2100, 1, 1))
    | st.datetimes(datetime.fromisoformat("1900-03-01"), datetime.fromisoformat("2100-01-01")).map(
        lambda one: one.replace(microsecond=0)
    )
    | st.booleans()
)


def rows(path: Path) -> list[tuple[int, list[str]]]:
    with open_table(path) as table:
        return [(1, table.header), *table]


def as_calamine(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@given(body=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8), streamed=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_read_as_calamine_reads_it(tmp_path: Path, body: list[list[Any]], streamed: bool) -> None:
    path = tmp_path / "book.xlsx"
    book = Workbook(write_only=streamed)
    sheet = book.create_sheet("S") if streamed else book.active
    assert sheet is not None
    for cells in [["a", "b", "c"], *body]:
        sheet.append(cells)
    book.save(path)
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
    expected = [[as_calamine(cell) for cell in cells] for cells in theirs]
    wide = [cells + [""] * (3 - len(cells)) for cells in expected]
    assert rows(path) == [(line, cells) for line, cells in enumerate(wide, 1) if any(cells)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A2" t="s"><v>1</v></c>', "Amara Thistlewood"),
        ('<c r="A2" t="s"><v>2</v></c>', "東京"),
        ('<c r="A2" t="str"><f>A1&amp;1</f><v>a &amp; b</v></c>', "a & b"),
        ('<c r="A2" t="inlineStr"><is><r><t>ab</t></r><r><t xml:space="preserve"> c</t></r></is></c>', "ab c"),
        ('<c r="A2" t="inlineStr"><is><t>x</t><rPh sb="0" eb="1"><t>aloud</t></rPh></is></c>', "x"),
        ('<c r="A2"><v>9990000018</v></c>', "9990000018"),
        ('<c r="A2"><v>1.0E3</v></c>', "1000"),
        ('<c r="A2"><v>0.1</v></c>', "0.1"),
        ('<c r="A2" s="1"><v>46000</v></c>', "2025-12-09"),
        ('<c r="A2" s="2"><v>46000.75</v></c>', "2025-12-09"),
        ('<c r="A2" s="3"><v>46000</v></c>', "46000"),
        ('<c r="A2" s="1"><v>0.5</v></c>', time(12).isoformat()),
        ('<c r="A2" s="1"><v>59</v></c>', "1900-02-28"),
        ('<c r="A2" t="d"><v>2025-12-09T00:00:00</v></c>', "2025-12-09"),
        ('<c r="A2" t="b"><v>1</v></c>', "True"),
        ('<c r="A2" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="inlineStr">\n  <is>\n   <t>no place</t>\n  </is>\n </c>\n', "no place"),
    ],
)
def test_each_kind_of_cell(cell: str, text: str, tmp_path: Path) -> None:
    strings = "<si><t>record_id</t></si><si><r><t>Amara </t></r><r><t>Thistlewood</t></r></si>"
    strings += "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    formats = '<numFmts><numFmt numFmtId="200" formatCode="yyyy\\-mm"/>'
    formats += '<numFmt numFmtId="201" formatCode="0&quot;days&quot;"/>'
    styles = f'{formats}</numFmts><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/></cellXfs>'
    path = tmp_path / "book.xlsx"
    hostile.book(
        path,
        f'{hostile.HEAD}{hostile.FIRST}<row r="2">{cell}</row>{hostile.TAIL}',
        strings=f'<sst xmlns="{hostile.MAIN}">{strings}</sst>',
        styles=f'<styleSheet xmlns="{hostile.MAIN}">{styles}</styleSheet>',
    )
    [(line, [found])] = rows(path)[1:]
    assert (line, found.strip()) == (2, text)


def test_another_prefix_and_the_strict_kind_are_read(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    body = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row>'
    body += '<x:row r="5"><x:c r="A5"><x:v>7</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{strict}"><x:sheetData>{body}</x:sheetData></x:worksheet>'
    hostile.book(tmp_path / "book.xlsx", sheet)
    assert rows(tmp_path / "book.xlsx") == [(1, ["a"]), (5, ["7"])]


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (f'{hostile.HEAD}<row r="2"><c r="A2"><v>1</v></c></row>{hostile.TAIL}', "first line is blank"),
        (f'{hostile.HEAD}{hostile.FIRST}<row r="2"><c r="C2"><v>1</v></c></row>{hostile.TAIL}', "column 3"),
        (f'{hostile.HEAD}{hostile.FIRST}<row r="1"><c r="A1"><v>1</v></c></row>{hostile.TAIL}', "damaged"),
        (f'{hostile.HEAD}{hostile.FIRST}<row r="x"/>{hostile.TAIL}', "damaged"),
        (f'{hostile.HEAD}{hostile.FIRST}<row r="2"><c r="A2" t="s"><v>99</v></c></row>{hostile.TAIL}', "damaged"),
        (f'{hostile.HEAD}{hostile.FIRST}<row r="2">', "damaged"),
        ("<worksheet/>", "first line is blank"),
        ("no XML", "damaged"),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused(sheet: str, words: str, tmp_path: Path) -> None:
    hostile.book(tmp_path / "book.xlsx", sheet)
    with pytest.raises(TableFault, match=words):
        rows(tmp_path / "book.xlsx")


@given(place=st.integers(0, 5000), value=st.integers(0, 255))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_workbook_with_one_wrong_byte_is_read_or_refused(tmp_path: Path, place: int, value: int) -> None:
    path = tmp_path / "book.xlsx"
    hostile.book(path, f'{hostile.HEAD}{hostile.FIRST}<row r="2"><c r="A2"><v>1</v></c></row>{hostile.TAIL}')
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    path.write_bytes(content)
    try:
        assert len(rows(path)) <= 2
    except TableFault as fault:
        assert str(fault)
