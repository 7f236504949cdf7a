"""When people are called: hours of the day, parts of the day that they ask for, the next try after one that failed."""

from datetime import UTC, datetime, time, timedelta

from tracer.clock import LONDON

# London hours, from and before which we call, seven days a week (DOMAIN: shifts 08:00-20:00).
OPENS, CLOSES = 8, 20
# Part of the day -> from and before which hour.
PARTS: dict[str, tuple[int, int]] = {"morning": (OPENS, 12), "afternoon": (12, 17), "evening": (17, CLOSES)}

# How long before its time the holder of a callback is warned; after how long it is late, and a busy holder not there.
SOON, LATE_AFTER = timedelta(minutes=10), timedelta(minutes=5)


def is_late(promised: datetime | None, now: datetime) -> bool:
    """Whether a callback was not kept in time."""
    return promised is not None and now - promised > LATE_AFTER


def is_open(moment: datetime) -> bool:
    """Whether we call at this moment."""
    return OPENS <= moment.astimezone(LONDON).hour < CLOSES


def next_try(moment: datetime, best_time: str | None = None) -> datetime:
    """The first moment from this one on at which we may call, in the part of the day that they asked for."""
    opens, closes = PARTS.get(best_time or "", (OPENS, CLOSES))
    there = moment.astimezone(LONDON)
    if there.hour >= closes:
        there = datetime.combine(there.date() + timedelta(days=1), time(opens), LONDON)
    elif there.hour < opens:
        there = datetime.combine(there.date(), time(opens), LONDON)
    return there.astimezone(UTC)
