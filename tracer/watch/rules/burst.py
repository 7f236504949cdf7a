"""One record after another outside any task, faster than anybody reads: going down a list."""

from itertools import islice

from tracer.watch.event import Event
from tracer.watch.finding import Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """So many distinct records within so few minutes."""
    count = int(limits.burst_records)
    if event.theirs or len(person.hour_outside) < count:
        return None
    latest = list(islice(reversed(person.hour_outside.items()), count))
    first = latest[-1][1]
    if event.at - first > limits.burst_within * 60:
        return None
    events = tuple(person.opened[record].event for record, _ in reversed(latest) if record in person.opened)
    took = round((event.at - first) / 60, 1)
    return Finding(event.who, "burst", event.at, 1.0, {"records": count, "minutes": took}, events, first=first)
