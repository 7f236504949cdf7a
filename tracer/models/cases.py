"""Cases: one person's episode of infection."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracer.models.base import Base, Identified, Versioned
from tracer.models.people import Person


class Case(Identified, Versioned, Base):
    """One person's episode of infection, its dates, and what the policy makes of them."""

    __tablename__ = "case_record"

    reference: Mapped[str] = mapped_column(String(8), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    disease: Mapped[str] = mapped_column(String(40))
    # The laboratory's id, as a keyed hash: some laboratories build theirs from names.
    record_key: Mapped[bytes | None] = mapped_column(unique=True)
    intake_id: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"), index=True)
    specimen_date: Mapped[date]
    result_date: Mapped[date | None]
    onset_date: Mapped[date | None]
    test_type: Mapped[str | None] = mapped_column(String(40))
    lab_code: Mapped[str | None] = mapped_column(String(40))
    setting: Mapped[str | None] = mapped_column(String(40))
    # Derived from the dates by the policy in force, and kept with the version that gave them.
    policy_version: Mapped[str] = mapped_column(String(60))
    window_from: Mapped[date]
    window_until: Mapped[date]
    isolation_until: Mapped[date]
    created_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(24))

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}
