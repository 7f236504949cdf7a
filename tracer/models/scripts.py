"""Scripts: each version from its draft to its retirement, and every text of it that somebody sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class ScriptVersion(Identified, Versioned, Base):
    """One version of the script of a disease and kind; interviews stay pinned to the one they began on.

    Its life is told by its times: begun (a draft, whose text is that of its last revision), asked (it waits for a
    second person), approved (from now on the database refuses any change of it), published (new interviews begin on
    it from then; it may lie ahead), retired. One that was approved and retired before it was published never went
    live: it was withdrawn. `*_by_id` is nobody where the text came with Tracer itself; who it was is kept by name
    too, for whoever reads scripts does not see the accounts of others.
    """

    __tablename__ = "script"
    __table_args__ = (UniqueConstraint("disease", "kind", "number"),)

    disease: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    # Given with the yes, so that numbers are the order in which versions go live.
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(120))
    digest: Mapped[bytes]
    # Loaded when it is asked for: lists of versions do without.
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    # The newest approved version when this text was sent: what it would replace.
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("script.id"))
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    asked_by: Mapped[str | None] = mapped_column(String(170))
    # When it should go live; nothing: as soon as it is approved.
    live_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    returned_by: Mapped[str | None] = mapped_column(String(170))
    returned_why: Mapped[str | None] = mapped_column(String(500))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[str | None] = mapped_column(String(170))
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class ScriptRevision(Identified, Base):
    """One text of a draft as somebody sent it: appended only, so that who changed which words when can be told."""

    __tablename__ = "script_revision"
    __table_args__ = (UniqueConstraint("script_id", "number"),)

    script_id: Mapped[UUID] = mapped_column(ForeignKey("script.id"))
    number: Mapped[int]
    digest: Mapped[bytes]
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    # The newest approved version when it was sent: what differs from both is the sender's.
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("script.id"))
    # What the reader of the file said of it that kept nobody from sending it.
    warnings: Mapped[list[str]]
    # What was changed and why, in the sender's words.
    note: Mapped[str] = mapped_column(String(300))
    sent_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    sent_by: Mapped[str | None] = mapped_column(String(170))
    sent_at: Mapped[datetime]
