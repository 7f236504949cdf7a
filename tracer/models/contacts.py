"""Contacts: people exposed to a case, and the occasions."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracer.models.base import Base, Identified, Versioned, words
from tracer.models.cases import Case
from tracer.models.people import Person


class ContactState(StrEnum):
    """How far we are with a contact."""

    TO_ALERT = "to alert"
    ALERTED = "alerted"
    NOT_REACHED = "not reached"
    REFUSED = "refused"
    NOT_CLOSE = "not close"


class Contact(Identified, Versioned, Base):
    """A person exposed to one case.

    `alert_task_id` is the household's one piece of work; several contacts share it. Whoever holds
    only that task cannot see the case: there `contact.case` loads as None.
    """

    __tablename__ = "contact"

    reference: Mapped[str] = mapped_column(String(8), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_record.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    alert_task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"), index=True)
    disease: Mapped[str] = mapped_column(String(40))
    state: Mapped[ContactState] = mapped_column(words(ContactState), default=ContactState.TO_ALERT)
    risk: Mapped[str] = mapped_column(String(24))
    # What they are to the case, in the case's own words: sealed, because it may name somebody.
    sealed_relationship: Mapped[bytes | None]
    last_exposure: Mapped[date]
    isolation_until: Mapped[date | None]
    symptoms: Mapped[bool | None]
    policy_version: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    # When the worker looked whether this person is one whom we have already.
    recognised_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    case: Mapped[Case | None] = relationship(lazy="raise_on_sql")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


_NEW = text("recognised_at IS NULL")
Index("ix_contact_new", Contact.created_at, postgresql_where=_NEW, sqlite_where=_NEW)


class Exposure(Identified, Base):
    """One occasion of exposure: the day, how close, and the place (sealed: it may name somebody)."""

    __tablename__ = "exposure"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    day: Mapped[date]
    closeness: Mapped[str] = mapped_column(String(24))
    minutes: Mapped[int | None]
    sealed_place: Mapped[bytes | None]
