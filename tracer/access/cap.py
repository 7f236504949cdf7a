"""The hard cap at the moment of reading: nobody is shown more people in an hour than any work needs.

The worker's watch suspends whoever comes near it; this holds while no worker runs. One count by the index of
actor and time, about as dear as the audit row that follows it.
"""

from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracer import clock
from tracer.access import actor
from tracer.faults import Refused
from tracer.models import AuditEvent, Person
from tracer.watch import limits

_HOUR = timedelta(hours=1)
_SHOWN = select(func.count(AuditEvent.entity_id.distinct())).where(
    AuditEvent.actor_id == bindparam("who"),
    AuditEvent.at > bindparam("since"),
    AuditEvent.did == "read",
    AuditEvent.entity == Person.__tablename__,
)


def check(session: Session) -> None:
    """Refused for one of the staff who was shown as many people in the last hour as the limit says."""
    who = actor.of(session)
    if who.id is None:
        return
    now = clock.now()
    most = limits.current(clock.london(now).date()).hour_people_hard
    if (session.connection().execute(_SHOWN, {"who": who.id, "since": now - _HOUR}).scalar() or 0) >= most:
        raise Refused("You have opened more records in the last hour than work needs. Speak to your supervisor.")
