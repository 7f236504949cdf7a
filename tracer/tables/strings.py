"""The words of a workbook, which its cells name by number: kept as one run of bytes, for there may be millions."""

import re
import zipfile
from array import array

from tracer.tables.archive import DAMAGED
from tracer.tables.parts import DEEPEST, feed, local
from tracer.tables.table import LONGEST_CELL, TableFault

_MOST_BYTES = 100_000_000
_MOST_STRINGS, _MOST_EMPTY = 8_000_000, 100_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text with the letters that XML cannot hold, which workbooks write as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class Strings:
    """All strings of a workbook, by number."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("I", [0])
        self._parts: list[str] = []
        self._depth = self._aloud = self._empty = 0
        self._inside = False

    def __getitem__(self, number: int) -> str:
        """The string of a number; IndexError where there is none."""
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()

    def read(self, archived: zipfile.ZipFile, part: str) -> None:
        """Take in the strings of a workbook; TableFault where they are more than fit."""
        for _ in feed(archived, part, self._start, self._end, self._text):
            if len(self._bytes) > _MOST_BYTES or len(self._ends) > _MOST_STRINGS:
                raise TableFault("The workbook holds more words than can be read at once. Send it as CSV.")

    def _start(self, tag: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TableFault(DAMAGED)
        name = local(tag)
        if name == "rPh":  # how a name is spoken, in Japanese workbooks: not part of it
            self._aloud += 1
        self._inside = name == "t" and not self._aloud

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._inside = False
        name = local(tag)
        if name == "rPh":
            self._aloud -= 1
        elif name == "si":
            self._bytes += unescaped("".join(self._parts)).encode("utf-8", "replace")
            if not self._parts:
                self._empty += 1
                if self._empty > _MOST_EMPTY:
                    raise TableFault(DAMAGED)
            self._ends.append(len(self._bytes))
            self._parts.clear()

    def _text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)
            if len(self._parts) > LONGEST_CELL or len(text) > LONGEST_CELL:
                raise TableFault(f"A cell of the workbook has over {LONGEST_CELL:,} characters. Shorten it.")
