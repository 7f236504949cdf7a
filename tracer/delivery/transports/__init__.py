"""Ways to carry a message. Each says how it went; none decides what happens next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from tracer.delivery.message import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken; why."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """It was certainly not taken, and may be tried again; why."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether it was taken; why."""

    why: str


Fate = Sent | Refused | Later | Unknown


class Transport(Protocol):
    """Carries one message at a time."""

    def send(self, message: Message) -> Fate:
        """Carry it, and say how it went."""

    def close(self) -> None:
        """Let go of connections."""


def transport(url: str, instance: Path, sender: str) -> Transport:
    """The transport of a setting: `file:`, `smtp://…`, `notify:…`. ValueError for another."""
    from tracer.delivery.transports import file, notify, smtp

    parts = urlsplit(url)
    if parts.scheme == "file":
        return file.FileTransport(Path(parts.path) if parts.path else instance / "outbox", sender)
    if parts.scheme == "smtp":
        return smtp.SmtpTransport(url, sender)
    if parts.scheme == "notify":
        return notify.NotifyTransport(url)
    raise ValueError(f"{parts.scheme!r} is no transport: use file:, smtp:// or notify:.")
