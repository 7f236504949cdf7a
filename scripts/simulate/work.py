"""Honest work, as events of the watch: what a tracer and a supervisor do in a day, with what goes wrong in it.

The figures are assumptions, each named here, from DOMAIN (1-2 cases and 3-6 alert calls an hour, shifts within
08:00-20:00) and from how such work goes. Whoever doubts one changes it and runs the simulation again.
"""

from dataclasses import dataclass
from itertools import count
from random import Random

from tracer.watch.event import Event, Kind

HOUR, DAY = 3600, 86_400
START = 1_772_409_600  # Monday 2 March 2026, midnight in London
numbers = count(1)

USED = 0.55  # of a shift is spent on calls, on an ordinary day
NO_ANSWER = 0.35  # of calls; half of them are tried again in the same shift
FORGOTTEN = 0.008  # calls made and not written down
OTHER_PARTS = (("date_of_birth", 0.25), ("address", 0.2), ("email", 0.05), ("nhs_number", 0.03), ("phone_2", 0.05))
REVIEWED = (6, 24)  # records of their teams that a supervisor looks at in a day
BIG_REVIEW = 0.02  # of a supervisor's days: forty in an afternoon
MISCLICK = 0.00001  # a planted record opened by mistake, of records outside a task
HITS, MISSES = 0.02, 0.006  # break-glass searches a day; supervisors five times as many


@dataclass(slots=True)
class Worker:
    """One honest person: their team's pattern, their pace and how often they open something and leave it."""

    who: int
    role: str
    shift: tuple[float, float]  # hours of the day
    off: tuple[int, int]  # two days of the week
    pace: float
    idle: float
    share: float  # of people who carry their family name
    first_day: int

    def works(self, day: int) -> bool:
        """Whether they work on that day."""
        return day >= self.first_day and (day % 7) not in self.off


def hire(chance: Random, who: int, role: str, nights: bool) -> Worker:
    """Somebody ordinary. One in twenty starts during the month; one in thirty works late."""
    start = chance.choice((8, 8, 8, 9, 10, 11, 12))
    shift = (start, start + 8.0)
    if chance.random() < 0.03:
        shift = (13.0, 21.3)
    if nights:
        shift = (22.0, 30.0)
    first = chance.randrange(1, 25) if chance.random() < 0.05 else 0
    off = chance.choice(((5, 6), (5, 6), (0, 1), (2, 3), (3, 6)))
    share = min(0.012, chance.paretovariate(0.9) * 0.00005)
    return Worker(who, role, shift, off, chance.uniform(0.6, 1.4), chance.betavariate(3.5, 110), share, first)


def interval(one: Worker, day: int) -> tuple[float, float]:
    """From when until when they are at work on that day."""
    return START + day * DAY + one.shift[0] * HOUR, START + day * DAY + one.shift[1] * HOUR


def day_of(chance: Random, one: Worker, day: int, busy: float) -> list[Event]:
    """Everything that they do in the shift that begins on that day."""
    begin, end = interval(one, day)
    if chance.random() < 0.05:
        end += chance.uniform(0.2, 1.0) * HOUR  # overtime
    events: list[Event] = []
    if one.role == "supervisor":
        _reviews(chance, one, begin, end, events)
    rate = (1.5 + 4.5) * USED * one.pace * busy * (0.15 if one.role == "supervisor" else 1.0) / HOUR
    idle = one.idle * (2.5 if one.first_day and day < one.first_day + 7 else 1.0)
    at = begin + chance.expovariate(rate)
    while at < end:
        if chance.random() < idle:
            _left(chance, one.who, at, events)
        else:
            _item(chance, one.who, at, end, events)
        at += chance.expovariate(rate)
    _searches(chance, one, begin, end, events)
    return events


def read(who: int, at: float, record: int, people: int, events: list[Event], **more: object) -> None:
    """One page opened: an event for each person on it."""
    for number in range(people):
        events.append(Event(next(numbers), at, who, Kind.READ, record, record * 8 + number, **more))  # type: ignore[arg-type]


def _item(chance: Random, who: int, at: float, end: float, events: list[Event]) -> None:
    """A case or an alert call: opened, the number revealed, called, written down; tried again later."""
    record, case = next(numbers), chance.random() < 0.25
    people = chance.choice((1, 1, 2, 3, 4, 6) if case else (1, 1, 1, 2, 2, 3))  # contacts named so far; the household
    while True:
        read(who, at, record, people, events)
        events.append(Event(next(numbers), at + 20, who, Kind.REVEAL, record, record * 8, part="phone"))
        for part, share in OTHER_PARTS:
            if chance.random() < share:
                events.append(Event(next(numbers), at + 60, who, Kind.REVEAL, record, record * 8, part=part))
        if chance.random() >= FORGOTTEN:
            events.append(Event(next(numbers), at + chance.uniform(60, 1500), who, Kind.WORK, record))
        again = at + 4 * HOUR
        if chance.random() >= NO_ANSWER or again > end:
            return
        at = again


def _left(chance: Random, who: int, at: float, events: list[Event]) -> None:
    """Opened and left: knows the person, no interpreter, the shift ends, the wrong line. Mostly handed back."""
    record = next(numbers)
    read(who, at, record, 1, events)
    if chance.random() < 0.4:
        events.append(Event(next(numbers), at + 30, who, Kind.REVEAL, record, record * 8, part="phone"))
    if chance.random() < 0.6:
        events.append(Event(next(numbers), at + 200, who, Kind.RETURN, record))


def _reviews(chance: Random, one: Worker, begin: float, end: float, events: list[Event]) -> None:
    """A supervisor reads records of the team: in sittings, one to five minutes each."""
    left = 40 if chance.random() < BIG_REVIEW else chance.randint(*REVIEWED)
    while left > 0:
        at = chance.uniform(begin, end)
        for _ in range(min(left, chance.randint(3, 10))):
            own, planted = chance.random() < one.share, chance.random() < MISCLICK
            read(one.who, at, next(numbers), 2, events, theirs=False, namesake=own, canary=planted)
            at += chance.uniform(60, 300)
            left -= 1


def _searches(chance: Random, one: Worker, begin: float, end: float, events: list[Event]) -> None:
    often = 5 if one.role == "supervisor" else 1
    for share, found in ((HITS, True), (MISSES, False)):
        if chance.random() < share * often:
            at = chance.uniform(begin, end)
            events.append(Event(next(numbers), at, one.who, Kind.LOOKUP, found=found))
            if found:
                read(one.who, at + 20, next(numbers), 1, events, theirs=False)
