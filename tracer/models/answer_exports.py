"""Exports of answers: asked for by an analyst, made by the worker, kept sealed until they are fetched."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified


class AnswerExport(Identified, Base):
    """All answers to one version of a script, as they stood when they were asked for.

    `named` ones say who people are, and need the yes of `approval_id` before a worker makes them. `after_id` is the
    last interview written, so that making it goes on where it was broken off.
    """

    __tablename__ = "answer_export"

    script_id: Mapped[UUID] = mapped_column(ForeignKey("script.id"))
    named: Mapped[bool]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    asked_at: Mapped[datetime]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approval.id"))
    after_id: Mapped[UUID | None]
    interviews: Mapped[int] = mapped_column(default=0)
    # Of these the key is destroyed: what was said in them is forgotten.
    forgotten: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class AnswerPiece(Identified, Base):
    """A sealed piece of one table of an export, as CSV: gone when the export has expired, or a named one is fetched."""

    __tablename__ = "answer_piece"
    __table_args__ = (UniqueConstraint("export_id", "sheet", "number"),)

    export_id: Mapped[UUID] = mapped_column(ForeignKey("answer_export.id"))
    sheet: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    sealed: Mapped[bytes]
