"""How many come on each of the next days, from how many came on each day so far.

Level and damped trend of the logarithm, after what belongs to the day of the week is taken off. Beside it the three
forecasts that take no thought, which any method has to beat.
"""

import math
from collections.abc import Callable, Sequence

HORIZON = 14  # days
LEAST_DAYS = 7  # of history: one of each day of the week
# Of a new day's surprise, so much goes into the level and into the trend; a trend fades by so much a day. One set for
# all: found on three series of calls, where many sets do about as well, and held on three others (decision 0024).
LEVEL, TREND, FADE = 0.4, 0.05, 0.9
_WEEKS = 6  # that the days of the week are learnt from
_PRIOR = 1  # weeks' worth of "every day is alike", so that a few odd days make no pattern

Method = Callable[[Sequence[float]], list[float]]


def expected(counts: Sequence[float]) -> list[float]:
    """The next HORIZON days; `counts` is one number a day, without gaps, LEAST_DAYS of them at least."""
    if len(counts) < LEAST_DAYS:
        raise ValueError(f"A forecast needs {LEAST_DAYS} days of counts, and there are {len(counts)}.")
    logs = [math.log(one + 1) for one in counts]
    week = _week(logs)
    level, trend = _settled([one - week[place % 7] for place, one in enumerate(logs)])
    found, ahead = [], 0.0
    for day in range(1, HORIZON + 1):
        ahead += FADE**day * trend
        found.append(max(math.exp(level + ahead + week[(len(logs) + day - 1) % 7]) - 1, 0.0))
    return found


def _settled(plain: Sequence[float]) -> tuple[float, float]:
    level, trend = sum(plain[:7]) / 7, 0.0
    for one in plain[1:]:
        before, level = level, LEVEL * one + (1 - LEVEL) * (level + FADE * trend)
        trend = TREND * (level - before) + (1 - TREND) * FADE * trend
    return level, trend


def _week(logs: Sequence[float]) -> list[float]:
    """What each place in the week adds to the logarithm: against the mean of the week around it."""
    apart: list[list[float]] = [[] for _ in range(7)]
    for place in range(max(3, len(logs) - 7 * _WEEKS), len(logs) - 3):
        apart[place % 7].append(logs[place] - sum(logs[place - 3 : place + 4]) / 7)
    found = [sum(some) / (len(some) + _PRIOR) for some in apart]
    return [one - sum(found) / 7 for one in found]


def last_value(counts: Sequence[float]) -> list[float]:
    """As yesterday."""
    return [counts[-1]] * HORIZON


def last_week(counts: Sequence[float]) -> list[float]:
    """As on the same weekday of the last week."""
    return [counts[day % 7 - 7] for day in range(HORIZON)]


def mean_of_four_weeks(counts: Sequence[float]) -> list[float]:
    """As on the mean day of the last four weeks."""
    some = counts[-28:]
    return [sum(some) / len(some)] * HORIZON


NAIVE: dict[str, Method] = {
    "as yesterday": last_value,
    "same weekday last week": last_week,
    "mean of four weeks": mean_of_four_weeks,
}
