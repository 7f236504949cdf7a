"""Scripts as .xlsx workbooks, read by the reader that batches from outside are read by (decision 0009)."""

from tracer import tables
from tracer.interview.authoring import sheets
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.sheets import MOST_ROWS, SHEETS, Sheets

LARGEST, MOST_UNPACKED = 5_000_000, 50_000_000  # bytes
_HOW = "Save the script as a new .xlsx workbook and send that."


def read(data: bytes, faults: Faults) -> Sheets | None:
    """The sheets of a workbook; None where the file cannot be used, with the fault said."""
    place = Row("file", 1, {})
    wrong = _wrong(data)
    if wrong:
        faults.add("file", place, "file", f"{wrong} {_HOW}")
        return None
    try:
        names, found = tables.open_book(data, MOST_ROWS, MOST_UNPACKED)
    except tables.TableFault as fault:
        said = str(fault).replace("Send it as CSV.", "").replace("or send it as CSV", "").strip()
        faults.add("file", place, "file", f"{said} {_HOW}")
        return None
    bare = {}
    for name, rows in found.items():
        header = rows[0] if rows and rows[0][0] == 1 else (1, [])
        bare[name] = (header[0], header[1], rows[1:] if header[1] else rows)
    read = sheets.made(bare, faults)
    read.others += [name for name in names if name.lower() not in SHEETS]
    return read


def _wrong(data: bytes) -> str:
    """What the first look at a file says against it; blank where nothing does."""
    if not data:
        return "The file is empty."
    if len(data) > LARGEST:
        return f"A script has at most {LARGEST // 1_000_000} MB."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "This is an old Excel file (.xls)."
    return "" if data.startswith(b"PK") else "This is no .xlsx workbook."
