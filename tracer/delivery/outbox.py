"""The outbox: taking owed notices with a lease, and settling each by how its sending went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from tracer.access import audit
from tracer.access.bulk import change_rows, insert_rows
from tracer.delivery.transports import Fate, Later, Refused, Sent, Unknown
from tracer.models import AuditEvent, Notice, NoticeState

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
_FIRST_WAIT = timedelta(minutes=1)
# Of each notice that was changed, the row of the audit that says so.
_Events = dict[UUID, dict[str, Any]]


def turn(session: Session, fates: Mapping[UUID, Fate], now: datetime, most: int) -> list[Notice]:
    """Settle what was sent, and take up to `most` notices that are due, each for the time of a lease.

    The caller commits before it sends: whatever happens then, a notice is known to be on its way. Thousands go this
    way, so what is alike in all of them is written at once.
    """
    # First settled: whoever looks for more may hold a lock on one of ours for a moment (it waited when they began to
    # look), and while we look ourselves we wait for nobody. So ours are waited for, and no two for each other.
    settled = _settle_all(session, fates, now)
    query = select(Notice).where(Notice.state == NoticeState.WAITING, Notice.next_try_at <= now)
    query = query.order_by(Notice.next_try_at, Notice.id).limit(most).with_for_update(skip_locked=True)
    taken = list(session.scalars(query)) if most else []
    going = {"state": NoticeState.SENDING, "lease_until": now + LEASE, "tries": Notice.tries + 1}
    events = _change(session, [notice.id for notice in taken], going, Notice.state == NoticeState.WAITING)
    insert_rows(session, AuditEvent, [*settled.values(), *events.values()])
    return taken


def _settle_all(session: Session, fates: Mapping[UUID, Fate], now: datetime) -> _Events:
    """Those that simply went at once; one by one what else became of one, or was known of it before.

    Returns the events of the first; the others are on record.
    """
    sent = [notice_id for notice_id, fate in fates.items() if isinstance(fate, Sent)]
    gone = {"state": NoticeState.SENT, "lease_until": None, "settled_at": now}
    plain = and_(Notice.state == NoticeState.SENDING, Notice.error.is_(None))
    events = _change(session, sent, gone, plain)
    if others := set(fates) - set(events):
        for notice in session.scalars(select(Notice).where(Notice.id.in_(others)).order_by(Notice.id)):
            settle(notice, fates[notice.id], now)
    return events


def _change(session: Session, ids: Sequence[UUID], same: Mapping[str, Any], only: ColumnElement[bool]) -> _Events:
    """Set this in those of which `only` holds; returns them with what is to be put on record of each."""
    changed = change_rows(session, Notice, [{"id": one} for one in ids], same, only=only, waits=True)
    return {one: audit.event_row(session, "changed", Notice.__tablename__, one, sorted(same)) for one in changed}


def expire(session: Session, now: datetime) -> int:
    """A lease that ran out in the middle of sending: nobody knows whether it went, so it is not sent again."""
    query = select(Notice).where(Notice.state == NoticeState.SENDING, Notice.lease_until < now)
    lost = session.scalars(query.with_for_update(skip_locked=True)).all()
    for notice in lost:
        settle(notice, Unknown("The worker stopped while sending it."), now)
    return len(lost)


def settle(notice: Notice, fate: Fate, now: datetime) -> None:
    """Write down how a sending went. What may be tried again waits twice as long each time."""
    notice.lease_until = None
    if isinstance(fate, Later) and notice.tries < MOST_TRIES:
        notice.state, notice.error = NoticeState.WAITING, fate.why
        notice.next_try_at = now + _FIRST_WAIT * 2 ** (notice.tries - 1)
        return
    words = {
        Sent: NoticeState.SENT,
        Unknown: NoticeState.UNKNOWN,
        Refused: NoticeState.FAILED,
        Later: NoticeState.FAILED,
    }
    notice.state, notice.settled_at = words[type(fate)], now
    notice.error = None if isinstance(fate, Sent) else fate.why
