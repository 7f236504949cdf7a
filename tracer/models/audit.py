"""The audit: who read and changed what, appended only, and the chain that seals it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base


class AuditEvent(Base):
    """One thing that was read or changed, written in the transaction that did it.

    No foreign keys: a record's disposal must not touch what is on record about it.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_kind: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(60))
    did: Mapped[str] = mapped_column(String(8))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(80))
    fields: Mapped[list[str] | None]
    # What proves that Tracer wrote it (`access/chain.py`); none on what was written before there were stamps.
    stamp: Mapped[bytes | None]


Index("ix_audit_event_entity", AuditEvent.entity, AuditEvent.entity_id)
Index("ix_audit_event_actor", AuditEvent.actor_id, AuditEvent.at)
# Newest first, for the privacy officer: by day and page after page.
Index("ix_audit_event_at", AuditEvent.at, AuditEvent.id)


class AuditSeal(Base):
    """One link of the chain: what makes one event, and its place, impossible to alter unseen.

    Numbers have no gap and say the order of the chain, which is not that of the events' ids: of two
    transactions the one that began first may end last. No foreign key, as with the events.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes]


class AuditGap(Base):
    """Event ids that were passed over: of a transaction that was under way, or that was taken back.

    They are looked at again, ever more rarely, for a day.
    """

    __tablename__ = "audit_gap"

    first_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    last_id: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]
    look_at: Mapped[datetime]
