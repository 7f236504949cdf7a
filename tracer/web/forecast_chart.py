"""The drawings of the forecast: where each line runs, as the template draws it. Every number stands in the tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracer.forecast import Hour

WIDTH, HEIGHT = 1000, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 990, 14, 290


@dataclass(frozen=True, slots=True)
class Chart:
    """A line in its band, perhaps with a line of steps; the marks of both axes, each with its place and words."""

    band: str
    line: str
    steps: str
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    left: int = _LEFT
    right: int = _RIGHT
    bottom: int = _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def arrivals(hours: Sequence[Hour]) -> Chart:
    """What comes in each hour, and what the people who are there can do."""
    return _chart(hours, lambda one: one.arrivals, lambda one: (one.low, one.high), lambda one: one.can)


def waiting(hours: Sequence[Hour]) -> Chart:
    """What waits at the end of each hour."""
    return _chart(hours, lambda one: one.waiting, lambda one: (one.waiting_low, one.waiting_high))


def _chart(
    hours: Sequence[Hour],
    middle: Callable[[Hour], float],
    ends: Callable[[Hour], tuple[float, float]],
    beside: Callable[[Hour], float] | None = None,
) -> Chart:
    most = _round(max(max(ends(one)[1], middle(one), beside(one) if beside else 0) for one in hours))
    per = (_RIGHT - _LEFT) / len(hours)

    def up(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / most, 1)

    def across(place: float) -> float:
        return round(_LEFT + place * per, 1)

    high = [f"{across(place + 0.5)},{up(ends(one)[1])}" for place, one in enumerate(hours)]
    low = [f"{across(place + 0.5)},{up(ends(one)[0])}" for place, one in enumerate(hours)]
    steps = ""
    if beside is not None:
        parts = [f"M{_LEFT} {up(beside(hours[0]))}"]
        parts += [f"V{up(beside(one))}H{across(place + 1)}" for place, one in enumerate(hours)]
        steps = "".join(parts)
    return Chart(
        " ".join([*high, *reversed(low)]),
        " ".join(f"{across(place + 0.5)},{up(middle(one))}" for place, one in enumerate(hours)),
        steps,
        [(across(place), _day(one.day)) for place, one in enumerate(hours) if one.hour == 0],
        [(up(most * part / 4), f"{most * part / 4:,.0f}") for part in range(5)],
    )


def _round(value: float) -> float:
    """A number over it that four parts of an axis divide evenly."""
    steps = (part * 10.0**power for power in range(8) for part in (1, 2, 3, 5, 6, 8))
    return next(4 * one for one in steps if 4 * one >= value)


def _day(day: date) -> str:
    return f"{day:%a} {day.day}"
