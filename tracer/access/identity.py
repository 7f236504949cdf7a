"""Opening a sealed identity: the one place, and each opening is on record before the data is there."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, audit, cap
from tracer.models import Base, Person
from tracer.schemas.identity import MASKED, Identity


def read(session: Session, *people: Person, about: Iterable[Base] = ()) -> list[Identity]:
    """Open the identities of these people, in order, after writing down that they were read.

    `about` is the cases and contacts that are shown with them, which is written down too: a contact who is
    recognised becomes another person, and who read the contact must still be found.
    """
    cap.check(session)
    audit.read(session, people, ["identity"], whole=about)
    return [_open(person) for person in people]


def work_out(session: Session, *people: Person) -> list[Identity]:
    """Open identities for what the machinery works out and shows to nobody; so this reading is not on record.

    RuntimeError for any actor but SYSTEM.
    """
    if not actor.of(session).is_system:
        raise RuntimeError("Only SYSTEM opens an identity that it shows to nobody.")
    return [_open(person) for person in people]


def reveal(session: Session, person: Person, field: str) -> Identity:
    """Open an identity to show one masked field; the field is named in the audit. KeyError for another field."""
    if field not in MASKED:
        raise KeyError(field)
    cap.check(session)
    audit.read(session, [person], [field])
    return _open(person)


def _open(person: Person) -> Identity:
    return Identity.from_document(vault.current().open(person.sealed, person.id))
