"""Passwords stolen elsewhere: an offline file of their SHA-1 hashes in order, searched where it lies.

The format is the one that such lists are published in, ordered by hash: a line is 40 hexadecimal digits, then
perhaps a colon and a count. Thirty gigabytes take 35 reads; nothing is loaded.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

_DIGITS = 40
_BEYOND = b"~"  # after every hexadecimal digit


def holds(file: Path, password: str) -> bool:
    """Whether the list has this password. OSError where the list cannot be read: then no password is set."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            if _from(lines, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return _from(lines, low) == wanted


def _from(lines: BinaryIO, place: int) -> bytes:
    """The hash on the first line that starts at this byte or after it; beyond every hash at the end."""
    lines.seek(max(0, place - 1))
    if place:
        lines.readline()
    return lines.readline()[:_DIGITS].upper() or _BEYOND
