"""Columns and sheets that a form may bring and Tracer leaves out: said, so that nobody believes that they work."""

import re

from tracer.interview.authoring.faults import Faults
from tracer.interview.authoring.sheets import Sheets
from tracer.interview.languages import SPOKEN

_SURVEY = {
    *("type", "name", "required", "relevant", "constraint", "calculation", "default", "appearance", "choice_filter"),
    *("repeat_count", "read_only", "trigger", "parameters", "disabled", "bind::tracer:field", "bind::tracer:always"),
}
_SPOKEN = re.compile(rf"({'|'.join(SPOKEN)})(::.*)?")
_MEDIA = re.compile(r"(media::?)?(image|audio|video|big-image)(::?.*)?")
# They say something about filling in a form on a telephone screen, or are the authors' own.
_NOT_SAID = {"comment", "comments", "note", "notes", "hxl", "body::accept", "autoplay", "rows", "count"}


def say_left_out(sheets: Sheets, faults: Faults) -> None:
    """Warn of each column and sheet that says something and is left out."""
    survey = sheets.survey
    for column in survey.columns:
        used = next((row for row in survey.rows if row.get(column)), None) if column else None
        if used is None or column in _SURVEY or column in _NOT_SAID or _SPOKEN.fullmatch(column):
            continue
        why = "Pictures and sounds are not shown on a call" if _MEDIA.fullmatch(column) else "Tracer has no such column"
        faults.warn("ignored", used, column, f"{why}: it is left out.")
    for column in sheets.choices.columns:
        used = next((row for row in sheets.choices.rows if row.get(column)), None) if column else None
        if used is not None and _MEDIA.fullmatch(column):
            faults.warn("ignored", used, column, "Pictures and sounds are not shown on a call: it is left out.")
    for name in sheets.others:
        faults.warn("ignored", sheets.survey.head, "sheet", f"The sheet {name!r} is left out.")
