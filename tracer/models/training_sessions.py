"""Training sessions: a dated event, everybody's own seat in it, and the mailings that tell them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words


class TrainingSession(Identified, Versioned, Base):
    """One event with so many places. `sequence` rises with each change, so that a calendar knows which is newer.

    `joining` says how to get in: it stands on each person's own page, and in no message.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("starts_at < ends_at", name="ends_later"),
    )

    title: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(500))
    joining: Mapped[str] = mapped_column(String(2000))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    # Said aloud in the room: with it a person says on their own page that they are there.
    code: Mapped[str] = mapped_column(String(8))
    sequence: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str | None] = mapped_column(String(200))
    reminded_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class SeatState(StrEnum):
    """Invited; asked for a place (a worker gives it within seconds); has one, waits for one, or does not come."""

    INVITED = "invited"
    ASKED = "asked"
    SEATED = "seated"
    WAITING = "waiting"
    DECLINED = "declined"


class TrainingSeat(Identified, Versioned, Base):
    """One person and one session: where they stand, whether they were there, what they thought of it."""

    __tablename__ = "training_seat"
    __table_args__ = (
        UniqueConstraint("training_session_id", "staff_id"),
        Index("ix_training_seat_turn", "training_session_id", "state", "asked_at"),
    )

    training_session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    state: Mapped[SeatState] = mapped_column(words(SeatState), default=SeatState.INVITED)
    invited_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    attended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    rating: Mapped[int | None]
    feedback: Mapped[str | None] = mapped_column(String(1000))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class MailingKind(StrEnum):
    """What a mailing says."""

    INVITATION = "invitation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"


class MailingState(StrEnum):
    """Being counted; counted and shown; to be sent; every message owed; or not sent, for the people are others now."""

    COUNTING = "counting"
    REHEARSED = "rehearsed"
    READY = "ready"
    OWED = "owed"
    STALE = "stale"


class TrainingMailing(Identified, Versioned, Base):
    """One message each to many people: who they are is worked out by the worker, and shown to nobody as a list.

    `count` and `digest` are of the people at the rehearsal: what is sent is that, or nothing. The four numbers say
    what became of the messages, as the worker last counted them.
    """

    __tablename__ = "training_mailing"

    training_session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"), index=True)
    kind: Mapped[MailingKind] = mapped_column(words(MailingKind))
    state: Mapped[MailingState] = mapped_column(words(MailingState), index=True)
    audience: Mapped[dict[str, Any]]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approval.id"))
    count: Mapped[int | None]
    digest: Mapped[bytes | None]
    owed_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}
