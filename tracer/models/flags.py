"""Flags: what an answer of an interview calls for besides, and the piece of work that it made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class Flag(Identified, Versioned, Base):
    """One flag of one interview, once: the task is made with it, or made anew after it was withdrawn.

    Withdrawn: the answer was corrected before anybody took the task. Corrected: it was afterwards, and the task's
    holder reads so.
    """

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("interview_id", "name"),)

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("interview.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}
