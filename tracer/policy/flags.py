"""What follows when an answer raises a flag: which work, whose, by when. The data stand in `shared/flags.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "shared" / "flags.toml"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One piece of work. `kind` is the task's, `duty` what the team that does it has taken on."""

    name: str
    words: str
    kind: str
    duty: str
    due_hours: int
    priority: int


@cache
def consequence(flag: str, disease: str) -> Consequence:
    """What this flag means for this disease; KeyError for one that there is none of."""
    given = _read()[flag]
    values = {name: value for name, value in given.items() if not isinstance(value, dict)}
    return Consequence(flag, **{**values, **given.get(disease, {})})


def flags() -> list[str]:
    """Every flag."""
    return list(_read())


def duties() -> list[str]:
    """What a team can take on, as the flags name it."""
    return sorted({given["duty"] for given in _read().values()})


@cache
def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
