"""Grants within reach: who has or had one, which are open now, and what was read under one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor
from tracer.models import AuditEvent, Grant, GrantKind
from tracer.reporting.events import staff_by_id

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
    def opens(self) -> bool:
        """Whether it opened the record: the glass was broken, or an expert answers; otherwise a lead took the work."""
        return self.grant.kind is not GrantKind.LEAD

    @property
    def is_expert(self) -> bool:
        """Whether it was opened to answer a question."""
        return self.grant.kind is GrantKind.EXPERT


def listed(session: Session, now: datetime, before: UUID | None = None) -> list[Line]:
    """A page of grants within reach, the newest first; one more than PAGE tells of a next page."""
    query = select(Grant).order_by(Grant.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Grant.id < before)
    return lines(session, session.scalars(query).all(), now)


def lines(session: Session, grants: Sequence[Grant], now: datetime) -> list[Line]:
    """These grants as lines, with the names that the actor may know."""
    ids = {one.staff_id for one in grants} | {one.approved_by_id for one in grants if one.approved_by_id}
    names = {person.id: person.name for person in staff_by_id(session, ids).values()}
    me = actor.of(session).id
    return [
        Line(
            grant,
            names.get(grant.staff_id, "Somebody"),
            names.get(grant.approved_by_id, "somebody else") if grant.approved_by_id else None,
            str(vault.current().open(grant.sealed_reason, grant.id)),
            grant.staff_id == me,
            grant.is_open(now),
        )
        for grant in grants
    ]


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
