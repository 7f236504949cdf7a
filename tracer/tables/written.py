"""Writing a CSV that no spreadsheet takes for formulas, and reading what was written as it was."""

import csv
import io
import re
from collections.abc import Iterable
from typing import TextIO

# What a spreadsheet takes for the start of a formula; the wide forms are those of a Japanese keyboard.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"
# Where a cell may start: at its beginning, and after what another spreadsheet's settings take for the end of one.
_STARTS = r"(?:^|(?<=[;|\t\r\n]))"
_OPEN = re.compile(rf"{_STARTS}(?=[ '\"]*[{_FORMULA}])")
_SHUT = re.compile(rf"{_STARTS}'(?=[ '\"]*[{_FORMULA}])")
_TELEPHONE = re.compile(r"\+[0-9][0-9 ]*")


def write_csv(to: TextIO, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write a CSV that no spreadsheet takes for formulas: where one would start, an apostrophe stands before it.

    `plain` takes it off again, and so does whatever reads tables here: a file that was written, corrected and sent
    back says what it said. A telephone number (+ and digits) is no formula and stays as it is, but for the first
    column: where the comma is no delimiter, what follows would be read on with it.
    """
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow(_safe(header))
    for row in rows:
        writer.writerow(_safe(row))


def _safe(row: list[str]) -> list[str]:
    return [cell if at and _TELEPHONE.fullmatch(cell) else _OPEN.sub("'", cell) for at, cell in enumerate(row)]


def plain(cell: str) -> str:
    """A cell that `write_csv` wrote, as it was. Another one that starts with an apostrophe, a name, stays as it is."""
    return _SHUT.sub("", cell) if "'" in cell else cell


def as_text(header: list[str], rows: list[list[str]]) -> str:
    """A small table as CSV text."""
    out = io.StringIO()
    write_csv(out, header, rows)
    return out.getvalue()
