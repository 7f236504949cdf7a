"""Clearance: what each role needs before it sees records, and who was let off for a while."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words
from tracer.models.staff import Role


class Requirement(Base):
    """One thing that a role needs: a course, the undertaking, the mock call. `months` is how long one serves at most.

    Kept from the shipped table by `db upgrade`: on no page can it be made less.
    """

    __tablename__ = "requirement"

    role: Mapped[Role] = mapped_column(words(Role), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    months: Mapped[int]


class Grace(Identified, Versioned, Base):
    """Somebody works for a while without all that their role needs: by whom, why, until when."""

    __tablename__ = "grace"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="ends_later"),
        CheckConstraint("staff_id <> given_by_id", name="by_another"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(300))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}
