"""Telephone numbers revealed, and nothing done with the record afterwards: no call is on record."""

from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person


def pass_time(person: Person, at: float, limits: Limits) -> Finding | None:
    """Numbers that have waited long enough for a call; found when a shift has too many."""
    before = at - limits.reveal_after * 60
    while person.revealed and next(iter(person.revealed.values()))[0] <= before:
        _, event = person.revealed.pop(next(iter(person.revealed)))
        person.uncalled.append(event)
    if len(person.uncalled) < limits.reveal_shift:
        return None
    counts = {"telephone numbers": len(person.uncalled), "records opened": len(person.opened)}
    score = len(person.uncalled) / limits.reveal_shift
    events = tuple(person.uncalled[-MOST_EVENTS:])
    return Finding(person.who, "uncalled", at, score, counts, events, first=person.began)
