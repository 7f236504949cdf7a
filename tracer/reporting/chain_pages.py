"""The audit's chain and the events without a seal, a page at a time, whatever somebody has put into them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracer import db
from tracer.access.chain import EVENT, UNSEALED
from tracer.models import AuditEvent, AuditSeal

PAGE = 5000
Page = list[Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that the database cannot give back as what Tracer writes."""

    number: int


def seals(session: Session, end: int) -> Iterator[Page]:
    """Every seal up to `end` with its event (None for what is not there), in order."""
    joined: Any = select(AuditSeal.number, AuditSeal.event_id, AuditSeal.hash, *EVENT)
    joined = joined.outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id).where(AuditSeal.number <= end)
    return _pages(session, joined, AuditSeal.number, select(AuditSeal.number).where(AuditSeal.number <= end))


def unsealed(session: Session) -> Iterator[Page]:
    """Every event without a seal, by id."""
    events: Any = select(*EVENT).where(UNSEALED)
    return _pages(session, events, AuditEvent.id, select(AuditEvent.id).where(UNSEALED))


def _pages(session: Session, query: Select[Any], key: Any, keys: Select[Any]) -> Iterator[Page]:
    name: str = key.key
    after: int | None = None
    while True:

        def onward(what: Select[Any], after: int | None = after) -> Select[Any]:
            return (what if after is None else what.where(key > after)).order_by(key).limit(PAGE)

        try:
            page = _read(session, onward(query))
        except (SQLAlchemyError, ValueError, TypeError):
            numbers = [row[0] for row in _read(session, onward(keys))]
            page = _one_by_one(lambda low, high: _read(session, query.where(key.between(low, high))), numbers)
        if not page:
            return
        yield page
        last = page[-1]
        after = last.number if isinstance(last, Unreadable) else getattr(last, name)


def _one_by_one(read: Callable[[int, int], Page], numbers: list[int]) -> Page:
    """The rows of a page in which something cannot be read, which is told apart by halving."""
    if not numbers:
        return []
    try:
        return sorted(read(numbers[0], numbers[-1]), key=lambda row: row[0])
    except (SQLAlchemyError, ValueError, TypeError):
        if len(numbers) == 1:
            return [Unreadable(numbers[0])]
        half = len(numbers) // 2
        return _one_by_one(read, numbers[:half]) + _one_by_one(read, numbers[half:])


def _read(session: Session, query: Select[Any]) -> Page:
    with db.transaction("audit.verify", session):
        return list(session.execute(query))
