"""Help for a conversation that turns hard: short pages beside this file, to be read while somebody is on the line.

A page is a title, lines to say (`>`) and things to do (`-`). They hold for every script.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_suffix("")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say, or to do."""

    words: str
    spoken: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """What to say and do about one thing that may happen on a call."""

    name: str
    title: str
    lines: tuple[Line, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """Every page, in the order of its number."""
    return tuple(read(path.stem.partition("-")[2], path.read_text()) for path in sorted(_FOLDER.glob("*.md")))


def read(name: str, text: str) -> Topic:
    """A page from its text; ValueError for a line that is neither title, said nor done."""
    title, *rest = [line.strip() for line in text.splitlines() if line.strip()]
    if not title.startswith("# "):
        raise ValueError(f"The help page {name!r} begins with no title.")
    for line in rest:
        if not line.startswith(("> ", "- ")):
            raise ValueError(f"The help page {name!r} has a line that is neither said (>) nor done (-): {line!r}.")
    return Topic(name, title[2:], tuple(Line(line[2:], line.startswith(">")) for line in rest))
