"""The hour and the day in London of a moment in seconds; asked for with every event, so kept."""

from datetime import datetime
from functools import lru_cache

from tracer.clock import LONDON


def london(at: float) -> tuple[int, int]:
    """The day (as an ordinal) and the hour (0-23) in London."""
    return _of(int(at // 3600))


@lru_cache(maxsize=4096)
def _of(hour: int) -> tuple[int, int]:
    there = datetime.fromtimestamp(hour * 3600, LONDON)
    return there.toordinal(), there.hour
