"""A part of a workbook as XML, element by element; refused where it is more than a workbook's parts are.

No document type (so no entities), no deep nesting, no endless name or attribute, no more elements than sense.
"""

import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from xml.parsers import expat

from tracer.tables.archive import DAMAGED
from tracer.tables.table import TableFault

_PIECE = 64 * 1024
_LONGEST_TOKEN = 1 << 20
DEEPEST = 50
_MOST_ELEMENTS = 500_000


class Element(NamedTuple):
    """The start or the end of an element, without its namespace."""

    tag: str
    given: dict[str, str]
    starts: bool


def read_part(archived: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """The elements of a small part (not of a sheet, nor of the strings)."""
    found: list[Element] = []
    depth = 0

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise TableFault(DAMAGED)
        found.append(Element(local(tag), {local(key): value for key, value in given.items()}, True))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        found.append(Element(local(tag), {}, False))

    seen = 0
    for _ in feed(archived, name, start, end):
        seen += len(found)
        if seen > _MOST_ELEMENTS:
            raise TableFault(DAMAGED)
        yield from found
        found.clear()


def feed(
    archived: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Read a part piece by piece, calling back on the way; once round for each piece.

    To its end, whatever the reader still wants of it: only there is it known whether it is whole.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    with archived.open(name) as part:
        while piece := part.read(_PIECE):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise TableFault(DAMAGED)
            yield
    parser.Parse(b"", True)
    yield


def _refuse(*_: Any) -> None:
    raise TableFault("The workbook defines words of its own (a document type), which no table needs. Send it as CSV.")


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]
