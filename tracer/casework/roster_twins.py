"""Rows of a roster that name one mailbox: the same row again, or two people, whom one mailbox cannot tell apart."""

import hashlib
from dataclasses import dataclass

from tracer.schemas.case_batch import RowFault
from tracer.schemas.roster import address_in

Cells = dict[str, str]


@dataclass(slots=True)
class _Seen:
    """The first row with an address, and the first that says something else of it."""

    line: int
    digest: bytes
    name: bytes
    other: int | None = None
    same_name: bool = True


class Twins:
    """Every address of one file, read through before anything is written: so the order of its rows decides nothing.

    100 bytes a row or so; no row is kept.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def look(self, line: int, cells: Cells) -> None:
        """Take note of a row."""
        address = address_in(cells)
        if address is None:
            return
        digest, name = _digest(address, cells), _short(cells["given_name"].casefold(), cells["family_name"].casefold())
        first = self._seen.setdefault(address, _Seen(line, digest, name))
        if first.digest != digest and first.other is None:
            first.other = line
        if first.name != name:
            first.same_name = False

    def fault(self, line: int, cells: Cells) -> RowFault | None:
        """Why a row cannot be taken because of another one."""
        address = address_in(cells)
        if address is None:
            return None
        first = self._seen[address]
        if first.other is not None:
            return RowFault("email", address, _two(first, line))
        if first.line != line:
            return RowFault("email", address, f"Line {first.line} says the same. Remove one of the two.")
        return None


def _two(first: _Seen, line: int) -> str:
    other = first.other if line == first.line else first.line
    if first.same_name:
        return f"Line {other} says something else of this person. Keep the row that is right."
    return (
        f"Line {other} gives this address to somebody else. A mailbox is one person's, and nobody is invited to a "
        "shared one: give each an address of their own."
    )


def _digest(address: str, cells: Cells) -> bytes:
    """What a row says, whatever the case of its address and the spaces around its cells."""
    return _short(address, *(text for name, text in cells.items() if name != "email"))


def _short(*parts: str) -> bytes:
    return hashlib.blake2b("\x1f".join(" ".join(one.split()) for one in parts).encode(), digest_size=15).digest()
