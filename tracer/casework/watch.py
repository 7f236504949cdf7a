"""The watch at work: new audit events are read once, judged by `tracer.watch`, and lead to alerts.

The worker does it as SYSTEM, at every tick. Everything, the mark up to which the audit was read, the memory of
each person and the alerts, is in one transaction: a worker that is killed has judged an event wholly or not at all.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from tracer.casework import canaries, watch_alerts, watch_memory
from tracer.casework.watch_audit import Unread
from tracer.casework.watch_events import Events
from tracer.clock import london
from tracer.watch import limits
from tracer.watch.evaluator import Evaluator
from tracer.watch.finding import Finding

# Audit events looked at in one tick, and people whose opened records have waited too long.
MOST = 2000
_MOST_WAITING = 200


def look(session: Session, now: datetime) -> int:
    """Judge what is new on record, and what has waited too long. Returns how many events were judged."""
    unread = Unread.take(session)
    if unread is None:
        return 0
    rows = unread.read(MOST, now)
    events = Events(session, rows)
    memory = watch_memory.Memory(session, {one.who for one in events.all}, events.staff)
    evaluator = Evaluator(limits.current(london(now).date()), memory)
    found: list[Finding] = []
    for event in events.all:
        found += evaluator.see(memory.people[event.who], event)
    for person in memory.waiting(now, _MOST_WAITING):
        found += evaluator.waited(person, now.timestamp())
    memory.save(evaluator.limits)
    for finding in found:
        watch_alerts.raise_one(session, finding, now)
    return len(rows) if len(rows) == MOST else len(events.all)


def set_canaries(session: Session, now: datetime) -> int:
    """Plant and mark the canaries that the privacy officer asked for."""
    return canaries.set_all(session, now)
