"""The topics of help: Markdown files, each with whom it is for."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "topics"


@dataclass(frozen=True, slots=True)
class Topic:
    """One text: its name (an anchor), the permission that its readers have, a title, Markdown."""

    name: str
    needs: str
    title: str
    body: str


def read(name: str, text: str) -> Topic:
    """A topic from its file: `needs:`, a heading, the text; ValueError where one of them is missing."""
    needs, heading, body = (part.strip() for part in f"{text}\n\n".split("\n", 2))
    if not needs.startswith("needs: ") or not heading.startswith("# ") or not body:
        raise ValueError(f"{name}: begin with 'needs: noun.verb', then '# Title', then the text.")
    return Topic(name, needs.removeprefix("needs: "), heading.removeprefix("# "), body)


@cache
def every() -> tuple[Topic, ...]:
    """All topics, in the order of their files' numbers."""
    files = sorted(_FOLDER.glob("*.md"))
    return tuple(read(path.stem.partition("-")[2], path.read_text(encoding="utf-8")) for path in files)
