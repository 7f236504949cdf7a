"""Intakes: each received batch, what waits to be loaded, and the rows that could not be taken."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class IntakeState(StrEnum):
    """How far a batch is, and how it ended."""

    RECEIVED = "received"
    LOADED = "loaded"
    REFUSED = "refused"


class Intake(Identified, Base):
    """One received batch. The rows add up, or the database refuses it.

    `rows`, `rows_done` and `worked_at` tell how far a worker says that it is, while it loads; the load itself
    is another transaction, and its figures are there when it ends.
    """

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
    worked_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")


class IntakeUpload(Base):
    """What waits to be loaded, beside its intake: gone in the transaction that loads it.

    `sealed` holds the map that was chosen. The one tried least often is next, then the one received first: a file
    that a worker dies of stands behind all others.
    """

    __tablename__ = "intake_upload"
    __table_args__ = (Index("ix_intake_upload_next", "tries", "intake_id"),)

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id"), primary_key=True)
    sealed: Mapped[bytes]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]


class IntakePiece(Identified, Base):
    """A sealed piece of a file that waits to be loaded."""

    __tablename__ = "intake_piece"
    __table_args__ = (Index("uq_intake_piece_intake_id_number", "intake_id", "number", unique=True),)

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake_upload.intake_id"))
    number: Mapped[int]
    sealed: Mapped[bytes]


class IntakeReject(Identified, Base):
    """A row that was not taken: which line, and (sealed, for it quotes the row) what to do about it."""

    __tablename__ = "intake_reject"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("intake.id"), index=True)
    line: Mapped[int]
    sealed: Mapped[bytes]
