"""Finding a record that must be there, and saving one that somebody else may have saved meanwhile."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.interfaces import ORMOption

from tracer.faults import Conflict, NotFound
from tracer.models import Base

Record = TypeVar("Record", bound=Base)


def get(session: Session, model: type[Record], record_id: UUID, *options: ORMOption) -> Record:
    """The record, where it is this actor's to see; NotFound where it is not, or is not there."""
    found = session.get(model, record_id, options=options)
    if found is None:
        raise NotFound
    return found


def session_of(record: Base) -> Session:
    """The session that a record was loaded in; a record without one cannot be worked on."""
    session = object_session(record)
    if session is None:
        raise RuntimeError("This record was not loaded in a session.")
    return session


def check_version(record: Any, given: int | None) -> None:
    """Conflict when the page was loaded before somebody else's save."""
    if given is not None and record.version != given:
        raise Conflict("Somebody changed this while your page was open. What is saved now is shown below.")
