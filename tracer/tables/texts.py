"""CSV files: UTF-8 or Windows-1252, parted by commas, semicolons or tabs."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Any, TextIO

from tracer.tables.table import LONGEST_CELL, MOST_ROWS, Row, Table, TableFault, too_long, too_many
from tracer.tables.written import plain

_PIECE = 1 << 20
# Characters of one record, line breaks inside quotes included. A wide row of ours has 5,000.
_LONGEST_RECORD = 1_000_000


class _Endless(Exception):
    """A record goes on and on: no memory is spent on finding its end."""


def open_text(file: IO[bytes], *, whole: bool = True) -> Table:
    """A table from a CSV file; TableFault where it is none. The table closes the file.

    Of the start of a longer file (not `whole`) only the header is read.
    """
    encoding, notes = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="strict", newline="")
    try:
        first = text.readline(_PIECE)
    except UnicodeDecodeError as error:
        text.close()
        raise TableFault("The file holds letters that cannot be read. Save the file as UTF-8.") from error
    text.seek(0)
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(text)
    reader = csv.reader(lines.read(), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        header = [plain(name).strip() for name in next(reader)]
    except (csv.Error, StopIteration, UnicodeDecodeError, _Endless) as error:
        text.close()
        raise TableFault("The first line cannot be read as column names. Send a CSV or an .xlsx file.") from error
    rows = _rows(lines, reader, len(header)) if whole else iter(())
    return Table(header, notes, rows, whole, text.close)


def _encoding(file: IO[bytes]) -> tuple[str, list[str]]:
    """UTF-8 when every byte of the file says so, else Windows-1252; read through once, in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise TableFault("The file is UTF-16 (Excel calls it Unicode text). Save it as “CSV UTF-8” and send that.")
    file.seek(0)
    while piece := file.read(_PIECE):
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


class _Lines:
    """The lines of a file, with an eye on how much of one record was read and whether it holds an apostrophe."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.read_of_record = 0
        self.apostrophe = False

    def read(self) -> Iterator[str]:
        """Line by line; _Endless where one record has over a million characters."""
        readline = self._file.readline
        while line := readline(_LONGEST_RECORD):
            self.read_of_record += len(line)
            if self.read_of_record >= _LONGEST_RECORD:
                raise _Endless
            if "'" in line:
                self.apostrophe = True
            yield line

    def next_record(self) -> None:
        """The record before this is done with."""
        self.read_of_record, self.apostrophe = 0, False


def _rows(lines: _Lines, reader: Any, width: int) -> Iterator[Row]:
    line = reader.line_num + 1
    lines.next_record()
    try:
        for number, cells in enumerate(reader):
            if number == MOST_ROWS:
                raise too_many()
            if any(cells):
                if len(cells) != width:
                    raise _ragged(line, len(cells), width)
                yield line, [plain(cell) for cell in cells] if lines.apostrophe else cells
            line = reader.line_num + 1
            lines.next_record()
    except UnicodeDecodeError as error:
        raise TableFault(f"Line {line} holds letters that cannot be read. Save the file as UTF-8.") from error
    except _Endless as error:
        raise too_long(line) from error
    except csv.Error as error:
        if "field limit" in str(error):
            raise too_long(line) from error
        raise TableFault(
            f"Line {line} cannot be read ({error}). The file is cut off or a quote is not closed: send it again."
        ) from error


def _ragged(line: int, cells: int, width: int) -> TableFault:
    return TableFault(
        f"Line {line} has {cells} cells, the header {width}. "
        "The file is cut off or a comma is not quoted: send it again, whole."
    )
