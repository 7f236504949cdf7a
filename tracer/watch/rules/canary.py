"""A planted record, that nobody has a reason to open, or one that the privacy officer marked: found at once."""

from tracer.watch.event import Event
from tracer.watch.finding import Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(_: Person, event: Event, limits: Limits, others: Surroundings) -> Finding | None:
    """Opened outside a task."""
    del limits, others
    if not event.canary or event.theirs:
        return None
    return Finding(event.who, "canary", event.at, 1.0, {"records": 1}, (event.id,), first=event.at)
