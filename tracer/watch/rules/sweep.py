"""Taken, read, handed back with nothing done: the pool read through one record at a time."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """So many in a shift."""
    if len(person.swept) < limits.sweep_shift:
        return None
    counts = {"records": len(person.swept), "opened in the shift": len(person.opened)}
    score = len(person.swept) / limits.sweep_shift
    events = tuple(person.swept[-MOST_EVENTS:])
    return Finding(event.who, "sweep", event.at, score, counts, events, first=person.began)
