"""Sealing the audit: events into the chain, in the order in which their transactions became visible.

An event's id comes from a sequence, so a transaction that began first may end last with the smaller ids, and
one that was taken back leaves a gap for good. So the sealer goes on from the greatest id that it has seen and
remembers what it passed over (`audit_gap`); a gap is looked at again, ever more rarely, for a day. What ends
later still is found by `sweep`. One sealer at a time; each call is one short transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import chain
from tracer.access.bulk import insert_rows
from tracer.casework import sealing_gaps as gaps
from tracer.models import AuditEvent, AuditSeal

BATCH = 5000
# Any number will do that no other part of Tracer locks by ("seal").
_LOCK = 0x7365616C


@dataclass(frozen=True, slots=True)
class Tip:
    """The last seal: its number (0 before the first) and its hash."""

    number: int
    hash: bytes


def tip(session: Session) -> Tip:
    """Where the chain ends."""
    query = select(AuditSeal.number, AuditSeal.hash).order_by(AuditSeal.number.desc()).limit(1)
    last = session.execute(query).one_or_none()
    return Tip(last.number, last.hash) if last else Tip(0, chain.START)


def seal(session: Session, now: datetime, most: int = BATCH) -> int:
    """Seal what is not sealed yet, at most so many events; returns how many. 0 while another sealer is at work."""
    if not _alone(session):
        return 0
    high = session.scalar(select(func.max(AuditSeal.event_id))) or 0
    late = gaps.events(session, now, most)
    query = select(*chain.EVENT).where(AuditEvent.id > high).order_by(AuditEvent.id).limit(most - len(late))
    fresh = session.execute(query).all() if len(late) < most else []
    gaps.passed_over(session, high, [event.id for event in fresh], now)
    return _append(session, [*late, *fresh])


def sweep(session: Session, most: int = BATCH) -> int:
    """Seal what was passed over and forgotten, wherever it is, at most so many events; returns how many.

    It looks at every event, so it is a nightly command's and not the worker's.
    """
    if not _alone(session):
        return 0
    high = session.scalar(select(func.max(AuditSeal.event_id))) or 0
    query = select(*chain.EVENT).where(AuditEvent.id < high, chain.UNSEALED).order_by(AuditEvent.id).limit(most)
    return _append(session, session.execute(query).all())


def _alone(session: Session) -> bool:
    """SQLite has one writer at a time as it is."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _append(session: Session, events: Sequence[Any]) -> int:
    if not events:
        return 0
    last = tip(session)
    key = vault.current().chain_key(make=last.number == 0)
    number, before, rows = last.number, last.hash, []
    for event in events:
        number += 1
        before = chain.seal(key, before, number, event)
        rows.append({"number": number, "event_id": event.id, "hash": before})
    insert_rows(session, AuditSeal, rows)
    return len(rows)
