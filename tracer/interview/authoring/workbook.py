"""Scripts as .xlsx workbooks, read by the reader that batches from outside are read by (decision 0009)."""

import io

from tracer.interview.authoring import sheets
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.sheets import SHEETS, Sheets
from tracer.tables import TableFault, read_sheets

# Characters and cells of the three sheets; a script of 500 questions in five languages has 400,000.
_MOST = 4_000_000
_HOW = "Copy its sheets survey, choices and settings into a new workbook, and send that."
# A batch may come as CSV instead; a script cannot.
_INSTEAD = {"Send it as CSV.": _HOW, ", or send it as CSV": ""}


def read(data: bytes, faults: Faults) -> Sheets | None:
    """The sheets of a workbook; None where the file cannot be used, with the fault said."""
    try:
        found, others = read_sheets(io.BytesIO(data), SHEETS, _MOST)
    except TableFault as fault:
        faults.add("file", Row("file", 1, {}), "file", _instead(str(fault)))
        return None
    bare = {}
    for name, rows in found.items():
        header = rows[0] if rows and rows[0][0] == 1 else (1, [])
        bare[name] = (header[0], header[1], rows[1:] if header[1] else rows)
    read = sheets.made(bare, faults)
    read.others += others
    return read


def _instead(words: str) -> str:
    for old, new in _INSTEAD.items():
        words = words.replace(old, new)
    return words
