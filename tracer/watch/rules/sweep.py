"""Taken, read, handed back with nothing done: the pool read through one record at a time."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """So many in an hour, or in a shift."""
    lately = sum(at > event.at - 3600 for at, _ in person.swept)
    score = max(lately / limits.sweep_hour, len(person.swept) / limits.sweep_shift)
    if score < 1:
        return None
    counts = {"records": len(person.swept), "in the last hour": lately, "opened in the shift": len(person.opened)}
    events = tuple(number for _, number in person.swept[-MOST_EVENTS:])
    return Finding(event.who, "sweep", event.at, score, counts, events, first=person.began)
