"""What a piece of work takes: as finished work says, or assumed (`handling.toml` beside this)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

_FILE = tomllib.loads(Path(__file__).with_name("handling.toml").read_text(encoding="utf-8"))
ACTIVE: float = _FILE["active"]
CALLING: tuple[int, int] = _FILE["opens"], _FILE["closes"]
FULL_WEEK: float = _FILE["full_week"]
ASSUMED: Mapping[str, float] = _FILE["minutes"]

# Finished pieces of a kind from which their own mean is believed; and a mean below a minute is no call's.
_ENOUGH, _LEAST = 50, 1.0


def minutes(finished: Mapping[str, tuple[int, float]]) -> tuple[dict[str, float], set[str]]:
    """Kind -> minutes, from how many were finished and the minutes these took; and the kinds that are measured."""
    own = {
        kind: took / number
        for kind, (number, took) in finished.items()
        if number >= _ENOUGH and took / number >= _LEAST
    }
    return {**ASSUMED, **own}, set(own)
