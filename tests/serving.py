"""An app behind a server that listens, and that has answered everything before it is gone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """No line on the screen for each request; a connection on which nothing comes does not hold the end up."""

    timeout = 5

    def log(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def listening(app: Flask) -> Iterator[int]:
    """The port of a server that listens, for the time of the block.

    Its threads are waited for: one that was still answering when the database went away left its connection to
    the garbage collector, which said so in the middle of whatever test came next.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
