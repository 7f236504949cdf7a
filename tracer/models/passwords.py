"""What stands around a password: the tries that were made, single-use links to set one, and who asked for one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified


class Throttle(Base):
    """How far somebody's tries are spent: one row for each account or network that tries.

    `key` is a keyed hash of what is limited, so that the table names nobody. `spent_until` is the time, in
    milliseconds since 1970, at which all the tries made so far are forgiven.
    """

    __tablename__ = "throttle"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    spent_until: Mapped[int] = mapped_column(BigInteger, index=True)


class PasswordLink(Identified, Base):
    """A single-use link with which one of the staff sets a password: an invitation, or after forgetting.

    The token in it is kept as a hash. `replaced_at`: a newer link was made, which is the one that works.
    """

    __tablename__ = "password_link"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class PasswordRequest(Identified, Base):
    """Somebody said that they forgot their password: the address as typed, sealed, until the worker has looked.

    The web writes the same row whoever it is, and does not look: so its answer tells nothing by its time either.
    """

    __tablename__ = "password_request"

    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
