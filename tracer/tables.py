"""Tables from outside: CSV and .xlsx files, read row by row, refused with a reason when they are not whole.

A fault of the file (`TableFault`) means that nothing of it can be trusted; faults of single rows are the
schema's business.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from python_calamine import CalamineError, CalamineWorkbook

MOST_COLUMNS = 100
LONGEST_CELL = 32_767  # what a spreadsheet cell can hold
_MOST_UNPACKED = 1_000_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableFault(ValueError):
    """The file cannot be used as a whole; the message says why and what to do."""


Row = tuple[int, list[str]]


@dataclass
class Table:
    """An open table: its header, what was noticed on opening, and its rows (line number, cells) once."""

    header: list[str]
    notes: list[str] = field(default_factory=list)
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    _file: TextIO | None = None

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def open_table(path: Path, name: str | None = None) -> Table:
    """Open a CSV or .xlsx file; TableFault where it is neither, or not whole.

    `name` is what the sender called it. The kind is told by the first bytes, not by the name.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise TableFault("The file is empty. Send it again, or ask the laboratory for it.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableFault(
            "This is an old Excel file (.xls), which holds at most 65,536 rows and drops the rest without a word. "
            "Save it as .xlsx or CSV and send that."
        )
    table = _open_workbook(path) if start.startswith(b"PK") else _open_text(path)
    try:
        _check_header(table.header)
    except TableFault:
        table.__exit__()
        raise
    return table


def _check_header(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise TableFault(f"The file has {len(header)} columns; {MOST_COLUMNS} is the most. Send only those needed.")
    if not any(header):
        raise TableFault("The first line is blank. It must name the columns.")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise TableFault(f"These columns stand twice: {', '.join(twice)}. Remove one of each.")


def _encoding(path: Path) -> tuple[str, list[str]]:
    """UTF-8 when every byte of the file says so, else Windows-1252; read through once, in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if b"\x00" in piece:
                raise TableFault("This is not a table: it holds binary data. Send a CSV or an .xlsx file.")
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                return "cp1252", ["The file is not UTF-8; it was read as Windows-1252. Check names with accents."]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise TableFault("The file is cut off in the middle of a letter. Send it again, whole.") from None
    return "utf-8-sig", []


def _open_text(path: Path) -> Table:
    encoding, notes = _encoding(path)
    file = path.open(encoding=encoding, errors="strict", newline="")
    first = file.readline(1 << 20)
    file.seek(0)
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except (csv.Error, StopIteration, UnicodeDecodeError) as error:
        file.close()
        raise TableFault("The first line cannot be read as column names. Send a CSV or an .xlsx file.") from error
    return Table(header, notes, _text_rows(file, reader, len(header)), file)


def _text_rows(file: TextIO, reader: Any, width: int) -> Iterator[Row]:
    with file:
        line = reader.line_num + 1
        try:
            for cells in reader:
                if any(cells):
                    if len(cells) != width:
                        raise TableFault(
                            f"Line {line} has {len(cells)} cells, the header {width}. "
                            "The file is cut off or a comma is not quoted: send it again, whole."
                        )
                    yield line, cells
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise TableFault(f"Line {line} holds letters that cannot be read. Save the file as UTF-8.") from error
        except csv.Error as error:
            if "field limit" in str(error):
                raise TableFault(f"Line {line} has a cell of over {LONGEST_CELL:,} characters. Shorten it.") from error
            raise TableFault(
                f"Line {line} cannot be read ({error}). The file is cut off or a quote is not closed: send it again."
            ) from error


def _open_workbook(path: Path) -> Table:
    try:
        with zipfile.ZipFile(path) as book:
            if sum(entry.file_size for entry in book.infolist()) > _MOST_UNPACKED:
                raise TableFault("The workbook unpacks to over 1 GB. Send it as CSV.")
            if book.testzip() is not None:
                raise TableFault("The workbook is damaged. Send it again, whole.")
        workbook = CalamineWorkbook.from_path(path)
        rows = workbook.get_sheet_by_index(0).iter_rows()
        header = [_text(cell).strip() for cell in next(iter(rows), [])]
    except (zipfile.BadZipFile, CalamineError, ValueError, OSError) as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault("The workbook is damaged or cut off, or is no .xlsx file. Send it again, whole.") from error
    while header and not header[-1]:
        header.pop()
    notes = [] if len(workbook.sheet_names) == 1 else [f"Only the first sheet, “{workbook.sheet_names[0]}”, was read."]
    return Table(header, notes, _workbook_rows(iter(rows), len(header)))


def _workbook_rows(rows: Iterator[list[Any]], width: int) -> Iterator[Row]:
    for line, row in enumerate(rows, 2):
        cells = [_text(cell) for cell in row[:width]]
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise TableFault(f"Line {line} has a cell of over {LONGEST_CELL:,} characters. Shorten it.")
        if any(cells):
            yield line, cells + [""] * (width - len(cells))


def _text(cell: Any) -> str:
    """A cell as text: spreadsheets give numbers as floats and dates as dates."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def write_csv(to: TextIO, header: list[str], rows: Iterator[list[str]] | list[list[str]]) -> None:
    """Write a CSV that no spreadsheet takes for formulas: such a cell gets a leading apostrophe.

    `plain` takes it off again; a telephone number (+ and digits) is no formula and stays as it is.
    """
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow([_safe(cell) for cell in header])
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])


def _safe(cell: str) -> str:
    harmless = cell[:1] == "+" and cell[1:].replace(" ", "").isdigit()
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) and not harmless else cell


def plain(cell: str) -> str:
    """A cell that `write_csv` wrote, as it was."""
    return cell[1:] if cell.startswith("'") else cell


def as_text(header: list[str], rows: list[list[str]]) -> str:
    """A small table as CSV text."""
    out = io.StringIO()
    write_csv(out, header, rows)
    return out.getvalue()
