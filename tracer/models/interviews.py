"""Interviews: runs of scripts, and every answer ever given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracer.models.base import Base, Identified, Versioned
from tracer.models.scripts import ScriptVersion


class Interview(Identified, Versioned, Base):
    """One run of one version of one script, about a case or about a contact."""

    __tablename__ = "interview"

    script_id: Mapped[UUID] = mapped_column(ForeignKey("script.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    started_at: Mapped[datetime]
    started_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    # When the call that is under way began, and since when it is on hold.
    called_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))

    script: Mapped[ScriptVersion] = relationship(lazy="raise_on_sql")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class Answer(Base):
    """One answer as it was given. Appended only; the latest of a key is the answer that counts.

    `page` is the open page that sent it, as its `seq`-th change; `known` the newest row of the key that the page
    had seen. One that differs from an answer which its page had not seen stands `beside` it until somebody picks.
    """

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    interview_id: Mapped[UUID] = mapped_column(ForeignKey("interview.id"))
    key: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[bytes]
    given_at: Mapped[datetime]
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    page: Mapped[UUID | None]
    seq: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(BigInteger, default=0)
    beside: Mapped[bool] = mapped_column(default=False)


# A page reads on from the last row that it has.
Index("ix_answer_interview_id_id", Answer.interview_id, Answer.id)
