"""Nearly everything that is masked, revealed, of many people."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """So many different parts of so many records in a shift."""
    if person.many_parts < limits.parts_records:
        return None
    events = [one.event for one in person.opened.values() if len(one.parts) >= limits.parts]
    counts = {"records": person.many_parts, "parts of each, at least": limits.parts}
    score = person.many_parts / limits.parts_records
    return Finding(event.who, "parts", event.at, score, counts, tuple(events[-MOST_EVENTS:]), first=person.began)
