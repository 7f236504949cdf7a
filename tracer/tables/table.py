"""A table that was opened: its header, its rows, and the limits that every file keeps to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MOST_COLUMNS = 100
MOST_ROWS = 2_000_000
LONGEST_CELL = 32_767  # characters; what a spreadsheet cell can hold
_COLUMN = re.compile("[a-z]+(_[a-z0-9]+)+")


class TableFault(ValueError):
    """The file cannot be used as a whole; the message says why and what to do."""


Row = tuple[int, list[str]]


@dataclass
class Table:
    """An open table: its header, what was noticed on opening, and its rows (line number, cells) once.

    `whole` is false for the start of a longer file, whose rows say nothing.
    """

    header: list[str]
    notes: list[str] = field(default_factory=list)
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    whole: bool = True
    close: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[Row]:
        return self.rows

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def count(self) -> int:
        """Read all rows and say how many there are; TableFault where there is none."""
        rows = sum(1 for _ in self.rows)
        if not rows:
            raise TableFault("The file names its columns and holds no row. Send it again, or ask whoever made it.")
        return rows

    def check_header(self) -> None:
        """TableFault where the first line names no columns, too many, or one twice."""
        if len(self.header) > MOST_COLUMNS:
            raise TableFault(
                f"The file has {len(self.header)} columns; {MOST_COLUMNS} is the most. Send only those needed."
            )
        if not any(self.header):
            raise TableFault("The first line is blank. It must name the columns.")
        twice = sorted({self._called(name) for name in self.header if name and self.header.count(name) > 1})
        if twice:
            raise TableFault(f"These columns stand twice: {', '.join(twice)}. Remove one of each.")

    def _called(self, name: str) -> str:
        """A column by its name where that is a name like record_id, else by its places.

        A file without its header begins with somebody's name, which a message must not repeat.
        """
        if _COLUMN.fullmatch(name):
            return name
        return " and ".join(str(place) for place, one in enumerate(self.header, 1) if one == name)


def counted(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, as long as there are no more than a batch may have."""
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise too_many()
        yield row


def too_many() -> TableFault:
    """What to say of a file with more lines than can be loaded at once."""
    return TableFault(f"The file has over {MOST_ROWS:,} lines. Send it in several files.")


def too_long(line: int) -> TableFault:
    """What to say of a cell that no spreadsheet could hold."""
    return TableFault(f"Line {line} has a cell of over {LONGEST_CELL:,} characters. Shorten it.")
