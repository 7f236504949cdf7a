"""Records opened outside the service's day and the person's own hours, with nobody of the team at work."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person


def see(person: Person, event: Event, limits: Limits) -> Finding | None:
    """One more record off shift; found at so many."""
    person.off_shift.setdefault(event.record, event.id)
    count = len(person.off_shift)
    if count < limits.off_shift_records:
        return None
    events = tuple(list(person.off_shift.values())[-MOST_EVENTS:])
    counts, score = {"records": count}, count / limits.off_shift_records
    return Finding(event.who, "off shift", event.at, score, counts, events, first=person.began)
