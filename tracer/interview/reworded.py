"""Two wordings of one thing, compared word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words: `same`, `removed` or `added`."""

    how: str
    text: str


def words_between(old: str, new: str) -> tuple[Piece, ...]:
    """Two wordings as one text of pieces; a space between two changes belongs to both."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    gone = come = ""
    for how, start, end, start_new, end_new in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        text, text_new = "".join(left[start:end]), "".join(right[start_new:end_new])
        if how == "equal" and not ((gone or come) and text.isspace() and end < len(left) and end_new < len(right)):
            found += [Piece("removed", gone)] * bool(gone) + [Piece("added", come)] * bool(come)
            found.append(Piece("same", text))
            gone = come = ""
        else:
            gone, come = gone + text, come + text_new
    return (*found, *[Piece("removed", gone)] * bool(gone), *[Piece("added", come)] * bool(come))
