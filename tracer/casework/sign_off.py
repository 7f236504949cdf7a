"""Signing somebody off: their supervisor, or an administrator, has seen to all that the list says."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import training
from tracer.courses import library
from tracer.courses.library import SIGN_OFF
from tracer.faults import Conflict, Invalid, Refused
from tracer.models import Completion, Role, Staff


def give(session: Session, person: Staff, version: int, seen: Collection[str], now: datetime) -> Completion:
    """Sign somebody off; Invalid while a point is open, Conflict where the list is another by now.

    `seen` are the keys of the points that were seen to. Nobody signs themselves off.
    """
    listed = library.sign_off()
    if person.id == actor.staff_id(session):
        raise Refused("Nobody signs themselves off: ask your own supervisor or an administrator.")
    if not person.is_current:
        raise Conflict(f"{person.name} does not work here at present.")
    if version != listed.version:
        raise Conflict("The list has changed since you opened the page. Read it again.")
    open_ = [words for key, words in listed.points.items() if key not in seen]
    if open_:
        words = f"Tick every point, or come back when it is seen to. {len(open_)} of {len(listed.points)} are open."
        raise Invalid("Not everything is seen to.", {"seen": words})
    months = library.needed(list(Role)).more(person.role).get(SIGN_OFF, training.SIGNED_MONTHS)
    return training.complete(session, person.id, SIGN_OFF, version, None, months, now)


def is_needed(person: Staff) -> bool:
    """Whether the work of this person takes it."""
    return SIGN_OFF in library.needed(list(Role)).more(person.role)
