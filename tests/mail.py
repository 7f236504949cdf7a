"""A real mail server on this machine that keeps every envelope."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """What arrived; `pause` makes the server slow to say that it took a message (seconds).

    With `each` it hangs up when so many have come over one connection.
    """

    def __init__(self, pause: float, each: int = 0) -> None:
        self.envelopes: list[Any] = []
        self.each, self.connections = each, 0
        self.pause = pause
        self.first = self.last = 0.0
        self.url = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take the sender, or hang up."""
        session.taken = getattr(session, "taken", 0) + 1
        self.connections += session.taken == 1
        if self.each and session.taken > self.each:
            server.transport.close()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it, and when the first and the last came."""
        self.last = time.perf_counter()
        self.first = self.first if self.envelopes else self.last
        self.envelopes.append(envelope)
        await asyncio.sleep(self.pause)
        return "250 OK"


@contextmanager
def mail_server(pause: float = 0.0, each: int = 0) -> Iterator[Sink]:
    """A running server; its setting is `url`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = Sink(pause, each)
    sink.url = f"smtp://127.0.0.1:{port}?tls=none"
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
