"""Acting as SYSTEM: the machinery, to which the row rules do not apply.

A protected import: the worker and the commands only (import law in setup.cfg).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from tracer import db
from tracer.access.actor import Actor, bind

SYSTEM = Actor(None, "system")


@contextmanager
def system_session() -> Iterator[Session]:
    """A session of its own that acts as SYSTEM, closed at the end."""
    session = db.new_session("system")
    try:
        bind(session, SYSTEM)
        yield session
    finally:
        session.close()
