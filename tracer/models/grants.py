"""Grants: sight of one record for a short time, on record, for somebody whose work it is not."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class GrantKind(StrEnum):
    """How it came about: the glass was broken, a lead took work of their teams for themselves, or an expert answers a
    question on it."""

    GLASS = "glass"
    LEAD = "lead"
    EXPERT = "expert"


class Grant(Identified, Base):
    """Sight of one case or one contact, from a moment until a moment, for a reason.

    Of kind LEAD it opens nothing (`until_at` is `from_at`: the hold opens the record) and is told like the
    others. `record_key` and `person_key` are how the audit names what it opened; `told_at` is when those who
    must know were written to, so that a row without it is a debt.
    """

    __tablename__ = "grant_record"

    kind: Mapped[GrantKind] = mapped_column(words(GrantKind))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    # The team they worked in then: whoever leads it sees the grant.
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    reference: Mapped[str] = mapped_column(String(8))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"), index=True)
    record_key: Mapped[str] = mapped_column(String(36))
    person_key: Mapped[str] = mapped_column(String(36))
    sealed_reason: Mapped[bytes]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    told_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether it opens its record at this moment; the row rules ask the same of the database."""
        return self.ended_at is None and self.from_at <= now < self.until_at


_UNTOLD = text("told_at IS NULL")
Index("ix_grant_record_staff_id_until_at", Grant.staff_id, Grant.until_at)
Index("ix_grant_record_team_id_until_at", Grant.team_id, Grant.until_at)
Index("ix_grant_record_untold", Grant.from_at, postgresql_where=_UNTOLD, sqlite_where=_UNTOLD)
