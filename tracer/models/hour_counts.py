"""How much work comes and goes by the hour, and how many are there to do it: numbers of teams, of nobody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, words
from tracer.models.tasks import TaskKind


class HourCount(Base):
    """What came into a team's pool in one hour, what was finished of it, and the seconds that this took.

    Kept by the worker (`casework.hour_counts`), an hour once and never again; it outlives the tasks that it counts. An
    hour in which nothing was done anywhere has one row of zeros, so that the next is counted from there.
    """

    __tablename__ = "hour_count"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True, index=True)  # its beginning
    kind: Mapped[TaskKind] = mapped_column(words(TaskKind), primary_key=True)
    arrived: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)
    worked: Mapped[int] = mapped_column(default=0)


class TeamStrength(Base):
    """Who a team has: paid people by hour, as their patterns say, and what waits in its pool; as of the last count.

    Hours before `counted_until` are counted.

    `week` is weekday (Monday is "0") -> 24 numbers of people. Only who may work counts. `away` is a day of the next
    fortnight (ISO) -> 24 numbers of those who are known to be away.
    """

    __tablename__ = "team_strength"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    week: Mapped[dict[str, Any]]
    away: Mapped[dict[str, Any]]
    people: Mapped[int]
    without_pattern: Mapped[int]
    waiting: Mapped[int]
    counted_until: Mapped[datetime]
