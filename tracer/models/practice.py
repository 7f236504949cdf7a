"""Practice: mock calls with people who do not exist. Nothing here leads to a case, a contact, a task or a notice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class PracticeCall(Identified, Versioned, Base):
    """One mock call: who practised, on which text of the script, with which invented person, what they entered.

    `caller` is the given name, and all that whoever marks the call learns of the account. `self_marks` holds, by key
    of a criterion, how the trainee saw it; with it the call is handed in, and stays as it is.
    """

    __tablename__ = "practice_call"
    __table_args__ = (
        CheckConstraint("handed_in_at IS NULL OR finished_at IS NOT NULL", name="finished_before_handed_in"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    caller: Mapped[str] = mapped_column(String(80))
    script_id: Mapped[UUID] = mapped_column(ForeignKey("script.id"))
    brief: Mapped[str] = mapped_column(String(50))
    on_day: Mapped[date]
    answers: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    self_marks: Mapped[dict[str, Any] | None]
    handed_in_at: Mapped[datetime | None] = mapped_column(index=True)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class PracticeMark(Identified, Base):
    """What somebody who may judge made of a mock call; it stands. `marks` has the points by key of a criterion."""

    __tablename__ = "practice_mark"

    practice_call_id: Mapped[UUID] = mapped_column(ForeignKey("practice_call.id"), unique=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    rubric_version: Mapped[int]
    marks: Mapped[dict[str, Any]]
    score: Mapped[int]
    of: Mapped[int]
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(2000))
