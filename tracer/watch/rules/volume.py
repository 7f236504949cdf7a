"""Too many distinct records in an hour or a shift; above the hard limit the account is suspended at once."""

from tracer.watch.event import Event
from tracer.watch.finding import MOST_EVENTS, Finding
from tracer.watch.limits import Limits
from tracer.watch.person import Person
from tracer.watch.surroundings import Surroundings


def hour(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """Distinct records of the last 60 minutes, theirs and outside apart, and distinct people shown."""
    count = len(person.hour_theirs if event.theirs else person.hour_outside)
    soft = limits.hour_theirs if event.theirs else limits.hour_outside
    people = len(person.hour_people)
    if count < soft and people < limits.hour_people_hard:
        return None
    hard = limits.hour_theirs_hard if event.theirs else limits.hour_outside_hard
    if people >= limits.hour_people_hard:
        return _found(person, event, "people", people / limits.hour_people_hard, count, people, suspend=True)
    rule = "hour" if event.theirs else "hour outside"
    return _found(person, event, rule, count / soft, count, people, suspend=count >= hard)


def shift(person: Person, event: Event, limits: Limits, _: Surroundings) -> Finding | None:
    """Distinct records of this shift."""
    if len(person.opened) < min(limits.shift_theirs, limits.shift_outside):
        return None
    count = sum(one.theirs == event.theirs for one in person.opened.values())
    most = limits.shift_theirs if event.theirs else limits.shift_outside
    if count < most:
        return None
    rule = "shift" if event.theirs else "shift outside"
    return _found(person, event, rule, count / most, count, len(person.hour_people))


def _found(
    person: Person, event: Event, rule: str, score: float, records: int, people: int, suspend: bool = False
) -> Finding:
    events = [one.event for one in person.opened.values() if one.theirs == event.theirs]
    counts = {"records": records, "people in the last hour": people}
    first = next(iter(person.opened.values())).at
    return Finding(event.who, rule, event.at, score, counts, tuple(events[-MOST_EVENTS:]), suspend, first)
