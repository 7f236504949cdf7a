"""A person under the watch in a test: events said shortly, and what they led to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracer.clock import LONDON
from tracer.watch import limits
from tracer.watch.evaluator import Evaluator
from tracer.watch.event import Event, Kind
from tracer.watch.finding import Finding
from tracer.watch.person import Person

MONDAY = datetime(2026, 3, 2, 9, tzinfo=LONDON).timestamp()
LIMITS = limits.read()[-1][1]
HOUR, DAY = 3600.0, 86_400.0


class Others:
    """The rest of the team, as a test says."""

    def __init__(self, opened: Sequence[int] = (), company: int = 9) -> None:
        self.opened, self.there = opened, company

    def peers(self, person: Person) -> Sequence[int]:
        """What the others opened."""
        return self.opened

    def company(self, person: Person, at: float) -> int:
        """How many are at work."""
        return self.there


class Rig:
    """One person and an evaluator; `now` goes on with each event."""

    def __init__(self, others: Others | None = None, **changed: float) -> None:
        self.evaluator = Evaluator(replace(LIMITS, **changed), others or Others())
        self.person, self.now, self.number = Person("somebody", "team"), MONDAY, 0
        self.found: list[Finding] = []

    def did(self, kind: Kind, record: int = 0, wait: float = 60, **more: Any) -> None:
        """One event, `wait` seconds after the last."""
        self.now += wait
        self.number += 1
        more.setdefault("person", record)
        event = Event(self.number, self.now, "somebody", kind, record, **more)
        self.found += self.evaluator.see(self.person, event)

    def work(self, record: int, wait: float = 400) -> None:
        """Ordinary work: opened, the number revealed, called."""
        self.did(Kind.READ, record, wait)
        self.did(Kind.REVEAL, record, 20, part="phone")
        self.did(Kind.WORK, record, 90)

    def wait(self, seconds: float) -> None:
        """Nothing happens for a while."""
        self.now += seconds
        self.found += self.evaluator.waited(self.person, self.now)

    @property
    def rules(self) -> list[str]:
        """What was found, by rule, in order."""
        return [one.rule for one in self.found]

    def restart(self) -> None:
        """The memory goes through its table, as in a worker that is started again."""
        import json

        document = json.loads(json.dumps(self.person.pack()))
        self.person = Person.unpack("somebody", "team", "tracer", document)
