"""Records of the reader's own family name, outside any task: family, or a former one.

Somebody called Smith meets Smiths by chance. So it is found when even the commonest name would not explain
it: by the Poisson tail of how many are expected among the records that they opened outside any task.
"""

from math import exp

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def see(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """One more of their own name; found where chance does not explain it."""
    if not event.namesake or event.theirs:
        return None
    opened = sum(day[1] for day in person.outside)
    events = [one for day in person.outside for one in day[3]]
    count = sum(day[2] for day in person.outside)
    if count < limits.namesake_least or at_least(count, opened * limits.namesake_share) > limits.namesake_chance:
        return None
    counts = {"of their name": count, "records outside any task, in seven days": opened}
    return Finding(event.who, "namesake", event.at, count / limits.namesake_least, counts, tuple(events[-MOST_EVENTS:]))


def at_least(count: int, expected: float) -> float:
    """The chance of `count` or more where so many are expected (Poisson)."""
    term = total = exp(-expected)
    for number in range(1, count):
        term *= expected / number
        total += term
    return max(0.0, 1.0 - total)
