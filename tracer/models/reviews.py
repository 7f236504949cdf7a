"""Reviews: finished work that is looked at again, by a rubric, by whoever leads the team."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words


class ReviewOutcome(StrEnum):
    """What the reviewer decided, in the words of the script for it; or that it could not be reviewed."""

    APPROVE = "approve"
    FEEDBACK = "with_feedback"
    REOPEN = "reopen"
    UNABLE = "unable"


class Review(Identified, Versioned, Base):
    """One finished task that was drawn, whose work it was, and what was found.

    `why` it was drawn: "new", "sample", "week". It is made with the script
    `script_id`: `marks` are what was chosen there by question, `score` what it works out of them, and what was
    written is sealed. `again_id` is the task that the work goes on in where it was reopened.
    """

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("(reviewed_at IS NULL) = (outcome IS NULL)", name="reviewed_whole"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), unique=True)
    tracer_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    # Where the work was done: whoever leads this team reviews it.
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    why: Mapped[str] = mapped_column(String(12))
    drawn_at: Mapped[datetime]
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]
    script_id: Mapped[UUID | None] = mapped_column(ForeignKey("script.id"))
    score: Mapped[int | None]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    outcome: Mapped[ReviewOutcome | None] = mapped_column(words(ReviewOutcome))
    sealed_words: Mapped[bytes | None]
    again_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"))
    read_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class ReviewDraw(Base):
    """The days of whose finished work reviews were drawn: no day is drawn from twice."""

    __tablename__ = "review_draw"

    day: Mapped[date] = mapped_column(primary_key=True)
    drawn: Mapped[int]


_UNREAD = text("read_at IS NULL")
Index("ix_review_tracer", Review.tracer_id, Review.drawn_at)
Index("ix_review_unread", Review.tracer_id, postgresql_where=_UNREAD, sqlite_where=_UNREAD)
Index("ix_review_team", Review.team_id, Review.reviewed_at)
