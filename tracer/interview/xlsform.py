"""Reading scripts written as XLSForm: Markdown tables in the repository, .xlsx from a script editor.

pyxform accepts a form whose expressions are broken, so every one is compiled here too, and all faults
are named at once with their sheet and row.
"""

import io
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from tracer.interview import markdown
from tracer.interview.builder import Builder
from tracer.interview.markdown import Sheet
from tracer.interview.script import Script

_SHEETS = ("survey", "choices", "settings")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a script, and where."""

    sheet: str
    row: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}, {self.column}: {self.message}"


class ScriptFault(ValueError):
    """A script that cannot be published, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def read_markdown(text: str) -> Script:
    """A script from its Markdown tables; ScriptFault lists every fault."""
    return _build(markdown.read(text))


def read_sheets(sheets: dict[str, Sheet]) -> Script:
    """A script from its sheets, a dict for each row with `__row__` for its line; ScriptFault lists every fault."""
    return _build(sheets)


def read_workbook(data: bytes) -> Script:
    """A script from an .xlsx workbook; ScriptFault lists every fault."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return _build({name: _sheet(book, name) for name in _SHEETS if name in book.sheet_names})


def _sheet(book: Any, name: str) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python()
    header = [str(cell).strip() for cell in rows[0]] if rows else []
    return [
        {
            **{key: _text(cell) for key, cell in zip(header, row, strict=False) if _text(cell)},
            "__row__": str(number),
        }
        for number, row in enumerate(rows[1:], 2)
        if any(_text(cell) for cell in row)
    ]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _build(sheets: dict[str, Sheet]) -> Script:
    missing = [name for name in ("survey", "settings") if not sheets.get(name)]
    if missing:
        raise ScriptFault([Fault(name, "1", "sheet", "There is no such sheet, or it is empty.") for name in missing])
    builder = Builder(sheets)
    script = builder.build()
    faults = [Fault(*fault) for fault in builder.faults]
    if not faults and (said := _pyxform_says(sheets)):
        faults.append(Fault("survey", "?", "form", said))
    if faults:
        raise ScriptFault(faults)
    return script


def _pyxform_says(sheets: dict[str, Sheet]) -> str:
    """What the field's own converter objects to, if anything: our scripts stay portable."""
    plain = {
        name: [{key: cell for key, cell in row.items() if key != "__row__"} for row in rows]
        for name, rows in sheets.items()
    }
    # It reads the columns off the first hundred rows unless it is told them.
    headers = {f"{name}_header": [dict.fromkeys(key for row in rows for key in row)] for name, rows in plain.items()}
    try:
        convert(xlsform={**plain, **headers}, validate=False, pretty_print=False)
    except PyXFormError as error:
        return str(error)
    return ""
