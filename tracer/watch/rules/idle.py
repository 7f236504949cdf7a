"""Records opened under a task on which nothing was done: many in a shift, or a few in every shift.

The slow drip is found by a running sum: each shift adds what is above the usual, and an ordinary shift takes
away. It is the only rule whose memory is longer than days.
"""

from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person

# In records: how much the usual of everybody weighs against one's own, and how far back one's own goes.
_PRIOR, _MEMORY = 120, 800


def pass_time(person: Person, at: float, limits: Limits) -> Finding | None:
    """Records that have waited long enough for work are idle; found when a shift has too many."""
    before = at - limits.idle_after * 60
    while person.pending and next(iter(person.pending.values())) <= before:
        record = next(iter(person.pending))
        del person.pending[record]
        if (one := person.opened.get(record)) is not None:
            person.idle.append(one.event)
    if len(person.idle) < limits.idle_shift:
        return None
    counts = {"records": len(person.idle), "opened in the shift": len(person.opened)}
    events = tuple(person.idle[-MOST_EVENTS:])
    return Finding(person.who, "idle", at, len(person.idle) / limits.idle_shift, counts, events, first=person.began)


def end_shift(person: Person, at: float, limits: Limits) -> Finding | None:
    """What this shift adds to the running sum; found when that is over the limit, and then begun again.

    Above the person's own usual share of records left: some queues have more that cannot be worked on. The usual
    is learnt slowly, within bounds, and never from more than was allowed, so that theft does not become usual soon.
    """
    opened = sum(one.theirs for one in person.opened.values())
    left, seen = person.habit
    share = (limits.drift_share * _PRIOR + left) / (_PRIOR + seen)
    allowed = limits.drift_base + min(share, limits.drift_share_most) * opened
    excess = len(person.idle) - allowed
    kept = 0.5 if seen > _MEMORY else 1.0
    person.habit = [(left + min(len(person.idle), allowed)) * kept, (seen + opened) * kept]
    person.drift = max(0.0, person.drift + excess)
    person.drifted = [*person.drifted, *person.idle][-MOST_EVENTS:] if person.drift else []
    if person.drift < limits.drift_limit:
        return None
    counts = {"records": len(person.drifted), "above the usual": round(person.drift, 1)}
    events, score = tuple(person.drifted), person.drift / limits.drift_limit
    person.drift, person.drifted = 0.0, []
    return Finding(person.who, "drift", at, score, counts, events, first=person.began)
