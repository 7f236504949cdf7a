"""Reading scripts written as XLSForm: Markdown tables in the repository, .xlsx from a script editor.

pyxform, the standard's own converter, accepts a form whose expressions are broken; so everything is checked here, and
pyxform is asked last, so that our scripts stay forms that others can use.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from tracer.interview.authoring import checks, markdown, workbook
from tracer.interview.authoring.builder import Builder
from tracer.interview.authoring.faults import Fault, Faults
from tracer.interview.authoring.sheets import Sheets
from tracer.interview.script import Script

__all__ = [
    "Fault",
    "Reading",
    "ScriptFault",
    "inspect",
    "inspect_markdown",
    "inspect_workbook",
    "read_markdown",
    "read_workbook",
]


MOST_BYTES = 8 * 1024 * 1024


class ScriptFault(ValueError):
    """A script that cannot be published, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Reading:
    """What came of reading a form: its script where nothing is wrong with it, all faults, and what to look at again."""

    script: Script | None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def whole(self) -> Script:
        """The script; ScriptFault lists every fault where there is one."""
        if self.script is None:
            raise ScriptFault(self.faults)
        return self.script


def inspect(data: bytes) -> Reading:
    """Everything there is to say of a file: a workbook, or Markdown tables in UTF-8. Never fails, whatever it is."""
    if wrong := _wrong(data):
        return Reading(None, [Fault("file", "1", "file", wrong, "file")])
    return inspect_workbook(data) if data.startswith(b"PK") else inspect_markdown(data.decode("utf-8-sig"))


def _wrong(data: bytes) -> str:
    """What the first look at a file says against it; blank where nothing does."""
    if not data:
        return "The file is empty. Send the script as .xlsx."
    if len(data) > MOST_BYTES:
        return "The file is larger than 8 MB, which is more than any script. Take pictures out of it."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "This is an old Excel file (.xls), or one with a password. Save it as .xlsx, without one."
    try:
        text = "" if data.startswith(b"PK") else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "This is neither a workbook (.xlsx) nor a text in UTF-8. Send the script as .xlsx."
    if text and ("\x00" in text or not markdown.has_survey(text)):
        return "There is no table under a heading “## survey”, so this is no script. Send it as .xlsx."
    return ""


def inspect_markdown(text: str) -> Reading:
    """Everything there is to say of a script in Markdown tables."""
    return _read(lambda faults: markdown.read(text, faults))


def inspect_workbook(data: bytes) -> Reading:
    """Everything there is to say of a script in an .xlsx workbook."""
    return _read(lambda faults: workbook.read(data, faults))


def read_markdown(text: str) -> Script:
    """A script from its Markdown tables; ScriptFault lists every fault."""
    return inspect_markdown(text).whole()


def read_workbook(data: bytes) -> Script:
    """A script from an .xlsx workbook; ScriptFault lists every fault."""
    return inspect_workbook(data).whole()


def _read(sheets_of: Callable[[Faults], Sheets | None]) -> Reading:
    found = Faults()
    sheets = sheets_of(found)
    if sheets is None or not sheets.survey.rows:
        return Reading(None, found.faults, found.warnings)
    builder = Builder(sheets, found)
    script = builder.build()
    checks.check(builder, script, found)
    if not found.faults and (said := _pyxform_says(sheets)):
        found.add("form", sheets.survey.head, "form", said)
    return Reading(script if not found.faults else None, _in_order(found.faults), _in_order(found.warnings))


def _in_order(faults: list[Fault]) -> list[Fault]:
    order = {"file": 0, "survey": 1, "choices": 2, "settings": 3}
    return sorted(faults, key=lambda fault: (order[fault.sheet], int(fault.row)))


def _pyxform_says(sheets: Sheets) -> str:
    """What the field's own converter objects to, if anything."""
    plain: dict[str, list[dict[str, str | None]]] = {}
    for sheet in (sheets.survey, sheets.choices, sheets.settings):
        if sheet.rows:
            plain[sheet.name] = [dict(row.cells) for row in sheet.rows]
            plain[f"{sheet.name}_header"] = [dict.fromkeys(column for column in sheet.columns if column)]
    try:
        convert(xlsform=plain, validate=False, pretty_print=False, form_name="script")
    except PyXFormError as error:
        return str(error)
    return ""
