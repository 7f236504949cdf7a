"""The outbox: taking owed notices with a lease, and settling each by how its sending went."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.delivery.transports import Fate, Later, Refused, Sent, Unknown
from tracer.models import Notice, NoticeState

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
_FIRST_WAIT = timedelta(minutes=1)


def claim(session: Session, now: datetime, most: int = 20) -> list[Notice]:
    """Take up to `most` notices that are due, each for the time of a lease.

    The caller commits before it sends: whatever happens then, the notice is known to be on its way.
    """
    query = select(Notice).where(Notice.state == NoticeState.WAITING, Notice.next_try_at <= now)
    query = query.order_by(Notice.next_try_at, Notice.id).limit(most).with_for_update(skip_locked=True)
    taken = list(session.scalars(query))
    for notice in taken:
        notice.state, notice.lease_until, notice.tries = NoticeState.SENDING, now + LEASE, notice.tries + 1
    return taken


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
