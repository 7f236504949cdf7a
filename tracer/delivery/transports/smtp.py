"""Messages by SMTP: one envelope, one recipient, over one connection that is kept while it works."""

import smtplib
import ssl
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from tracer.delivery.message import Message
from tracer.delivery.transports import Fate, Later, Refused, Sent, Unknown

_TIMEOUT = 30
# "Service not available, closing the channel" (RFC 5321).
_HUNG_UP = 421


class SmtpTransport:
    """`smtp://[user:password@]host:port[?tls=starttls|implicit|none]`; without tls, STARTTLS where offered."""

    def __init__(self, url: str, sender: str) -> None:
        self.parts, self.sender = urlsplit(url), sender
        self.tls = parse_qs(self.parts.query).get("tls", ["offered"])[0]
        if self.tls not in {"starttls", "implicit", "none", "offered"}:
            raise ValueError(f"tls={self.tls} means nothing: use starttls, implicit or none.")
        self._open: smtplib.SMTP | None = None

    def send(self, message: Message) -> Fate:
        """Send it in one envelope. After the last dot, a lost line means that nobody knows."""
        if message.to.is_phone:
            return Refused("SMTP carries no text messages.")
        wire = message.as_bytes(self.sender)
        try:
            server = self._begun()
            code, said = server.rcpt(message.to.address)
            if code >= 400:
                server.rset()
                return _refusal(code, said)
        except smtplib.SMTPSenderRefused as error:
            return _refusal(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Later(f"The mail server was not reached: {type(error).__name__}.")
        return self._data(server, wire)

    def _data(self, server: smtplib.SMTP, wire: bytes) -> Fate:
        try:
            code, said = server.data(wire)
        except smtplib.SMTPDataError as error:
            self.close()
            return _refusal(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Unknown(f"The line broke after the message was given: {type(error).__name__}.")
        return Sent() if code == 250 else _refusal(code, said)

    def _begun(self) -> smtplib.SMTP:
        """A connection that has taken the sender. One that was kept and hung up meanwhile is opened anew, once.

        To ask first whether it still stands would be a fifth question for every message.
        """
        kept = self._open is not None
        try:
            server = self._connected()
            code, said = server.mail(self.sender)
        except (OSError, smtplib.SMTPException):
            code, said = _HUNG_UP, b""
            if not kept:
                raise
        if code < 400:
            return server
        self.close()
        if kept:
            return self._begun()
        raise smtplib.SMTPSenderRefused(code, said, self.sender)

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        host, port = self.parts.hostname or "localhost", self.parts.port or 25
        secure = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=secure)
            if self.tls == "implicit"
            else smtplib.SMTP(host, port, timeout=_TIMEOUT)
        )
        server.ehlo_or_helo_if_needed()
        if self.tls == "starttls" or (self.tls == "offered" and server.has_extn("starttls")):
            server.starttls(context=secure)
            server.ehlo()
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        self._open = server
        return server

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open = None


def _refusal(code: int, said: bytes | str) -> Fate:
    """4xx is for now, 5xx for good. What the server said may quote the address, so only the code is kept."""
    del said
    return Later(f"The mail server said {code}.") if code < 500 else Refused(f"The mail server refused it ({code}).")
