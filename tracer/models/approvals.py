"""Approvals: what needs a second person, asked by one and decided by another."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words


class ApprovalKind(StrEnum):
    """What is asked: a powerful role, a large export, the glass for longer than usual, answers with names,
    many invitations at once."""

    ROLE = "role"
    EXPORT = "export"
    GLASS = "glass"
    ANSWERS = "answers"
    INVITATIONS = "invitations"


class ApprovalState(StrEnum):
    """Waiting, or how it was decided. That it expired is told by the time alone."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class Approval(Identified, Versioned, Base):
    """One request for a second person's yes.

    `sealed` is the document of what is to be done, `digest` its keyed hash: what was shown to whoever decides,
    what is decided and what is done are one. `about_id` is the account that it is about, which may not be there yet.
    """

    __tablename__ = "approval"

    kind: Mapped[ApprovalKind] = mapped_column(words(ApprovalKind))
    state: Mapped[ApprovalState] = mapped_column(words(ApprovalState), default=ApprovalState.WAITING)
    sealed: Mapped[bytes]
    digest: Mapped[bytes]
    sealed_reason: Mapped[bytes]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    about_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


Index("ix_approval_state", Approval.state, Approval.expires_at)
