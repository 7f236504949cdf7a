"""What the engine and the rules speak of: a piece of work, what rules must answer, what is measured."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from scripts.simulate.day_world import Person, Tracer


@dataclass(slots=True, eq=False)
class Piece:
    """One piece of work: a case, or contacts of one household who are called together (or one by one)."""

    id: int
    people: list[Person]
    pool: int
    need: tuple[str | None, str | None]
    urgency: int
    at: float
    tries: int = 0
    ready: float = 0.0
    promised: float | None = None
    holder: Tracer | None = None
    state: str = "open"  # open, done, not reached, no details, joined
    asked: bool = False  # for another time, once
    opened: bool = False  # to whoever comes, as nobody who can came in time

    @property
    def household(self) -> int:
        """Whose."""
        return self.people[0].household

    @property
    def asks(self) -> tuple[str | None, str | None]:
        """What it still asks of whoever takes it."""
        return (None, None) if self.opened else self.need


class Rules(Protocol):
    """Who takes what."""

    name: str

    def bundle(self, people: list[Person]) -> Iterable[list[Person]]:
        """The pieces that people who came in together make."""

    def ready(self, piece: Piece, now: float) -> None:
        """A piece came in, or its next time has come."""

    def due_again(self, piece: Piece, by: Tracer, now: float) -> None:
        """Whoever called has a time for the next try, which is `piece.ready`."""

    def done(self, piece: Piece, by: Tracer) -> None:
        """A piece is finished."""

    def take(self, tracer: Tracer, now: float) -> Piece | None:
        """The next piece for somebody who is free."""

    def pass_on(self, piece: Piece, by: Tracer, now: float) -> bool:
        """They cannot serve what they hear it needs; False: nobody can, they go on with help."""

    def come(self, tracers: list[Tracer], now: float) -> None:
        """A shift begins."""

    def go(self, tracer: Tracer, now: float) -> None:
        """A shift ends."""

    def away(self, tracer: Tracer) -> None:
        """Somebody who was idle takes nothing more for now: a break, the end of the shift."""

    def tick(self, now: float) -> None:
        """Every few minutes: what the worker does."""

    def keeps(self) -> list[Piece]:
        """The pieces that could be called now and are not."""


@dataclass
class Measures:
    """What a run came to. Times in minutes; people are those of the first day."""

    name: str
    paid: float = 0.0
    worked: float = 0.0
    idle_beside_work: float = 0.0
    promised: int = 0
    kept: int = 0
    late: int = 0
    calls: dict[int, int] = field(default_factory=dict)
    curve: list[tuple[float, float, int, int]] = field(default_factory=list)  # time, busy share, waiting, idle
    pieces: list[Piece] = field(default_factory=list)
