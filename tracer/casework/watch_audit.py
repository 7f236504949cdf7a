"""Reading the audit once: each event, also one whose transaction took longer than those numbered after it.

Numbers are given out when a row is written, and rows are seen when their transaction commits: number 100 may
appear after 101. So missing numbers are remembered and looked for again, for as long as `GRACE`; after that
they were rolled back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from tracer.models import AuditEvent, WatchMark

GRACE = timedelta(minutes=15)
# Beyond so many gaps they are asked for as one stretch.
_MOST_GAPS = 50
_COLUMNS = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.action,
    AuditEvent.did,
    AuditEvent.entity,
    AuditEvent.entity_id,
    AuditEvent.fields,
)
Gap = list[float]  # first, last, missed since (seconds)


class Unread:
    """What the watch has not read yet; one worker at a time holds it."""

    def __init__(self, session: Session, mark: WatchMark) -> None:
        self.session, self.mark = session, mark

    @classmethod
    def take(cls, session: Session) -> "Unread | None":
        """Take the mark for this transaction; None while another worker has it."""
        mark = session.scalar(select(WatchMark).with_for_update(skip_locked=True))
        return cls(session, mark) if mark is not None else None

    def read(self, most: int, now: datetime) -> list[Row[Any]]:
        """The next events by number, with those that were missing before and are there now; the mark moves on."""
        gaps: list[Gap] = list(self.mark.gaps.get("missing", ()))
        late = self._late(gaps) if gaps else []
        query = select(*_COLUMNS).where(AuditEvent.id > self.mark.done_to).order_by(AuditEvent.id).limit(most)
        fresh = list(self.session.execute(query))
        gaps = [*closed(gaps, {row.id for row in late}), *between(self.mark.done_to, [row.id for row in fresh], now)]
        oldest = (now - GRACE).timestamp()
        kept = [gap for gap in gaps if gap[2] > oldest]
        if fresh:
            self.mark.done_to = fresh[-1].id
        if kept != self.mark.gaps.get("missing", []):
            self.mark.gaps = {"missing": kept}
        return sorted([*late, *fresh], key=lambda row: (row.at, row.id))

    def _late(self, gaps: list[Gap]) -> list[Row[Any]]:
        if len(gaps) > _MOST_GAPS:
            inside = and_(AuditEvent.id >= min(gap[0] for gap in gaps), AuditEvent.id <= max(gap[1] for gap in gaps))
            numbers = {number for gap in gaps for number in range(int(gap[0]), int(gap[1]) + 1)}
            found = self.session.scalars(select(AuditEvent.id).where(inside))
            wanted = sorted(numbers.intersection(found))
            return list(self.session.execute(select(*_COLUMNS).where(AuditEvent.id.in_(wanted)))) if wanted else []
        inside_one = or_(*[AuditEvent.id.between(int(first), int(last)) for first, last, _ in gaps])
        return list(self.session.execute(select(*_COLUMNS).where(inside_one)))


def between(done_to: int, ids: Iterable[int], now: datetime) -> list[Gap]:
    """The numbers missing among those that follow `done_to`."""
    gaps, last = list[Gap](), done_to
    for number in ids:
        if number > last + 1:
            gaps.append([last + 1, number - 1, now.timestamp()])
        last = number
    return gaps


def closed(gaps: list[Gap], found: set[int]) -> list[Gap]:
    """The gaps without the numbers that were found."""
    left = []
    for first, last, since in gaps:
        start = int(first)
        for number in sorted(one for one in found if first <= one <= last):
            if number > start:
                left.append([start, number - 1, since])
            start = number + 1
        if start <= last:
            left.append([start, int(last), since])
    return left


def newest(session: Session) -> int:
    """The highest number on record; for a person who asks how far behind the watch is."""
    return session.scalar(select(func.max(AuditEvent.id))) or 0
