"""Conflicts of interest: whose record is never whose work, told by keyed hashes alone."""

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified


class StaffKey(Identified, Base):
    """One of somebody's own details as a keyed hash, to be compared with people's: never shown, never opened.

    `kind` says which detail; `work` is the address that they sign in with. `compared_epoch` is the epoch of the
    account when it was last compared; another, or none, means that it is due.
    """

    __tablename__ = "staff_key"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[bytes] = mapped_column(index=True)
    compared_epoch: Mapped[int | None]


class ConflictOfInterest(Identified, Base):
    """One of the staff must not open one person's record, nor have one task about it. Kept by the machinery.

    `why` is self, phone, home or colleague: for keeping the table, and on no page. A person whom no task is
    about has one row without a task.
    """

    __tablename__ = "conflict"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"), index=True)
    why: Mapped[str] = mapped_column(String(12))
