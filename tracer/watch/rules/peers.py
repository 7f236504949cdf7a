"""Far more records than the others of the same team and role today.

Against the median and the median deviation, so that one thief in a small team does not hide by raising the
average; a deviation is at least the square root of the median, as for things that happen by chance.
"""

from statistics import median

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings

_STEP = 5
_NORMAL = 1.4826  # the median deviation of a normal distribution, as a standard deviation


def see(person: Person, event: Event, limits: Limits, others: Surroundings) -> Finding | None:
    """Asked at every fifth record only: the others are many."""
    count = len(person.opened)
    if count < limits.peer_least or count % _STEP:
        return None
    one = person.opened.get(event.record)
    if one is None or one.event != event.id:
        return None
    peers = others.peers(person)
    if len(peers) < limits.peer_others:
        return None
    middle = median(peers)
    spread = max(median([abs(one - middle) for one in peers]) * _NORMAL, max(middle, 1) ** 0.5)
    score = (count - middle) / spread
    if score < limits.peer_z:
        return None
    counts = {
        "records": count,
        "colleagues' median": middle,
        "colleagues": len(peers),
        "times the spread": round(score),
    }
    events = tuple([one.event for one in person.opened.values()][-MOST_EVENTS:])
    return Finding(event.who, "peers", event.at, score / limits.peer_z, counts, events, first=person.began)
