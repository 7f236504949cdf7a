"""Questions on a record: what a tracer asks in the middle of the work, and what they are answered."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words


class QuestionKind(StrEnum):
    """Who is to answer: whoever leads the team, or somebody who has the skill of this name."""

    SUPERVISOR = "supervisor"
    CLINICAL = "clinical"
    CONVERSATION = "conversation"


# Answered by an expert, who sees the record while they do.
EXPERT_KINDS = (QuestionKind.CLINICAL, QuestionKind.CONVERSATION)


class RecordQuestion(Identified, Versioned, Base):
    """A question on one case or contact: it carries the link, and its words are sealed, for people write names.

    `team_id` is the asker's team then: whoever leads it sees the question. `taken_by_id` until `taken_until` is the
    expert who answers it, and `grant_id` what opens the record to them meanwhile. `read_at` is when the asker said
    that they have read the answer.
    """

    __tablename__ = "record_question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (sealed_answer IS NULL)", name="answered_whole"),
        CheckConstraint("(case_id IS NULL) <> (contact_id IS NULL)", name="about_one"),
    )

    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    reference: Mapped[str] = mapped_column(String(8))
    # How the audit names whose record it is: the expert, who cannot look, is given sight of it by this.
    person_key: Mapped[str] = mapped_column(String(36))
    sealed_question: Mapped[bytes]
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    taken_until: Mapped[datetime | None]
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("grant_record.id"))
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    sealed_answer: Mapped[bytes | None]
    read_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}

    def is_taken(self, now: datetime) -> bool:
        """Whether an expert has it at this moment; after some hours it is anybody's again."""
        return self.taken_by_id is not None and self.taken_until is not None and now < self.taken_until


_OPEN, _UNREAD = text("answered_at IS NULL"), text("read_at IS NULL")
Index("ix_record_question_asker", RecordQuestion.asked_by_id, postgresql_where=_UNREAD, sqlite_where=_UNREAD)
Index("ix_record_question_team", RecordQuestion.team_id, RecordQuestion.asked_at)
Index("ix_record_question_kind", RecordQuestion.kind, postgresql_where=_OPEN, sqlite_where=_OPEN)
