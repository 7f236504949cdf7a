"""What a piece of work needs of whoever takes it: the data stand in `shared/needs.toml`."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "shared" / "needs.toml"


def skill_for(kind: str, *, setting: str | None = None, age: int | None = None) -> str | None:
    """The one skill that a task of this kind asks for, about somebody of that setting and age (years); None: none."""
    data = _read()
    young = age is not None and age < data["age"]["under"]
    found = data["kind"].get(kind) or data["setting"].get(setting or "") or (data["age"]["skill"] if young else "")
    return found or None


def opens_after(*, skill: bool) -> timedelta:
    """How long a task waits for somebody with the skill, or (`skill` false) with the language alone, before anybody
    may take it."""
    hours: int = _read()["opens"]["skill_hours" if skill else "language_hours"]
    return timedelta(hours=hours)


def climbs_after() -> timedelta:
    """How long work stays with its own team while people of other teams have nothing to do."""
    return timedelta(minutes=_read()["climbs"]["minutes"])


def skills() -> set[str]:
    """Every skill that some work asks for."""
    data = _read()
    return {*filter(None, data["kind"].values()), *data["setting"].values(), data["age"]["skill"]}


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
