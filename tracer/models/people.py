"""People: a human being, kept once, with the identity sealed."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class Person(Identified, Versioned, Base):
    """A human being. Who it is stands in `sealed` alone; in the clear is what the work needs.

    The keys are keyed hashes, for equality only. People with one `address_key` are a household.
    """

    __tablename__ = "person"

    sealed: Mapped[bytes]
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(8))
    area: Mapped[str | None] = mapped_column(String(4))
    language: Mapped[str | None] = mapped_column(String(3))
    nhs_number_key: Mapped[bytes | None] = mapped_column(index=True)
    phone_key: Mapped[bytes | None] = mapped_column(index=True)
    phone_2_key: Mapped[bytes | None] = mapped_column(index=True)
    email_key: Mapped[bytes | None] = mapped_column(index=True)
    name_birth_key: Mapped[bytes | None] = mapped_column(index=True)
    address_key: Mapped[bytes | None] = mapped_column(index=True)
    # Name, birth date and postcode together: how a record is found by what its person says of themselves.
    lookup_key: Mapped[bytes | None] = mapped_column(index=True)
    # Not for finding people, so without an index: the watch compares it with the reader's own family name.
    surname_key: Mapped[bytes | None]
    created_at: Mapped[datetime]
    # When this identity was last compared with the staff's own details; none: it is due.
    compared_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


_NEW = text("compared_at IS NULL")
Index("ix_person_new", Person.created_at, postgresql_where=_NEW, sqlite_where=_NEW)
