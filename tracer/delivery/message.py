"""A message: to one mailbox or one phone, by its type. There is no Cc, no Bcc and no list."""

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


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
        """The e-mail as it goes over the wire, checked once more in its final bytes.

        The bytes are parsed only to look at them: parsed mail that is written again can grow headers.
        """
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = Mailbox(sender).address
        mail["To"] = self.to.address
        mail["Subject"] = " ".join(self.subject.split())[:200]
        mail["Message-ID"] = f"<{self.reference}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text)
        wire = mail.as_bytes()
        _check(wire, self.to)
        return wire


def _check(wire: bytes, to: Mailbox) -> None:
    """The headers as they stand in the bytes: one To, which is this address letter for letter, and no other way on."""
    seen = BytesParser(policy=policy.compat32).parsebytes(wire, headersonly=True)
    recipients = ["".join(str(one).split()) for one in seen.get_all("To", [])]
    others = [name for name in ("Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc") if name in seen]
    if others or recipients != [to.address]:
        raise MessageFault("The message as written has another recipient than the one it is for.")
