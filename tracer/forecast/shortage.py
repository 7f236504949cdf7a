"""When people are short: hours in a row in which more comes to be worked than there are hands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracer.forecast.outlook import Hour

_LEAST = 5.0  # pieces of work in such a run
_PART = 0.1  # of what the hands can do: less is chance


@dataclass(frozen=True, slots=True)
class Short:
    """From the beginning of one hour to the end of another (24 is midnight), so many pieces more than hands."""

    day: date
    begins: int
    ends: int
    over: float

    def __str__(self) -> str:
        """As a planner would say it."""
        when = f"{self.day:%A} {self.day.day} {self.day:%B} {self.begins:02}:00–{self.ends:02}:00"
        return f"On {when} about {self.over:,.0f} calls more than hands"


def shortages(hours: Sequence[Hour], opens: int, closes: int) -> list[Short]:
    """The runs of such hours, in their order. What came while nobody may be called counts to the next hour that opens:
    it is a shortage when it is not worked off then, not while everybody sleeps."""
    found, run, night = list[Short](), list[tuple[Hour, float]](), 0.0
    for hour in hours:
        if not opens <= hour.hour < closes:
            night += hour.arrivals
            _close(run, found)
            continue
        over, night = hour.arrivals + night - hour.can, 0.0
        if over > _PART * hour.can:
            run.append((hour, over))
        else:
            night = max(over, 0.0)
            _close(run, found)
    _close(run, found)
    return found


def _close(run: list[tuple[Hour, float]], found: list[Short]) -> None:
    over = sum(one for _, one in run)
    if over >= _LEAST:
        found.append(Short(run[0][0].day, run[0][0].hour, run[-1][0].hour + 1, over))
    run.clear()
