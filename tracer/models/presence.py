"""What somebody at work is doing at this moment, and when somebody is not at work at all."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class PresenceState(StrEnum):
    """What somebody is doing; whoever is signed out is away."""

    AVAILABLE = "available"
    ON_A_CALL = "on a call"
    WRAPPING_UP = "wrapping up"
    ON_A_BREAK = "on a break"
    AWAY = "away"


class Presence(Identified, Base):
    """One row a person: the state, and since when. No note, and no history but the audit's."""

    __tablename__ = "presence"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    state: Mapped[PresenceState] = mapped_column(words(PresenceState))
    since: Mapped[datetime]


class AbsenceKind(StrEnum):
    """Why somebody is not at work. No more than this is kept of an illness."""

    SICK = "sick"
    LEAVE = "leave"
    OTHER = "other"


class Absence(Identified, Base):
    """One of the staff is not at work, from when until when (None: until somebody ends it), and who says so."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("until_at IS NULL OR until_at > from_at", name="ends_after_its_beginning"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[AbsenceKind] = mapped_column(words(AbsenceKind))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    # Ended before its time, or called off before it began.
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
