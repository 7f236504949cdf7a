"""What the method would have said on each past day, against what came: beside the forecasts that take no thought."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.forecast import daily, spread
from tracer.forecast.daily import HORIZON

# Origins from here on: six weeks for the forecast, and a range that has some errors to learn from.
FROM = spread.FIRST + HORIZON
NAME = "Tracer’s"


@dataclass(frozen=True, slots=True)
class Score:
    """How far a method was off: mean absolute error (in counts), beside the mean change from one week to the next
    (MASE; under 1 is better than that), and symmetric percentage; and in each of the two weeks ahead."""

    name: str
    mae: float
    mase: float
    smape: float
    first_week: float
    second_week: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often what came lay in the range (per cent), over `days`; and how wide it was, high end over low end."""

    percent: float
    days: int
    width: float


def scores(counts: Sequence[float]) -> list[Score]:
    """The method first, then the naive ones; every origin that has a fortnight after it."""
    methods = {NAME: daily.expected, **daily.NAIVE}
    return [_score(name, method, counts) for name, method in methods.items()]


def origins(counts: Sequence[float]) -> range:
    """The days on which a forecast is tried."""
    return range(FROM, len(counts) - HORIZON + 1)


def _score(name: str, method: daily.Method, counts: Sequence[float]) -> Score:
    off: list[list[float]] = [[] for _ in range(HORIZON)]
    scaled, relative = list[float](), list[float]()
    for origin in origins(counts):
        usual = sum(abs(counts[day] - counts[day - 7]) for day in range(origin - 28, origin)) / 28
        for day, said in enumerate(method(counts[:origin])):
            came = counts[origin + day]
            off[day].append(abs(came - said))
            scaled.append(abs(came - said) / max(usual, 1e-9))
            relative.append(200 * abs(came - said) / (came + said) if came + said else 0.0)
    days = [_mean(some) for some in off]
    return Score(name, _mean(days), _mean(scaled), _mean(relative), _mean(days[:7]), _mean(days[7:]))


def coverage(counts: Sequence[float], least: int = 28) -> Coverage | None:
    """How often the range held, each made from errors that were known by then; None without `least` days to say."""
    every = spread.errors(counts, back=len(counts))
    held, widths = list[bool](), list[float]()
    for origin in origins(counts):
        known = [path for when, path in every.items() if origin - HORIZON - spread.BACK < when <= origin - HORIZON]
        ends = spread.range_of(known)
        if not ends.own:
            continue
        for day, off in enumerate(every[origin]):
            held.append(ends.low[day] <= math.exp(off) <= ends.high[day])
            widths.append(ends.high[day] / ends.low[day])
    return Coverage(100 * _mean(held), len(held), _mean(widths)) if len(held) >= least else None


def _mean(values: Sequence[float] | Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
