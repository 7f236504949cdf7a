"""Help that people give each other: questions to the training desk, and problems that are known."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class HelpQuestion(Identified, Versioned, Base):
    """A question on how things are done, its answer, and whether both are help for everybody.

    `page` is the form of the address that it was asked from ("/cases/…"), which names no record. `title` is what the
    answer is found by; it is empty until there is one.
    """

    __tablename__ = "help_question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_whole"),
        CheckConstraint("NOT published OR (answered_at IS NOT NULL AND title <> '')", name="answered_before_published"),
    )

    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    question: Mapped[str] = mapped_column(String(500))
    page: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    published: Mapped[bool]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class KnownProblem(Identified, Versioned, Base):
    """Something that does not work and is being worked on, from when until when; open while it has no end."""

    __tablename__ = "known_problem"

    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(1000))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}
