"""Grants within reach: who has or had one, which are open now, and what was read under one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracer import vault
from tracer.access import actor
from tracer.models import AuditEvent, Grant, GrantKind, Staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One grant, with whose it is; names where the actor may know them."""

    grant: Grant
    who: str
    approved_by: str | None
    reason: str
    mine: bool
    is_open: bool

    @property
    def is_glass(self) -> bool:
        """Whether the glass was broken; otherwise a lead took the work."""
        return self.grant.kind is GrantKind.GLASS


def listed(session: Session, now: datetime, before: UUID | None = None) -> list[Line]:
    """A page of grants within reach, the newest first; one more than PAGE tells of a next page."""
    query = _named().order_by(Grant.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Grant.id < before)
    return [_line(session, row, now) for row in session.execute(query)]


def one(session: Session, grant: Grant, now: datetime) -> Line:
    """One grant as a line."""
    return _line(session, session.execute(_named().where(Grant.id == grant.id)).one(), now)


def events(session: Session, grant: Grant) -> list[AuditEvent]:
    """What whoever has it read and changed of the record and its person while it lasted, the first first."""
    query = select(AuditEvent).where(AuditEvent.actor_id == grant.staff_id, AuditEvent.at >= grant.from_at)
    query = query.where(AuditEvent.at < (grant.ended_at or grant.until_at))
    query = query.where(AuditEvent.entity_id.in_((grant.record_key, grant.person_key)))
    return list(session.scalars(query.order_by(AuditEvent.at, AuditEvent.id).limit(500)))


def others_open(session: Session, now: datetime) -> int:
    """How many records others have open by a grant at this moment, within reach."""
    query = select(func.count(Grant.id)).where(Grant.until_at > now, Grant.from_at <= now, Grant.ended_at.is_(None))
    return session.scalar(query.where(Grant.staff_id != actor.staff_id(session))) or 0


def _named() -> Any:
    who, second = aliased(Staff), aliased(Staff)
    query = select(Grant, who, second).outerjoin(who, who.id == Grant.staff_id)
    return query.outerjoin(second, second.id == Grant.approved_by_id)


def _line(session: Session, row: Any, now: datetime) -> Line:
    grant, who, second = row
    return Line(
        grant,
        who.name if who else "Somebody",
        second.name if second else ("somebody else" if grant.approved_by_id else None),
        str(vault.current().open(grant.sealed_reason, grant.id)),
        grant.staff_id == actor.of(session).id,
        grant.is_open(now),
    )
