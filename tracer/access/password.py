"""Hashing: argon2id, so many at a time that a storm of sign-ins waits instead of exhausting the memory."""

import os
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# SECURITY.md row 18: 19 MiB, 2 passes; one evaluation is about 18 ms of work.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODY = _hasher.hash(secrets.token_hex(16))
# More at once than there are processors would only take longer, each with its 19 MiB.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password: str) -> str:
    """An argon2id hash for the staff table."""
    with _slots:
        return _hasher.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one of a hash. Without a hash it takes the same time, and is not."""
    with _slots:
        try:
            _hasher.verify(kept or NOBODY, _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_dated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> str:
    """One spelling for what looks the same: a telephone and a desk may compose é differently."""
    return unicodedata.normalize("NFKC", password)
