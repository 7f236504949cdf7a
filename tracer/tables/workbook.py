"""Workbooks (.xlsx): sheets, read row by row out of their archive, so that memory does not grow with them.

The readers that there are build the whole rectangle from the first to the last used cell before they give a row:
one cell in the far corner asks for 500 GB, and the process ends (the tests send such a file).
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers.expat import ExpatError

from tracer.tables import archive
from tracer.tables.parts import read_part
from tracer.tables.sheet import rows_of
from tracer.tables.strings import Strings
from tracer.tables.table import Row, Table, TableFault
from tracer.tables.values import Styles, Values

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ExpatError, EOFError),
    *(LookupError, ValueError, OSError, NotImplementedError),
)
_RELATION = re.compile(r"/relationships/(officeDocument|worksheet|sharedStrings|styles)$")


@dataclass
class _Book:
    """The sheets in order, a name and a part of the archive each, and what their cells are read by."""

    sheets: list[tuple[str, str]]
    values: Values


def open_workbook(file: IO[bytes]) -> Table:
    """A table from the first sheet; TableFault where the file is no whole workbook. The table closes the file."""
    archived = archive.check(file)
    try:
        book = _book(archived)
        rows = rows_of(archived, book.sheets[0][1], book.values)
        header = [cell.strip() for cell in _first(rows)]
    except _BROKEN as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault(archive.DAMAGED) from error
    notes = [] if len(book.sheets) == 1 else [f"Only the first sheet, “{book.sheets[0][0]}”, was read."]
    return Table(header, notes, _whole(rows, len(header)), close=file.close)


def read_sheets(file: IO[bytes], names: Collection[str], most: int) -> tuple[dict[str, list[Row]], list[str]]:
    """The rows of these sheets of a small workbook, by name in small letters, and what its other sheets are called.

    TableFault where it is not whole, has more than `most` characters and cells in these sheets, or unpacks to more
    than ten times that.
    """
    archived = archive.check(file, 10 * most)
    found: dict[str, list[Row]] = {}
    others, left = list[str](), most
    try:
        book = _book(archived)
        for name, part in book.sheets:
            called = name.strip().lower()
            if called in names and called not in found:
                rows = found[called] = []
                for line, cells in rows_of(archived, part, book.values):
                    left -= sum(map(len, cells)) + len(cells)
                    if left < 0:
                        raise TableFault(f"The sheet “{called}” holds more than can be read here.")
                    rows.append((line, cells))
            else:
                others.append(name)
    except _BROKEN as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault(archive.DAMAGED) from error
    return found, others


def _first(rows: Iterator[Row]) -> list[str]:
    line, cells = next(rows, (1, []))
    return cells if line == 1 else []


def _whole(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Each row as wide as the header."""
    try:
        for line, cells in rows:
            if len(cells) > width:
                raise TableFault(
                    f"Line {line} has something in column {len(cells)}, where the first line names none. "
                    "Name the column or empty the cell."
                )
            yield line, cells + [""] * (width - len(cells))
    except _BROKEN as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault(archive.DAMAGED) from error


def _book(archived: zipfile.ZipFile) -> _Book:
    main = next((target for kind, target in _relations(archived, "").values() if kind == "officeDocument"), "")
    related = _relations(archived, main)
    sheets: list[tuple[str, str]] = []
    since_1904 = False
    for element in read_part(archived, main):
        if element.tag == "sheet":
            kind, target = related.get(element.given.get("id", ""), ("", ""))
            if kind == "worksheet":
                sheets.append((element.given.get("name", ""), target))
        elif element.tag == "workbookPr":
            since_1904 = element.given.get("date1904") in {"1", "true"}
    if not sheets:
        raise TableFault("The workbook has no sheet with a table. Send it again, whole.")
    parts = dict(related.values())
    strings = Strings()
    if "sharedStrings" in parts:
        strings.read(archived, parts["sharedStrings"])
    styles = _styles(archived, parts.get("styles"))
    return _Book(sheets, Values(strings, styles, since_1904))


def _relations(archived: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part points to: id -> what it is, and the name of the part in the archive."""
    folder, name = posixpath.split(part)
    found = {}
    for element in read_part(archived, posixpath.join(folder, "_rels", f"{name}.rels")):
        kind = _RELATION.search(element.given.get("Type", ""))
        if element.tag == "Relationship" and kind and "Id" in element.given:
            target = posixpath.normpath(posixpath.join("/", folder, element.given.get("Target", "")))
            found[element.given["Id"]] = kind[1], target.lstrip("/")
    return found


def _styles(archived: zipfile.ZipFile, part: str | None) -> Styles:
    """Which of the sheet's styles show a number as a day or a time."""
    styles, inside = Styles(), False
    for element in read_part(archived, part) if part else ():
        if element.tag == "numFmt" and element.starts:
            styles.name(element.given.get("numFmtId", ""), element.given.get("formatCode", ""))
        elif element.tag == "cellXfs":
            inside = element.starts
        elif element.tag == "xf" and inside and element.starts:
            styles.add(element.given.get("numFmtId", "0"))
    return styles
