"""How often somebody may try to prove that it is really them: ten times at once, and ten more in the next hour."""

from datetime import datetime, timedelta
from uuid import UUID

from tracer.access import throttle
from tracer.access.throttle import Limit
from tracer.faults import Refused

FACTOR = Limit("factor", 10, timedelta(hours=1))
_TOO_MANY = "There were too many tries. Wait ten minutes, then try again; or ask an administrator."


def count(staff_id: UUID, now: datetime) -> None:
    """Count one try before it is looked at; Refused where there were too many."""
    if not throttle.take(now, (FACTOR, str(staff_id))):
        raise Refused(_TOO_MANY)


def give_back(staff_id: UUID) -> None:
    """Take one try off: it was right, and what is right costs nothing."""
    throttle.give_back((FACTOR, str(staff_id)))
