"""Which finished work is reviewed. The data stand in `shared/quality.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "shared" / "quality.toml"


@dataclass(frozen=True, slots=True)
class Draw:
    """What the nightly draw goes by."""

    kinds: tuple[str, ...]
    new_for: timedelta
    new_one_in: int
    one_in: int
    at_least: timedelta


@cache
def draw() -> Draw:
    """The rule in force."""
    given = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    new_for, at_least = (timedelta(days=given[name]) for name in ("new_days", "at_least_days"))
    return Draw(tuple(given["kinds"]), new_for, given["new_one_in"], given["one_in"], at_least)
