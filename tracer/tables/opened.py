"""Opening a file as a table, its kind told by the first bytes and not by its name."""

import io
from pathlib import Path
from typing import IO

from tracer.tables import archive
from tracer.tables.table import Table, TableFault
from tracer.tables.texts import open_text
from tracer.tables.workbook import open_workbook

_START = 256 * 1024


def open_table(path: Path) -> Table:
    """Open a CSV or .xlsx file; TableFault where it is neither, or not whole."""
    file = path.open("rb")
    try:
        _check_kind(file.read(8))
        file.seek(0)
        table = open_workbook(file) if _is_archive(file) else open_text(file)
        table.check_header()
    except BaseException:
        file.close()
        raise
    return table


def glance(file: IO[bytes]) -> Table | None:
    """What the start of a file tells: a table with its header, the whole of one where it is short; None: nothing yet.

    For whoever must answer at once: a workbook is not unpacked, a long text not read. TableFault where that is
    enough to know that it cannot be used.
    """
    file.seek(0)
    start = file.read(_START + 1)
    _check_kind(start[:8])
    if _is_archive(file):
        archive.check(file)
        return None
    whole = len(start) <= _START
    lines = start if whole else start[: start.rfind(b"\n") + 1]
    if not lines:
        return None
    table = open_text(io.BytesIO(lines), whole=whole)
    table.check_header()
    return table


def _check_kind(start: bytes) -> None:
    if not start:
        raise TableFault("The file is empty. Send it again, or ask whoever made it.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableFault(
            "This is an old Excel file (.xls), which holds at most 65,536 rows and drops the rest without a word. "
            "Save it as .xlsx or CSV and send that."
        )


def _is_archive(file: IO[bytes]) -> bool:
    file.seek(0)
    found = file.read(2) == b"PK"
    file.seek(0)
    return found
