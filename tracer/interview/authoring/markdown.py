"""Scripts as Markdown: the three sheets of an XLSForm as pipe tables under `## survey` and so on."""

import re

from tracer.interview.authoring import sheets
from tracer.interview.authoring.faults import Faults
from tracer.interview.authoring.sheets import SHEETS, Sheets

_CELL = re.compile(r"(?<!\\)\|")
_HEADING = re.compile(rf"##\s+({'|'.join(SHEETS)})\s*", re.IGNORECASE)


def has_survey(text: str) -> bool:
    """Whether there is a table of questions at all."""
    return re.search(r"^##\s+survey\s*$", text, re.IGNORECASE | re.MULTILINE) is not None


def read(text: str, faults: Faults) -> Sheets:
    """The sheets; a row's line is its line in the file."""
    tables: dict[str, tuple[int, list[str], list[tuple[int, list[str]]]]] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.fullmatch(line.strip()):
            name = heading[1].lower()
        elif line.startswith("#"):
            name = ""
        elif line.lstrip().startswith("|") and name:
            cells = _cells(line)
            if name not in tables:
                tables[name] = number, cells, []
            elif not all(set(cell) <= set("-: ") for cell in cells):
                tables[name][2].append((number, cells))
    return sheets.made(tables, faults)


def _cells(line: str) -> list[str]:
    inside = line.strip()[1:]
    if inside.endswith("|") and not inside.endswith("\\|"):
        inside = inside[:-1]
    return [cell.strip().replace("\\|", "|").replace("<br>", "\n") for cell in _CELL.split(inside)]
