"""From a finding to an alert: one an episode, told to every privacy officer, and a suspension above the hard limit."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.casework import notices, suspensions
from tracer.ids import new_id, new_reference
from tracer.models import (
    Alert,
    AlertState,
    AuditEvent,
    Case,
    Contact,
    Person,
    Role,
    Staff,
)
from tracer.watch.finding import MOST_EVENTS, Finding

# What follows within a day belongs to the same alert.
EPISODE = timedelta(days=1)
# Once explained, the same is not raised again for so long, unless there is twice as much of it.
EXPLAINED = timedelta(days=14)


def raise_one(session: Session, finding: Finding, now: datetime) -> Alert | None:
    """Raise an alert, or add to the one of this episode; None where it was explained lately."""
    staff = session.get_one(Staff, finding.who)
    at = datetime.fromtimestamp(finding.at, UTC)
    latest = select(Alert).where(Alert.staff_id == staff.id, Alert.rule == finding.rule).order_by(Alert.last_at.desc())
    alert = session.scalar(latest.limit(1))
    if alert is not None and _was_explained(alert, finding, at):
        return None
    if alert is None or alert.state is not AlertState.OPEN or at - alert.last_at > EPISODE:
        alert = Alert(
            id=new_id(),
            reference=new_reference(),
            staff_id=staff.id,
            rule=finding.rule,
            score=finding.score,
            evidence={},
            first_at=datetime.fromtimestamp(finding.first or finding.at, UTC),
            last_at=at,
            created_at=now,
        )
        session.add(alert)
        session.flush()
        _tell(session, alert, now)
    alert.score, alert.last_at = max(alert.score, finding.score), max(alert.last_at, at)
    alert.evidence = _evidence(session, alert.evidence, finding)
    if finding.suspend and staff.suspended_at is None:
        suspensions.suspend(staff, alert, now)
    return alert


def _was_explained(alert: Alert, finding: Finding, at: datetime) -> bool:
    lately = alert.decided_at is not None and at - alert.decided_at < EXPLAINED
    return alert.state is AlertState.EXPLAINED and lately and finding.score < 2 * alert.score and not finding.suspend


def _tell(session: Session, alert: Alert, now: datetime) -> None:
    """Owe every privacy officer a message. It names nobody: who and what stand on the page."""
    officers = select(Staff).where(Staff.role == Role.PRIVACY_OFFICER, Staff.ended_at.is_(None))
    for officer in session.scalars(officers):
        key = f"watch-alert/{alert.id}/{officer.id}"
        notices.owe_staff(session, "watch-alert", officer, {"reference": alert.reference}, now, key)


def _evidence(session: Session, known: dict[str, Any], finding: Finding) -> dict[str, Any]:
    """The counts, and what was opened when: event, time, what, reference. Never who a record is about."""
    before = known.get("events", [])
    fresh = set(finding.events) - {one["event"] for one in before}
    events = [*before, *_described(session, sorted(fresh))][-MOST_EVENTS:]
    return {"counts": finding.counts, "events": sorted(events, key=lambda one: str(one["at"]))}


def _described(session: Session, ids: list[int]) -> list[dict[str, Any]]:
    if not ids:
        return []
    rows = session.scalars(select(AuditEvent).where(AuditEvent.id.in_(ids))).all()
    shown = {UUID(row.entity_id) for row in rows if row.entity == Person.__tablename__}
    references = _references(session, shown)
    return [
        {
            "event": row.id,
            "at": row.at.isoformat(),
            "did": row.did,
            "part": row.fields[0] if row.did == "read" and row.fields else "",
            "entity": row.entity,
            "reference": references.get(row.entity_id, ""),
        }
        for row in rows
    ]


def _references(session: Session, shown: set[UUID]) -> dict[str, str]:
    """Person -> the reference of the newest record about them."""
    found: dict[str, str] = {}
    for model in (Contact, Case):
        query = select(model.person_id, model.reference).where(model.person_id.in_(shown)).order_by(model.created_at)
        found.update({str(person_id): reference for person_id, reference in session.execute(query)})
    return found
