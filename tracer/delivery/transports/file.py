"""Messages as files: the default, with which a fresh checkout can reach nobody."""

from pathlib import Path

from tracer.delivery.message import Message
from tracer.delivery.transports import Fate, Sent


class FileTransport:
    """Writes each message to a file of its own, named by its reference."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, message: Message) -> Fate:
        """Write it whole or not at all; the same message again is the same file."""
        phone = message.to.is_phone
        body = f"To: {message.to.address}\n\n{message.text}".encode() if phone else message.as_bytes(self.sender)
        path = self.folder / f"{message.reference}.{'txt' if phone else 'eml'}"
        draft = path.with_suffix(".part")
        draft.write_bytes(body)
        draft.chmod(0o600)
        draft.replace(path)
        return Sent()

    def close(self) -> None:
        """Nothing is open."""
