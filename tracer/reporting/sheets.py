"""A table as CSV for a spreadsheet: no cell is a formula, and every value can be had back as it was."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for a formula, or strips before it looks; and the mark itself, so that it can be undone.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_WIDE = ("＝", "＋", "－", "＠")  # full width: some programs read them as the plain ones


def cell(value: object) -> str:
    """A value as text; with an apostrophe before it where a spreadsheet might run it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith((*_RISKY, *_WIDE)) else text


def plain(text: str) -> str:
    """The value of a cell, as it was before `cell`."""
    return text[1:] if text.startswith("'") else text


def write(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8 with a mark by which Excel knows it)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(one) for one in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()
