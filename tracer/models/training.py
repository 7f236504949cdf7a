"""Training: tries at the final tests of courses, and what proves that somebody passed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class FinalTest(Identified, Versioned, Base):
    """One try at the final test of one version of a course.

    Its questions follow from the seed, which leaves the server never. `given` holds, once it is marked, the places
    that were chosen for each question's key.
    """

    __tablename__ = "final_test"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    course: Mapped[str] = mapped_column(String(40))
    course_version: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]
    marked_at: Mapped[datetime | None]
    score: Mapped[int | None]
    of: Mapped[int | None]
    passed: Mapped[bool | None]
    given: Mapped[dict[str, Any] | None]
    # When its answers were counted (`QuestionTally`).
    tallied_at: Mapped[datetime | None] = mapped_column(index=True)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


Index("ix_final_test_staff_id_course_begun_at", FinalTest.staff_id, FinalTest.course, FinalTest.begun_at)


class QuestionTally(Base):
    """How one question of one version of a course was answered, over all tests. `chosen` is place -> how often."""

    __tablename__ = "question_tally"

    course: Mapped[str] = mapped_column(String(40), primary_key=True)
    course_version: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(50), primary_key=True)
    asked: Mapped[int]
    right: Mapped[int]
    chosen: Mapped[dict[str, Any]]


class Completion(Identified, Base):
    """One person passed one version of a course, or signed one version of the undertaking; it serves until then.

    `code` is printed on the certificate, and tells a real one from a drawn one. A signature has no score.
    """

    __tablename__ = "completion"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    key: Mapped[str] = mapped_column(String(40))
    course_version: Mapped[int]
    score: Mapped[int | None]
    of: Mapped[int | None]
    passed_at: Mapped[datetime]
    until_at: Mapped[datetime] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    # Of which of the reminders before its end they were told: so many days before, the last one.
    told_days: Mapped[int | None]


Index("ix_completion_staff_id_key_until_at", Completion.staff_id, Completion.key, Completion.until_at)
