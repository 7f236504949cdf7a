"""Acting as the DOOR: what lets people in, before it is known who they are.

It reads and writes the tables that prove who somebody is (`rows.DOORWAY`) and can see no record at all. A web
process needs nothing more to sign people in, so it never holds the machinery's login. A protected import.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from tracer import db
from tracer.access.actor import Actor, bind

DOOR = Actor(None, "door")


@contextmanager
def door_session() -> Iterator[Session]:
    """A session of its own that acts as the DOOR, closed at the end.

    RuntimeError while the request's own session is in a transaction: on SQLite the two would wait for each other.
    """
    if db.session.registry.has() and db.session().in_transaction():
        raise RuntimeError("The door is passed before or after a transaction, not within one.")
    session = db.new_session("door")
    try:
        bind(session, DOOR)
        yield session
    finally:
        session.close()
