"""Searches for one person by exact words: guesses that miss, and more hits than anybody's work needs."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings

_DAY = 86_400


def misses(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """Searches of the last day that found nobody."""
    events = [one[1] for one in person.lookups if not one[2] and one[0] > event.at - _DAY]
    return _found(person, event, "lookup misses", events, limits.lookup_misses)


def hits(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """Searches of the last days that found somebody."""
    events = [one[1] for one in person.lookups if one[2]]
    return _found(person, event, "lookup hits", events, limits.lookup_hits)


def _found(person: Person, event: Event, rule: str, events: list[int], most: float) -> Finding | None:
    if len(events) < most:
        return None
    first, counts = person.lookups[0][0], {"searches": len(events)}
    return Finding(event.who, rule, event.at, len(events) / most, counts, tuple(events[-MOST_EVENTS:]), first=first)
