"""Notices: messages owed to one mailbox or one phone. This table is the outbox."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class Channel(StrEnum):
    """How it travels."""

    EMAIL = "email"
    SMS = "sms"


class NoticeState(StrEnum):
    """Owed, on its way, and how it ended. Unknown is shown as unknown and never silently repeated."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Notice(Identified, Base):
    """A message owed to one recipient; `sealed` holds the one address and what the wording needs.

    `key` says what it is for, once: the same debt cannot be entered twice.
    """

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    # Of the many that one mailing owes, so that they can be counted.
    mailing_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_mailing.id"), index=True)
    sealed: Mapped[bytes]
    state: Mapped[NoticeState] = mapped_column(words(NoticeState), default=NoticeState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))


_OWED = text("state IN ('waiting', 'sending')")
Index("ix_notice_owed", Notice.next_try_at, Notice.id, postgresql_where=_OWED, sqlite_where=_OWED)
