"""Anchors: what the audit's chain was at a moment, written where nobody who has the database can reach it.

Whoever owns database and keys could make the whole chain anew; an anchor elsewhere shows it. An anchor is one
JSON object: when, the last seal's number and hash, how many seals since the anchor before, and which key.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests

_TIMEOUT = 10
_LONGEST = 2000


class AnchorFault(Exception):
    """An anchor could not be written or the anchors not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain at a moment: `at` in ISO 8601 UTC, `hash` in hex, `count` the seals since the anchor before."""

    at: str
    number: int
    hash: str
    count: int
    key: str


class Anchors(Protocol):
    """A place that anchors are added to and read from."""

    def write(self, anchor: Anchor) -> None:
        """Add one; AnchorFault where that did not work."""

    def read(self) -> Iterator[Anchor]:
        """All, the oldest first; AnchorFault where they cannot be read, or one of them makes no sense."""

    def __str__(self) -> str:
        """Where it is, for people."""


class FileAnchors:
    """A line of JSON each, appended and on the disk before `write` is done."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def write(self, anchor: Anchor) -> None:
        """Append it; a line that a crash cut short is ended first."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                os.fchmod(file.fileno(), 0o600)
                if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
                    file.write(b"\n")
                file.write(json.dumps(asdict(anchor)).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AnchorFault(f"{self.path}: {error.strerror}.") from error

    def read(self) -> Iterator[Anchor]:
        """Every whole line; a last one that a crash cut short was never an anchor."""
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if line.endswith(b"\n"):
                        yield _parsed(line, f"{self.path}, line {number}")
        except FileNotFoundError:
            return
        except OSError as error:
            raise AnchorFault(f"{self.path}: {error.strerror}.") from error


class HttpAnchors:
    """A receiver: takes each anchor by POST, and gives them all back by GET, a line of JSON each."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __str__(self) -> str:
        return self.address

    def write(self, anchor: Anchor) -> None:
        """Post it; anything but a 2xx is a fault. A redirect is not followed: it could lead anywhere."""
        with self._ask("POST", json=asdict(anchor)):
            pass

    def read(self) -> Iterator[Anchor]:
        """Get them, a line at a time."""
        with self._ask("GET", stream=True) as answer:
            try:
                for number, line in enumerate(answer.iter_lines(), 1):
                    if line:
                        yield _parsed(line, f"{self.address}, line {number}")
            except requests.RequestException as error:
                raise AnchorFault(f"{self.address} broke off: {type(error).__name__}.") from error

    def _ask(self, method: str, **more: Any) -> requests.Response:
        try:
            answer = requests.request(
                method, self.address, headers=self.headers, timeout=_TIMEOUT, allow_redirects=False, **more
            )
        except requests.RequestException as error:
            raise AnchorFault(f"{self.address} was not reached: {type(error).__name__}.") from error
        if not 200 <= answer.status_code < 300:
            answer.close()
            raise AnchorFault(f"{self.address} said {answer.status_code}.")
        return answer


def place(setting: str, instance: Path, token: str = "") -> Anchors:
    """The place of a setting that config has checked: `file:`, `file:/path`, `https://…`."""
    parts = urlsplit(setting)
    if parts.scheme == "file":
        return FileAnchors(Path(unquote(parts.path)) if parts.path else instance / "anchors.jsonl")
    return HttpAnchors(setting, token)


def _parsed(line: bytes, where: str) -> Anchor:
    try:
        if len(line) > _LONGEST:
            raise ValueError
        anchor = Anchor(**json.loads(line))
        bytes.fromhex(anchor.hash)
        if int(anchor.number) < 1:
            raise ValueError
    except (ValueError, TypeError) as error:
        raise AnchorFault(f"{where} is not an anchor.") from error
    return anchor
