"""The rules, one file each: what it looks for, and the function that sees one event.

A rule is given the person's memory, the event, the limits and the others, and gives a finding or None. The
limits are data; the order below is the order in which they are asked.
"""

from collections.abc import Callable

from tracer.watch.event import Event, Kind
from tracer.watch.finding import Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.rules import burst, canary, idle, lookups, namesake, off_shift, parts, peers, sweep, uncalled, volume
from tracer.watch.surroundings import Surroundings

Rule = Callable[[Person, Event, Limits, Surroundings], Finding | None]

# Asked of each event of a kind, and of the passing of time.
BY_KIND: dict[int, tuple[Rule, ...]] = {
    Kind.READ: (volume.hour, volume.shift, peers.see),
    Kind.REVEAL: (canary.see, parts.see),
    Kind.WORK: (),
    Kind.RETURN: (sweep.see,),
    Kind.LOOKUP: (lookups.misses, lookups.hits),
}

# Asked of a READ outside any task.
OUTSIDE: tuple[Rule, ...] = (canary.see, *BY_KIND[Kind.READ], burst.see, namesake.see)

# What each is called for the privacy officer: the finding's title.
TITLES: dict[str, str] = {
    "canary": "Opened a planted or marked record",
    "hour": "Many records in an hour",
    "hour outside": "Many records in an hour outside any task",
    "people": "Very many people shown in an hour",
    "shift": "Many records in a shift",
    "shift outside": "Many records in a shift outside any task",
    "burst": "One record after another, outside any task",
    "idle": "Opened records and did nothing with them",
    "drift": "Opens a few records a day and does nothing with them",
    "uncalled": "Revealed telephone numbers and did not call",
    "parts": "Revealed everything about many people",
    "sweep": "Took records, read them and handed them back",
    "off shift": "Opened records outside working hours",
    "lookup misses": "Searched for people who were not found",
    "lookup hits": "Searched for many people",
    "namesake": "Opened records of people of their own family name",
    "peers": "Opened far more records than colleagues did",
}

__all__ = ["BY_KIND", "TITLES", "Rule", "idle", "off_shift", "uncalled"]
