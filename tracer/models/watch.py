"""The watch's tables: alerts, suspensions, canaries, and the machinery's memory."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracer.models.base import Base, Identified, Versioned, words
from tracer.models.staff import Staff


class AlertState(StrEnum):
    """What the privacy officer made of it."""

    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Alert(Identified, Versioned, Base):
    """One episode: what one rule found about one person, until nothing of the kind came for a day.

    `evidence` names audit events, counts and references, never who a record is about.
    """

    __tablename__ = "alert"

    reference: Mapped[str] = mapped_column(String(8), unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    rule: Mapped[str] = mapped_column(String(24))
    suspended: Mapped[bool] = mapped_column(default=False)
    score: Mapped[float]
    evidence: Mapped[dict[str, Any]]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    created_at: Mapped[datetime]
    state: Mapped[AlertState] = mapped_column(words(AlertState), default=AlertState.OPEN)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    sealed_note: Mapped[bytes | None]

    staff: Mapped[Staff] = relationship(foreign_keys="Alert.staff_id", lazy="raise_on_sql")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


Index("ix_alert_state", Alert.state, Alert.last_at)


class Suspension(Identified, Base):
    """From when until when an account was suspended, by which alert; who lifted it, and why (sealed)."""

    __tablename__ = "suspension"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alert.id"))
    from_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    sealed_reason: Mapped[bytes | None]


class Canary(Identified, Base):
    """A record that nobody has a reason to open outside a task: planted, or one of ours that was marked.

    The worker plants and marks, because the privacy officer sees no record. `sealed` is the identity to
    plant; `fault` says why it could not be done.
    """

    __tablename__ = "canary"

    reference: Mapped[str | None] = mapped_column(String(8))
    sealed: Mapped[bytes | None]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    # No foreign key: a record's disposal does not wait for the canary.
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    set_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(120))


_UNSET = text("set_at IS NULL")
Index("ix_canary_unset", Canary.created_at, postgresql_where=_UNSET, sqlite_where=_UNSET)


class WatchMark(Base):
    """How far the watch has read the audit: one row. `gaps` are ids below `done_to` that were not there yet."""

    __tablename__ = "watch_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    done_to: Mapped[int] = mapped_column(BigInteger)
    gaps: Mapped[dict[str, Any]]


class WatchMemory(Base):
    """The watch's memory of one person (JSON, compressed), and the columns that others are compared by."""

    __tablename__ = "watch_memory"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    team_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(24))
    day: Mapped[date]
    opened: Mapped[int]
    last_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    memory: Mapped[bytes]


Index("ix_watch_memory_team", WatchMemory.team_id, WatchMemory.last_at)
