"""A message: to one mailbox or one phone, by its type. There is no Cc, no Bcc and no list."""

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime

from tracer import clock

_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_WIDTH, _LONGEST = 66, 900
_FOLD, _BREAK = re.compile(rb"\r\n[ \t]+"), re.compile(rb"[\r\n]")
_ELSEWHERE = {b"cc", b"bcc", b"resent-to", b"resent-cc", b"resent-bcc"}


class MessageFault(ValueError):
    """This cannot be sent as a message to one recipient."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Exactly one address: an e-mail address or an E.164 number, with nothing before, after or between."""

    address: str

    def __post_init__(self) -> None:
        if not (_EMAIL.fullmatch(self.address) or _PHONE.fullmatch(self.address)) or ".." in self.address:
            raise MessageFault("This is not one mailbox or one telephone number.")

    @property
    def is_phone(self) -> bool:
        """Whether it is a telephone number."""
        return self.address.startswith("+")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to one recipient."""

    to: Mailbox
    subject: str
    text: str
    reference: str

    def as_bytes(self, sender: str) -> bytes:
        """The e-mail as it goes over the wire, looked at once more in its final bytes.

        Written here, because five headers and a text are soon written, and a library that must be ready for every mail
        takes as long over one as the mail server over four. UnicodeEncodeError for half a character.
        """
        ours, (how, body) = Mailbox(sender).address, _body(self.text)
        head = (
            f"From: {ours}",
            f"To: {self.to.address}",
            f"Subject: {_subject(self.subject)}",
            f"Date: {format_datetime(clock.now())}",
            f"Message-ID: <{self.reference}@{ours.rpartition('@')[2]}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            'Content-Type: text/plain; charset="utf-8"',
            f"Content-Transfer-Encoding: {how}",
        )
        wire = "\r\n".join((*head, "", body)).encode("ascii")
        _check(wire, self.to)
        return wire


def _subject(words: str) -> str:
    """One line, or one folded as it must be; what is not plain ASCII is encoded."""
    line = " ".join(words.split())[:200]
    if _PLAIN.fullmatch(line) and "=?" not in line and len(line) < _WIDTH:
        return line
    return Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _body(text: str) -> tuple[str, str]:
    """How the text is encoded, and the text so; its lines end as they must."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    if all(len(line) < _LONGEST and _PLAIN.fullmatch(line) for line in lines):
        return "7bit", "\r\n".join((*lines, ""))
    packed = encodebytes("\r\n".join((*lines, "")).encode()).decode("ascii")
    return "base64", packed.replace("\n", "\r\n")


def _check(wire: bytes, to: Mailbox) -> None:
    """The headers as they stand in the bytes: one To, which is this address letter for letter, and no other way on."""
    head = _FOLD.sub(b" ", wire.partition(b"\r\n\r\n")[0])
    lines = head.split(b"\r\n")
    names = [line.partition(b":")[0].strip().lower() for line in lines]
    to_lines = [line for line, name in zip(lines, names, strict=True) if name == b"to"]
    elsewhere = _BREAK.search(b"".join(lines)) or any(name in _ELSEWHERE for name in names)
    if elsewhere or to_lines != [b"To: " + to.address.encode()]:
        raise MessageFault("The message as written has another recipient than the one it is for.")
