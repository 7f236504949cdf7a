"""Opening a sealed identity: the one place, and each opening is on record before the data is there."""

from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import audit
from tracer.models import Person
from tracer.schemas.identity import MASKED, Identity


def read(session: Session, *people: Person) -> list[Identity]:
    """Open the identities of these people, in order, after writing down that they were read."""
    audit.read(session, people, ["identity"])
    return [_open(person) for person in people]


def reveal(session: Session, person: Person, field: str) -> Identity:
    """Open an identity to show one masked field; the field is named in the audit. KeyError for another field."""
    if field not in MASKED:
        raise KeyError(field)
    audit.read(session, [person], [field])
    return _open(person)


def _open(person: Person) -> Identity:
    return Identity.from_document(vault.current().open(person.sealed, person.id))
