"""Dated rules of each disease: data files beside this one, and a small pure reader.

A rule that a government changes is a new `[[rules]]` table with its first day, never code.
"""

import tomllib
from bisect import bisect_right
from datetime import date
from functools import cache
from pathlib import Path

from tracer.policy.rules import Rules

__all__ = ["PolicyFault", "Rules", "diseases", "rules"]

_FOLDER = Path(__file__).parent


class PolicyFault(ValueError):
    """No rules for that disease or day; the message names what there is."""


def diseases() -> list[str]:
    """The diseases that there are rules for."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def rules(disease: str, day: date) -> Rules:
    """The rules in force on `day`; the first set also serves the days before it.

    The last set stays in force until another supersedes it.
    """
    sets = _read(disease)
    place = bisect_right([first for first, _ in sets], day) - 1
    return sets[max(place, 0)][1]


@cache
def _read(disease: str) -> list[tuple[date, Rules]]:
    path = _FOLDER / f"{disease}.toml"
    if disease not in diseases():
        raise PolicyFault(f"There are no rules for {disease!r}. There are for: {', '.join(diseases())}.")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = {"disease": disease, "name": document["name"], "onset_word": document["onset_word"]}
    sets = []
    for given in document["rules"]:
        first: date = given.pop("from")
        sets.append((first, Rules(version=f"{disease}/{first.isoformat()}", **shared, **given)))
    return sorted(sets, key=lambda one: one[0])
