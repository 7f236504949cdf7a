"""Exporting the audit: a thousand rows at once, more on a second person's yes; each export is on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracer.access import actor, audit
from tracer.casework import approvals
from tracer.casework.records import session_of
from tracer.faults import Conflict, Refused
from tracer.models import Approval, ApprovalKind, AuditEvent

# Rows that the privacy officer takes out alone.
AT_ONCE = 1_000


def ask(session: Session, given: Mapping[str, str], rows: int, upto: int, reason: str, now: datetime) -> Approval:
    """Ask for a large export: these filters, this many rows, none later than the event `upto`."""
    document = {"given": dict(given), "rows": rows, "upto": upto}
    return approvals.ask(session, ApprovalKind.EXPORT, document, reason, now)


def spend(approval: Approval, now: datetime) -> dict[str, Any]:
    """Use up the yes to an export of the actor's own; the filters, rows and last event that it is for."""
    if approval.kind is not ApprovalKind.EXPORT or approval.asked_by_id != actor.of(session_of(approval)).id:
        raise Refused("Whoever asked for an export fetches it.")
    return approvals.spend(approval, now)


def record(session: Session, rows: int, approved: Mapping[str, Any] | None = None) -> None:
    """Put an export on record with its number of rows, before there is one.

    Refused above the limit without a yes; Conflict where it is not what was approved.
    """
    if approved is None and rows > AT_ONCE:
        raise Refused(f"More than {AT_ONCE:,} rows take a second person.")
    if approved is not None and rows != approved["rows"]:
        raise Conflict("There are not as many rows as were approved: ask again.")
    audit.note(session, "exported", AuditEvent.__tablename__, f"rows/{rows}")
