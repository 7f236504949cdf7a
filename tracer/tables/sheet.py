"""A sheet of a workbook, row by row."""

import zipfile
from collections.abc import Iterator

from tracer.tables.archive import DAMAGED
from tracer.tables.parts import DEEPEST, feed
from tracer.tables.table import LONGEST_CELL, MOST_COLUMNS, Row, TableFault, too_long
from tracer.tables.values import Values

_MOST_LINES = 1_048_576  # what a sheet can have
# Cells that hold nothing but a colour or a border. A sheet of millions, and little else, is a mistake or malice.
_MOST_BLANK, _BLANK_TO_FULL = 2_000_000, 20
_MOST_OTHER = 500_000
_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_CELL, _ROW = ({f"{space} {tag}" for space in _SPACES} for tag in ("c", "row"))
_TEXT, _PARTS = ({f"{space} {tag}" for space in _SPACES for tag in tags} for tags in (("v", "t"), ("is", "f", "r")))
_FORMULA = {f"{space} f" for space in _SPACES}
_ALOUD = {f"{space} rPh" for space in _SPACES}
_DIGITS = "0123456789"


def rows_of(archived: zipfile.ZipFile, part: str, values: Values) -> Iterator[Row]:
    """The rows that hold something: their line, their cells as text. TableFault where the sheet is not whole."""
    sheet, ended = _Sheet(values), list[str]()
    open_now = 0
    for _ in feed(archived, part, sheet.start, ended.append, sheet.text):
        open_now += sheet.started - len(ended)
        sheet.started = 0
        ended.clear()
        if open_now > DEEPEST:
            raise TableFault(DAMAGED)
        if sheet.rows:
            yield from sheet.rows
            sheet.rows.clear()
    sheet.finish()
    yield from sheet.rows


class _Sheet:
    """Gathers cells into rows as elements start: a cell is done when another one, or another row, begins.

    Nothing is called where an element ends: at some 5 elements a cell, that halves the time.
    """

    def __init__(self, values: Values) -> None:
        self._read = values.read
        self.rows: list[Row] = []
        self.started = 0
        self._columns: dict[str, int] = {}
        self._line = self._column = self._blank = self._full = self._other = self._length = 0
        self._cells: list[str] = []
        self._kind: str | None = None
        self._style: str | None = None
        self._parts: list[str] = []
        self._taking = self._in_cell = self._aloud = self._formula = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element starts."""
        self.started += 1
        if name in _CELL:
            if self._in_cell:
                self._put()
            self._cell(given)
        elif name in _TEXT:
            self._taking = self._in_cell and not self._aloud
            self._length += 1
        elif name in _ROW:
            self._row(given.get("r"))
        elif name in _PARTS:
            self._taking = False
            self._formula = self._formula or name in _FORMULA
            self._length += 1
        else:
            self._something_else(name)

    def text(self, text: str) -> None:
        """Text of an element, or a line break after it."""
        if self._taking:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise too_long(self._line)

    def finish(self) -> None:
        """The row that is being gathered is whole."""
        if self._in_cell:
            self._put()
            self._in_cell = False
        if self._cells:
            self.rows.append((self._line, self._cells))
            self._cells = []

    def _something_else(self, name: str) -> None:
        """What says nothing; how a name is spoken is no part of it."""
        self._taking = False
        self._aloud = self._aloud or name in _ALOUD
        self._other += 1
        if self._other > _MOST_OTHER:
            raise TableFault(DAMAGED)

    def _row(self, given: str | None) -> None:
        self.finish()
        line = int(given) if given else self._line + 1
        if not self._line < line <= _MOST_LINES:
            raise TableFault(DAMAGED)
        self._line, self._column = line, -1

    def _cell(self, given: dict[str, str]) -> None:
        place = given.get("r")
        column = self._number(place.rstrip(_DIGITS)) if place else self._column + 1
        if column <= self._column:
            raise TableFault(DAMAGED)
        self._column, self._kind, self._style = column, given.get("t"), given.get("s")
        self._in_cell, self._taking, self._aloud, self._length = True, False, False, 0
        self._formula = False

    def _number(self, letters: str) -> int:
        """The number of a column by its letters, from 0."""
        known = self._columns.get(letters)
        if known is None:
            if not (letters.isascii() and letters.isupper() and len(letters) <= 3):
                raise TableFault(DAMAGED)
            known = 0
            for letter in letters:
                known = known * 26 + ord(letter) - 64
            known -= 1
            self._columns[letters] = known
        return known

    def _put(self) -> None:
        parts = self._parts
        text = ""
        if parts:
            text = self._read(parts[0] if len(parts) == 1 else "".join(parts), self._kind, self._style)
            parts.clear()
        if not text:
            if self._formula and self._kind != "str":  # worked out to no words is an answer
                raise TableFault(
                    f"Line {self._line} has a formula without its value in column {self._column + 1}. "
                    "Copy the sheet, paste it as values, and send that."
                )
            self._blank += 1
            if self._blank > _MOST_BLANK + _BLANK_TO_FULL * self._full:
                raise TableFault("The sheet holds millions of empty cells with a look of their own. Send it as CSV.")
            return
        if self._column >= MOST_COLUMNS:
            raise TableFault(
                f"Line {self._line} has something in column {self._column + 1}; {MOST_COLUMNS} columns is the most. "
                "Send only those needed."
            )
        self._full += 1
        cells = self._cells
        while len(cells) < self._column:
            cells.append("")
        cells.append(text)
