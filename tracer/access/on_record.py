"""From the reference of a case or contact to the keys under which its events stand in the audit.

The privacy officer answers "who saw this record?" without any right to see the record. So this asks a view past
the row rules, for them alone, and gives back keys: of the record, its person and the work on it. On PostgreSQL
the view, which is the owner's, asks again who they are.
"""

from sqlalchemy import String, Uuid, column, select, table
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.faults import NotFound
from tracer.models import Role

Keys = dict[str, list[str]]

_KEYS = table("record_key", column("reference", String), column("entity", String), column("entity_id", Uuid))
_OF_REFERENCE = select(_KEYS.c.entity, _KEYS.c.entity_id)


def keys_of(session: Session, reference: str) -> Keys:
    """Table name -> ids; NotFound where no record has the reference, and for any actor but the privacy officer."""
    if actor.of(session).role is not Role.PRIVACY_OFFICER:
        raise NotFound
    found: Keys = {}
    for entity, entity_id in session.connection().execute(_OF_REFERENCE.where(_KEYS.c.reference == reference)):
        found.setdefault(entity, []).append(str(entity_id))
    if not found:
        raise NotFound
    return found
