"""The gaps of the chain: ids that the sealer passed over, because nobody could see them yet or nobody ever will."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracer.access.bulk import insert_rows
from tracer.access.chain import EVENT, UNSEALED
from tracer.models import AuditEvent, AuditGap

# A transaction that is not over by then never will be: its connection has gone.
_REMEMBERED = timedelta(hours=24)
_SOONEST = timedelta(seconds=1)
_MOST = 500
# Of a narrow gap the ids are asked for one by one, all such gaps in one question.
_NARROW = 8


def passed_over(session: Session, high: int, ids: list[int], now: datetime) -> None:
    """Remember the ids between those that were seen, from `high` on."""
    _remember(session, [(*one, now, now) for one in _between(high + 1, ids[-1], ids)] if ids else [])


def events(session: Session, now: datetime, most: int) -> list[Any]:
    """Events that turned up in gaps whose time has come, by id; what is left of the gaps is remembered on."""
    query = select(AuditGap.first_id, AuditGap.last_id, AuditGap.seen_at).where(AuditGap.look_at <= now)
    due = session.execute(query.order_by(AuditGap.look_at, AuditGap.first_id).limit(_MOST)).all()
    wide = [gap for gap in due if gap.last_id - gap.first_id >= _NARROW]
    narrow = [number for gap in set(due) - set(wide) for number in range(gap.first_id, gap.last_id + 1)]
    places = [AuditEvent.id.between(gap.first_id, gap.last_id) for gap in wide]
    places += [AuditEvent.id.in_(narrow)] if narrow else []
    found: list[Any] = []
    for place in places:
        if len(found) < most:
            wanted = select(*EVENT).where(place, UNSEALED).order_by(AuditEvent.id)
            found += session.execute(wanted.limit(most - len(found)))
    found.sort(key=lambda event: event.id)
    _look_later(session, due, [event.id for event in found], now, full=len(found) == most)
    return found


def _look_later(session: Session, due: Iterable[Any], found: list[int], now: datetime, *, full: bool) -> None:
    """Keep what is left of the gaps; one that was not reached (`full`) stays as it is.

    A gap in which something turned up is looked at again at once: its transaction has just ended.
    """
    over, left = [], []
    for gap in due:
        inside = found[bisect_left(found, gap.first_id) : bisect_right(found, gap.last_id)]
        age = now - gap.seen_at
        if full and not inside:
            continue
        over.append(gap.first_id)
        look_at = now if inside else now + max(_SOONEST, age / 4)
        if inside or age < _REMEMBERED:
            left += [(*one, gap.seen_at, look_at) for one in _between(gap.first_id, gap.last_id, inside)]
    if over:
        session.execute(delete(AuditGap).where(AuditGap.first_id.in_(over)))
    _remember(session, left)


def _remember(session: Session, gaps: list[tuple[int, int, datetime, datetime]]) -> None:
    names = ("first_id", "last_id", "seen_at", "look_at")
    insert_rows(session, AuditGap, [dict(zip(names, gap, strict=True)) for gap in gaps])


def _between(first: int, last: int, ids: Iterable[int]) -> list[tuple[int, int]]:
    """What is left of `first` to `last` without these ids (ascending)."""
    left = []
    for number in ids:
        if number > first:
            left.append((first, number - 1))
        first = number + 1
    return [*left, (first, last)] if first <= last else left
