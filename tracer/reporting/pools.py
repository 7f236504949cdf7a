"""The pools of the board: what waits in a unit and in each unit under it, by age; what is held, what is late."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.models import Task, TaskState, Team
from tracer.reporting.board import DAY, FRESH, OPEN, count_if


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits by age, what is held, and what of both is late."""

    fresh: int = 0
    hours: int = 0
    days: int = 0
    held: int = 0
    late: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.fresh + other.fresh,
            self.hours + other.hours,
            self.days + other.days,
            self.held + other.held,
            self.late + other.late,
        )

    @property
    def waiting(self) -> int:
        """All that wait."""
        return self.fresh + self.hours + self.days

    def of_state(self, state: str) -> int:
        """How many open tasks the list has of a state (`open_work.STATES`), where nothing else narrows it."""
        return {"late": self.late, "held": self.held, "waiting": self.waiting}.get(state, self.waiting + self.held)


@dataclass(frozen=True, slots=True)
class Unit:
    """A team with the counts of it and of all under it. `below` is whether there is anything under it."""

    team: Team
    below: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class Units:
    """A unit itself without what is under it, each unit straight under it with all of its own, and the whole."""

    own: Counts
    under: list[Unit]
    whole: Counts


def of(session: Session, tree: list[tuple[Team, int]], now: datetime) -> Units:
    """The pools of a tree, whose top comes first."""
    if not tree:
        return Units(Counts(), [], Counts())
    counts = _counts(session, [team.id for team, _ in tree], now)
    own, whole = counts.get(tree[0][0].id, Counts()), Counts()
    under = list[Unit]()
    for team, depth in tree:
        here = counts.get(team.id, Counts())
        whole += here
        if depth == 1:
            under.append(Unit(team, False, here))
        elif depth > 1:  # parents stand before children
            last = under[-1]
            under[-1] = Unit(last.team, True, last.counts + here)
    return Units(own, under, whole)


def _counts(session: Session, team_ids: list[UUID], now: datetime) -> dict[UUID, Counts]:
    four, day = now - FRESH, now - DAY
    waits = Task.state == TaskState.WAITING
    query = select(
        Task.team_id,
        count_if(waits & (Task.created_at > four)),
        count_if(waits & (Task.created_at <= four) & (Task.created_at > day)),
        count_if(waits & (Task.created_at <= day)),
        count_if(Task.state == TaskState.HELD),
        count_if(Task.when < now),
    )
    query = query.where(Task.team_id.in_(team_ids), Task.state.in_(OPEN)).group_by(Task.team_id)
    return {row[0]: Counts(*(int(one) for one in row[1:])) for row in session.execute(query)}
