"""Intakes: each received batch, and the rows that could not be taken."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class IntakeState(StrEnum):
    """How a batch ended."""

    LOADED = "loaded"
    REFUSED = "refused"


class Intake(Identified, Base):
    """One received batch. The rows add up, or the database refuses it."""

    __tablename__ = "intake"
    __table_args__ = (CheckConstraint("declared = loaded + joined + rejected", name="rows_add_up"),)

    filename: Mapped[str] = mapped_column(String(200))
    map_name: Mapped[str | None] = mapped_column(String(80))
    disease: Mapped[str] = mapped_column(String(40))
    digest: Mapped[bytes]
    state: Mapped[IntakeState] = mapped_column(words(IntakeState))
    message: Mapped[str | None] = mapped_column(String(500))
    declared: Mapped[int] = mapped_column(default=0)
    loaded: Mapped[int] = mapped_column(default=0)
    joined: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    received_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class IntakeReject(Identified, Base):
    """A row that was not taken: which line, and (sealed, for it quotes the row) what to do about it."""

    __tablename__ = "intake_reject"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id"), index=True)
    line: Mapped[int]
    sealed: Mapped[bytes]
