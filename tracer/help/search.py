"""Finding words: every one of them must occur, however it is written; those with a hit in the title come first."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

Text = TypeVar("Text")


def fold(text: str) -> str:
    """Without capitals and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("’", "'")


def find(words: str, texts: Iterable[Text], title: Callable[[Text], str], body: Callable[[Text], str]) -> list[Text]:
    """The texts with every word in title or body: most words in the title first, else in the order given."""
    wanted = set(fold(words).split())
    found = []
    for one in texts:
        head, rest = fold(title(one)), fold(body(one))
        if wanted and all(word in head or word in rest for word in wanted):
            found.append((-sum(word in head for word in wanted), one))
    return [one for _, one in sorted(found, key=lambda hit: hit[0])]
