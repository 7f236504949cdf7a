"""What the watch remembers of one person: this hour, this shift, and the little that outlasts a shift."""

from collections.abc import Hashable
from typing import Any

# A shift's memory stops growing here: whoever opened so many was found long before.
MOST_OPENED = 1000
NEVER = float("inf")


class Opened:
    """One record opened in this shift."""

    __slots__ = ("at", "event", "parts", "theirs", "worked")

    def __init__(self, at: float, event: int, theirs: bool) -> None:
        self.at, self.event, self.theirs = at, event, theirs
        self.worked = False
        self.parts: list[str] = []

    def pack(self) -> list[Any]:
        """As plain values."""
        return [self.at, self.event, self.theirs, self.worked, self.parts]

    @classmethod
    def unpack(cls, values: list[Any]) -> "Opened":
        """From plain values."""
        made = cls(values[0], values[1], values[2])
        made.worked, made.parts = values[3:]
        return made


class Person:
    """The memory of one person. Dicts are in the order of time: their heads are the oldest."""

    __slots__ = (
        "began",
        "drift",
        "drifted",
        "habit",
        "hour_outside",
        "hour_people",
        "hour_theirs",
        "idle",
        "last",
        "look_at",
        "lookups",
        "many_parts",
        "off_shift",
        "opened",
        "outside",
        "pending",
        "quiet",
        "revealed",
        "role",
        "shift_hour",
        "swept",
        "team",
        "uncalled",
        "usual",
        "who",
    )

    def __init__(self, who: Hashable, team: Hashable = None, role: str = "tracer") -> None:
        self.who, self.team, self.role = who, team, role
        self.last = self.began = 0.0
        self.look_at = 0.0  # before then nothing can have waited too long; 0: look and see
        self.shift_hour = 0  # the last hour (since 1970) in which they were on shift
        self.hour_theirs: dict[int, float] = {}
        self.hour_outside: dict[int, float] = {}
        self.hour_people: dict[int, float] = {}
        self.usual: dict[int, list[int]] = {}  # hour -> [days it was worked on, the last of them]
        self.drift = 0.0
        self.drifted: list[int] = []
        self.habit: list[float] = [0.0, 0.0]  # records left and records opened, under tasks, of the last weeks
        self.lookups: list[list[Any]] = []  # [at, event, found]
        self.outside: list[list[Any]] = []  # of the last days: [day, records outside, namesakes among them, events]
        self.quiet: dict[str, list[float]] = {}  # rule -> [when it was found, with which score]
        self.begin(0.0)

    def begin(self, at: float) -> None:
        """A new shift: what the last one opened is forgotten."""
        self.began = at
        self.opened: dict[int, Opened] = {}
        self.pending: dict[int, float] = {}  # record -> when it was opened, and nothing done since
        self.revealed: dict[int, list[Any]] = {}  # record -> [when a telephone number was shown, event]
        self.uncalled: list[int] = []
        self.idle: list[int] = []
        self.swept: list[list[Any]] = []  # [at, event]
        self.off_shift: dict[int, int] = {}
        self.many_parts = 0

    def due(self, idle_after: float, reveal_after: float) -> float | None:
        """When something that waits for work will have waited so long (minutes): the next moment to look again."""
        moments = [next(iter(self.pending.values())) + idle_after * 60] if self.pending else []
        moments += [next(iter(self.revealed.values()))[0] + reveal_after * 60] if self.revealed else []
        return min(moments, default=None)

    def pack(self) -> dict[str, Any]:
        """The memory as a document that JSON can hold."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        pairs = {name: list(getattr(self, name).items()) for name in _PAIRS}
        return {**plain, **pairs, "opened": [[record, one.pack()] for record, one in self.opened.items()]}

    @classmethod
    def unpack(cls, who: Hashable, team: Hashable, role: str, document: dict[str, Any]) -> "Person":
        """The memory out of such a document."""
        made = cls(who, team, role)
        for name in _PLAIN:
            setattr(made, name, document[name])
        for name in _PAIRS:
            setattr(made, name, dict(document[name]))
        made.opened = {record: Opened.unpack(values) for record, values in document["opened"]}
        return made


_PLAIN = (
    "last",
    "began",
    "drift",
    "drifted",
    "habit",
    "lookups",
    "outside",
    "uncalled",
    "idle",
    "swept",
    "many_parts",
    "shift_hour",
)
_PAIRS = ("hour_theirs", "hour_outside", "hour_people", "usual", "quiet", "pending", "revealed", "off_shift")
