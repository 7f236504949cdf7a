"""A real mail server on this machine that keeps every envelope."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """What arrived; `pause` makes the server slow to say that it took a message (seconds)."""

    def __init__(self, pause: float) -> None:
        self.envelopes: list[Any] = []
        self.pause = pause
        self.url = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it."""
        self.envelopes.append(envelope)
        await asyncio.sleep(self.pause)
        return "250 OK"


@contextmanager
def mail_server(pause: float = 0.0) -> Iterator[Sink]:
    """A running server; its setting is `url`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = Sink(pause)
    sink.url = f"smtp://127.0.0.1:{port}?tls=none"
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
