"""What a plan is made from, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

# Why a task goes to somebody, where it is not by their turn.
BEFORE, TOGETHER = "spoke to them before", "same household"


class Work(NamedTuple):
    """One waiting task. `urgent` is the moment that it is taken by, the earliest first; `before` who spoke to them."""

    id: UUID
    pool: UUID
    need: str
    urgent: datetime
    household: bytes | None = None
    before: UUID | None = None

    @property
    def size(self) -> int:
        """A task that waits alone is a piece of one."""
        return 1

    @property
    def works(self) -> "Sequence[Work]":
        """Itself."""
        return (self,)


@dataclass(slots=True)
class Hand:
    """Somebody at work: the needs that they serve, the pools that they draw from, what they hold of how much."""

    id: UUID
    team: UUID
    needs: frozenset[str]
    pools: frozenset[UUID]
    held: int
    capacity: int
    never: frozenset[UUID] = frozenset()  # tasks that they must not have

    @property
    def spare(self) -> int:
        """How many more they take."""
        return self.capacity - self.held


class Kind(NamedTuple):
    """Pieces that are alike to whoever could take them: where they wait, what they need."""

    pools: frozenset[UUID]
    needs: frozenset[str]


class Home(NamedTuple):
    """All that waits at one address, where that is several tasks."""

    urgent: datetime
    size: int
    works: Sequence[Work]


# What one person takes whole.
Piece = Work | Home


class Placed(NamedTuple):
    """One task given to somebody, and why to them where it is not by their turn."""

    task: UUID
    to: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Short:
    """Work of one kind that found nobody: how many tasks, and how many people at work could do it at all."""

    pools: frozenset[UUID]
    needs: frozenset[str]
    tasks: int
    able: int


@dataclass(slots=True)
class Plan:
    """Who gets what, and what found nobody."""

    placed: list[Placed] = field(default_factory=list)
    left: list[UUID] = field(default_factory=list)
    short: list[Short] = field(default_factory=list)
