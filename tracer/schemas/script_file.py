"""A script as an editor sends it: an XLSForm workbook (.xlsx) or Markdown tables, read within bounds."""

import io

from tracer.interview import markdown, xlsform
from tracer.interview.markdown import Sheet
from tracer.interview.script import Script
from tracer.tables import TableFault, read_sheets

MOST_BYTES = 8 * 1024 * 1024
# Characters and cells of the three sheets; a script of 500 questions in five languages has 400,000.
_MOST = 4_000_000
_SHEETS = ("survey", "choices", "settings")
# A batch may come as CSV instead; a script cannot.
_INSTEAD = {
    "Send it as CSV.": "Copy its sheets survey, choices and settings into a new workbook, and send that.",
    ", or send it as CSV": "",
}


def read(data: bytes) -> Script:
    """The script of a file; ScriptFault lists what is wrong in it, TableFault says why it is no such file at all."""
    if not data:
        raise TableFault("The file is empty. Send the script as .xlsx.")
    if len(data) > MOST_BYTES:
        raise TableFault("The file is larger than 8 MB, which is more than any script. Take pictures out of it.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableFault("This is an old Excel file (.xls), or one with a password. Save it as .xlsx, without one.")
    return xlsform.read_sheets(_workbook(data) if data.startswith(b"PK") else _markdown(data))


def _workbook(data: bytes) -> dict[str, Sheet]:
    try:
        found = read_sheets(io.BytesIO(data), _SHEETS, _MOST)
    except TableFault as fault:
        raise TableFault(_instead(str(fault))) from fault
    if "survey" not in found:
        raise TableFault(
            "This workbook has no sheet “survey”, so it is no script. Start from the live one: download it."
        )
    return {name: _rows(rows) for name, rows in found.items()}


def _instead(words: str) -> str:
    for old, new in _INSTEAD.items():
        words = words.replace(old, new)
    return words


def _rows(rows: list[tuple[int, list[str]]]) -> Sheet:
    """A dict for each row under the sheet's first line."""
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise TableFault(f"These columns stand twice in one sheet: {', '.join(twice)}. Remove one of each.")
    return [
        {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        | {"__row__": str(line)}
        for line, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]


def _markdown(data: bytes) -> dict[str, Sheet]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableFault("This is neither a workbook (.xlsx) nor a text in UTF-8. Send the script as .xlsx.") from None
    sheets = markdown.read(text) if "\x00" not in text else {}
    if "survey" not in sheets:
        raise TableFault("There is no table under a heading “## survey”, so this is no script. Send it as .xlsx.")
    return sheets
