"""Identifiers made in Python, so that a row is known before the database has seen it."""

import secrets
import time
from uuid import UUID

# No 0/O, 1/I/L: a reference is read out over the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> UUID:
    """A version 7 UUID (RFC 9562): random, but rising with time, so that an index grows at one end.

    A random version 4 key lands anywhere in a large index; at a million rows that is what a load waits for.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def new_reference() -> str:
    """An 8-character reference for a person to quote (DOMAIN: each person gets one); 31**8 possibilities."""
    number, letters = secrets.randbelow(31**8), ""
    for _ in range(8):
        number, letter = divmod(number, 31)
        letters += _ALPHABET[letter]
    return letters
