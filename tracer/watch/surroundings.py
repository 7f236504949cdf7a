"""What a rule asks about others: how much their peers opened today, and whether they are alone at work.

The worker answers from its table, the simulation from memory. A roster, once there is one, is another `Shifts`.
"""

from collections.abc import Sequence
from typing import Protocol

from tracer.watch.hours import london
from tracer.watch.limits import Limits
from tracer.watch.person import Person


class Surroundings(Protocol):
    """The others."""

    def peers(self, person: Person) -> Sequence[int]:
        """How many records each other of the same team and role opened in the shift of today."""

    def company(self, person: Person, at: float) -> int:
        """How many others of the team did something in the hour before."""


class Shifts(Protocol):
    """Who is on shift."""

    def on_shift(self, person: Person, at: float, limits: Limits, others: Surroundings) -> bool:
        """Whether this person is at work by right at this moment."""


class UsualHours:
    """There is no roster: on shift is the service's day, an hour that is usual for them, or company."""

    def on_shift(self, person: Person, at: float, limits: Limits, others: Surroundings) -> bool:
        """As the class says; what is cheapest to know is asked first."""
        _, hour = london(at)
        if limits.service_from <= hour < limits.service_until:
            return True
        days, _ = person.usual.get(hour, (0, 0))
        if days >= limits.usual_days:
            return True
        return others.company(person, at) >= limits.company


def overtime(person: Person, at: float, limits: Limits) -> bool:
    """Whether this goes on from a shift that they were on by right. Overtime makes no hour usual, nor more overtime."""
    right_until = (person.shift_hour + 1) * 3600
    return right_until > person.began and at - right_until <= limits.overtime * 60


def learn(person: Person, at: float) -> None:
    """This hour of the day was worked, on one more day."""
    day, hour = london(at)
    known = person.usual.get(hour)
    if known is None:
        person.usual[hour] = [1, day]
    elif known[1] != day:
        known[0], known[1] = known[0] + 1, day
