"""The limits of the rules: dated data beside this file, which an instance may override in its own folder."""

import tomllib
from bisect import bisect_right
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

_SHIPPED = Path(__file__).with_name("rules.toml")


class LimitsFault(ValueError):
    """A file of limits that cannot be used; the message names what is wrong."""


@dataclass(frozen=True, slots=True)
class Limits:
    """One dated set; what each means stands in `rules.toml`. Minutes unless the name says otherwise."""

    hour_outside: float
    hour_outside_hard: float
    hour_theirs: float
    hour_theirs_hard: float
    hour_people_hard: float
    shift_outside: float
    shift_theirs: float
    shift_gap: float
    idle_after: float
    idle_shift: float
    drift_base: float
    drift_share: float
    drift_share_most: float
    drift_limit: float
    reveal_after: float
    reveal_shift: float
    parts: float
    parts_records: float
    sweep_hour: float
    sweep_shift: float
    burst_records: float
    burst_within: float
    service_from: float
    service_until: float
    usual_days: float
    overtime: float
    off_shift_records: float
    company: float
    lookup_misses: float
    lookup_hits: float
    lookup_days: float
    namesake_share: float
    namesake_least: float
    namesake_chance: float
    peer_least: float
    peer_others: float
    peer_z: float
    quiet: float


_NAMES = {field.name for field in fields(Limits)}
Sets = list[tuple[date, Limits]]


def read(override: Path | None = None) -> Sets:
    """The shipped sets by their first day, each with the override's sets of its days laid over; LimitsFault."""
    shipped = _tables(_SHIPPED)
    over = _tables(override) if override is not None and override.exists() else []
    days = sorted({first for first, _ in [*shipped, *over]})
    return [(day, Limits(**{**_in_force(shipped, day), **_in_force(over, day)})) for day in days]


_current: Sets = []


def use(override: Path) -> None:
    """The limits that this process judges by: the shipped ones, and what the file overrides where there is one."""
    _current[:] = read(override)


def current(day: date) -> Limits:
    """The limits in force on a day, as `use` read them."""
    if not _current:
        _current[:] = read()
    return on(_current, day)


def on(sets: Sets, day: date) -> Limits:
    """The limits in force on a day; the first set also serves the days before it."""
    place = bisect_right([first for first, _ in sets], day) - 1
    return sets[max(place, 0)][1]


def _in_force(tables: list[tuple[date, dict[str, float]]], day: date) -> dict[str, float]:
    return next((values for first, values in reversed(tables) if first <= day), {})


def _tables(path: Path) -> list[tuple[date, dict[str, float]]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        found = [(table.pop("from"), _checked(path, table)) for table in document["limits"]]
    except (tomllib.TOMLDecodeError, KeyError) as fault:
        raise LimitsFault(f"{path.name} is not a file of limits: {fault}.") from fault
    return sorted(found, key=lambda one: one[0])


def _checked(path: Path, table: dict[str, Any]) -> dict[str, float]:
    if unknown := sorted(set(table) - _NAMES):
        raise LimitsFault(f"{path.name} names limits that there are not: {', '.join(unknown)}.")
    if wrong := sorted(name for name, value in table.items() if not isinstance(value, int | float) or value < 0):
        raise LimitsFault(f"{path.name}: these are no numbers of 0 or more: {', '.join(wrong)}.")
    return table
