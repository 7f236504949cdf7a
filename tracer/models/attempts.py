"""Attempts: each try to reach someone, with its outcome."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class Outcome(StrEnum):
    """What came of a try."""

    NO_ANSWER = "no answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong number"
    CALL_BACK = "call back"
    REFUSED = "refused"
    REACHED = "reached"


class Attempt(Identified, Base):
    """One try. The id comes from the form, so that a form posted twice counts once."""

    __tablename__ = "attempt"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    sealed_note: Mapped[bytes | None]
    callback_at: Mapped[datetime | None]
    at: Mapped[datetime]


# A supervisor's board asks for the last attempts of each person, among all they ever made.
Index("ix_attempt_staff_id_at", Attempt.staff_id, Attempt.at)
