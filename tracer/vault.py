"""Sealing: what names a person is one encrypted document, and equality is a keyed hash.

A stolen dump names nobody; a key that is destroyed forgets every document sealed under it, in the
backups too. Keys are files: one a month (`seal-2026-11.key`), one for hashing (`hash.key`), one that
stamps the events of the audit (`stamp.key`), and one that chains them (`chain.key`, which only the worker and
`audit verify` need).
"""

import hashlib
import hmac
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_ID = re.compile(rb"\d{4}-\d{2}")
_NONCE = 12


class VaultFault(Exception):
    """A document cannot be opened: its key is gone, or it is not what was sealed for this record."""


class Vault:
    """Seals and opens JSON documents with the month keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ciphers: dict[str, AESGCM] = {}
        self._hash_key = _key_file(folder / "hash.key")
        self._stamp_key: bytes | None = None

    def seal(self, document: Any, bound_to: UUID, on: date) -> bytes:
        """Encrypt a JSON-able document under the key of the month of `on`, bound to one record's id.

        The header is the key's id (7 bytes), then a 12-byte nonce. Moved to another record, the
        document does not open.
        """
        return self.seal_bytes(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), bound_to, on)

    def seal_bytes(self, content: bytes, bound_to: UUID, on: date) -> bytes:
        """The same for bytes as they are: a piece of a file."""
        key_id, nonce = f"{on:%Y-%m}", os.urandom(_NONCE)
        return key_id.encode() + nonce + self._cipher(key_id, make=True).encrypt(nonce, content, bound_to.bytes)

    def open(self, sealed: bytes, bound_to: UUID) -> Any:
        """The document sealed for this record; VaultFault where the key is gone or the bytes are not its own."""
        return json.loads(self.open_bytes(sealed, bound_to))

    def open_bytes(self, sealed: bytes, bound_to: UUID) -> bytes:
        """The bytes sealed for this record; VaultFault as for a document."""
        key_id, nonce, body = sealed[:7], sealed[7 : 7 + _NONCE], sealed[7 + _NONCE :]
        if not _KEY_ID.fullmatch(key_id):
            raise VaultFault("This is not a sealed document.")
        try:
            return self._cipher(key_id.decode()).decrypt(nonce, body, bound_to.bytes)
        except VaultFault:
            raise
        except Exception as error:
            raise VaultFault("This sealed document was altered, or belongs to another record.") from error

    def digest(self, kind: str, value: str) -> bytes:
        """A keyed hash of a value, for equality only (HMAC-SHA256, 32 bytes). Kinds never collide."""
        return hmac.new(self._hash_key, f"{kind}\0{value}".encode(), hashlib.sha256).digest()

    def stamp(self, message: bytes) -> bytes:
        """What proves that a process with the key folder wrote this (HMAC-SHA256, 32 bytes)."""
        if self._stamp_key is None:
            self._stamp_key = _key_file(self._folder / "stamp.key")
        return hmac.digest(self._stamp_key, message, "sha256")

    def chain_key(self, *, make: bool) -> bytes:
        """The key of the audit's chain; VaultFault where it is missing and a new one would not fit the chain."""
        path = self._folder / "chain.key"
        if not make and not path.exists():
            raise VaultFault(f"The key of the audit's chain is not here: put chain.key back into {self._folder}.")
        return _key_file(path)

    def _cipher(self, key_id: str, *, make: bool = False) -> AESGCM:
        if key_id not in self._ciphers:
            path = self._folder / f"seal-{key_id}.key"
            if not make and not path.exists():
                raise VaultFault(f"The key of {key_id} was destroyed: what it sealed is forgotten.")
            self._ciphers[key_id] = AESGCM(_key_file(path))
        return self._ciphers[key_id]


def _key_file(path: Path) -> bytes:
    """Read a 32-byte key, making it first where there is none (two processes at once agree on one)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(os.urandom(32))
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise VaultFault(f"{path.name} is not a key of 32 bytes.")
    return key


_current: Vault | None = None


def use(folder: Path) -> Vault:
    """Open the key folder that this process works with."""
    global _current
    _current = Vault(folder)
    return _current


def current() -> Vault:
    """The vault of this process; `use` comes first."""
    if _current is None:
        raise VaultFault("No key folder was opened: call vault.use(folder) at start.")
    return _current
