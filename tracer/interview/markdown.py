"""Scripts as Markdown: the three sheets of an XLSForm as pipe tables under `## survey` and so on."""

import re
from collections.abc import Iterator

Sheet = list[dict[str, str]]

_CELL = re.compile(r"(?<!\\)\|")
_HEADING = re.compile(r"##\s+(survey|choices|settings)\s*", re.IGNORECASE)


def read(text: str) -> dict[str, Sheet]:
    """The sheets by name, a dict for each row; `__row__` is the line in the file."""
    sheets: dict[str, Sheet] = {}
    name, header = "", [""]
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.fullmatch(line.strip()):
            name, header = heading[1].lower(), []
            sheets[name] = []
        elif line.lstrip().startswith("|") and name:
            cells = list(_cells(line))
            if not header:
                header = cells
            elif not all(set(cell) <= set("-: ") for cell in cells):
                row = dict(zip(header, cells, strict=False))
                sheets[name].append({**{key: cell for key, cell in row.items() if cell}, "__row__": str(number)})
    return sheets


def _cells(line: str) -> Iterator[str]:
    inside = line.strip().strip("|") if not line.rstrip().endswith("\\|") else line.strip()[1:]
    for cell in _CELL.split(inside):
        yield cell.strip().replace("\\|", "|").replace("<br>", "\n")
