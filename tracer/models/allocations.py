"""Allocations: a plan of who gets which waiting work, asked for by a lead, made and carried out by the worker."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned

# A plan is of its moment: people go home, and others take what waits.
GOOD_FOR = timedelta(minutes=30)


class Allocation(Identified, Versioned, Base):
    """One plan for a team and all under it: what it says, and the lines that are carried out when it is ordered.

    It names tasks and staff by id, and nobody whom a task is about. `lines` is packed (`casework.allocation`).
    """

    __tablename__ = "allocation"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lines: Mapped[bytes | None]
    ordered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # Of the lines: what went to whom it was planned for, and what somebody took, moved or finished meanwhile.
    moved: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


_OPEN = text("done_at IS NULL")
Index("ix_allocation_open", Allocation.asked_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
