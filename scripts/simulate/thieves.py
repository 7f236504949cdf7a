"""Twenty thieves of different habits. Each does their own work as well; what they steal is counted apart.

A habit is given the day's interval and gives the stolen events. `told` says whether it differs from work at all;
`catches` what else would find it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from scripts.simulate.work import DAY, HOUR, START, numbers, read
from tracer.watch.event import Event, Kind

PLANTED = 0.05  # of the finished records of a team: canaries
Habit = Callable[[Random, int, int, float, float], list[Event]]


def _takes(
    chance: Random, who: int, times: list[float], reveal: float = 0.0, back: bool = False, works: bool = False
) -> list[Event]:
    """Records taken from the pool or held, opened, and (mostly) nothing done."""
    events: list[Event] = []
    for at in times:
        record = next(numbers)
        read(who, at, record, 1, events)
        if chance.random() < reveal:
            events.append(Event(next(numbers), at + 10, who, Kind.REVEAL, record, record * 8, part="phone"))
        if works:
            events.append(Event(next(numbers), at + 40, who, Kind.WORK, record))
        if back:
            events.append(Event(next(numbers), at + 60, who, Kind.RETURN, record))
    return events


def _outside(chance: Random, who: int, times: list[float], canaries: float = 0.0, own: bool = False) -> list[Event]:
    """Records opened outside any task."""
    events: list[Event] = []
    for at in times:
        planted = chance.random() < canaries
        read(who, at, next(numbers), 2, events, theirs=False, canary=planted, namesake=own)
    return events


def _searches(chance: Random, who: int, times: list[float], hits: float, canaries: float = 0.0) -> list[Event]:
    """Searches by name, and what they hit opened."""
    events: list[Event] = []
    for at in times:
        found = chance.random() < hits
        events.append(Event(next(numbers), at, who, Kind.LOOKUP, found=found))
        if found:
            events += _outside(chance, who, [at + 15], canaries)
    return events


def _spread(chance: Random, many: int, begin: float, end: float) -> list[float]:
    return sorted(chance.uniform(begin, end) for _ in range(many))


def _everything(chance: Random, who: int, day: int, begin: float, end: float) -> list[Event]:
    """Calls like everybody, and reveals every part of everyone called."""
    events = []
    for at in _spread(chance, 24, begin, end):
        record = next(numbers)
        read(who, at, record, 1, events)
        for part in ("phone", "date_of_birth", "nhs_number", "address", "email"):
            events.append(Event(next(numbers), at + 10, who, Kind.REVEAL, record, record * 8, part=part))
        events.append(Event(next(numbers), at + 300, who, Kind.WORK, record))
    return events


def _at(day: int, hour: float, many: int, apart: float) -> list[float]:
    return [START + day * DAY + hour * HOUR + number * apart for number in range(many)]


@dataclass(frozen=True)
class Thief:
    """One habit."""

    name: str
    steals: Habit
    role: str = "tracer"
    told: bool = True
    catches: str = ""


THIEVES = (
    Thief("sweeps the pool: take, read, hand back", lambda c, w, d, b, e: _takes(c, w, _at(d, 13, 90, 40), back=True)),
    Thief("supervisor, down the whole list", lambda c, w, d, b, e: _outside(c, w, _at(d, 13, 200, 15)), "supervisor"),
    Thief("3 extra a day, handed back", lambda c, w, d, b, e: _takes(c, w, _spread(c, 3, b, e), back=True)),
    Thief("3 extra a day, left to lapse", lambda c, w, d, b, e: _takes(c, w, _spread(c, 3, b, e), reveal=1)),
    Thief("reveals numbers of what they hold, no call", lambda c, w, d, b, e: _takes(c, w, _spread(c, 12, b, e), 1)),
    Thief("looks for the famous", lambda c, w, d, b, e: _searches(c, w, _spread(c, 4, b, e), 0.3, 0.3)),
    Thief("looks at neighbours", lambda c, w, d, b, e: _searches(c, w, _spread(c, 2, b, e), 0.9)),
    Thief("at two in the morning", lambda c, w, d, b, e: _takes(c, w, _at(d, 2, 8, 300))),
    Thief("before anybody comes, at half past five", lambda c, w, d, b, e: _takes(c, w, _at(d, 5.5, 6, 200), 1)),
    Thief("8 a day, taken and handed back", lambda c, w, d, b, e: _takes(c, w, _spread(c, 8, b, e), back=True)),
    Thief(
        "supervisor, 20 extra a day", lambda c, w, d, b, e: _outside(c, w, _spread(c, 20, b, e), PLANTED), "supervisor"
    ),
    Thief(
        "supervisor, 5 extra a day", lambda c, w, d, b, e: _outside(c, w, _spread(c, 5, b, e), PLANTED), "supervisor"
    ),
    Thief("breaks the glass 6 times a day", lambda c, w, d, b, e: _searches(c, w, _spread(c, 6, b, e), 0.95)),
    Thief("hoards: takes and reads 40 in two hours", lambda c, w, d, b, e: _takes(c, w, _at(d, 12, 40, 180))),
    Thief("reveals everything of everyone they call", _everything),
    Thief(
        "supervisor, their own family, 3 a day",
        lambda c, w, d, b, e: _outside(c, w, _spread(c, 3, b, e), own=True),
        "supervisor",
    ),
    Thief("20 an hour, under every limit of an hour", lambda c, w, d, b, e: _takes(c, w, _at(d, 10, 100, 180))),
    Thief("one a minute, handing nothing back", lambda c, w, d, b, e: _takes(c, w, _at(d, 14, 120, 60), 0.5)),
    Thief(
        "photographs their own caseload",
        lambda c, w, d, b, e: [],
        told=False,
        catches="the same reads as work: cameras and phones away from the desk, canaries among cases that are sold",
    ),
    Thief(
        "6 extra a day, each with a made-up no answer",
        lambda c, w, d, b, e: _takes(c, w, _spread(c, 6, b, e), 1, works=True),
        told=False,
        catches="an attempt on record is work here: compare attempts with the telephone exchange's own calls",
    ),
)
