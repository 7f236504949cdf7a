"""What a password must be: long, not known to guessers, and nothing about the person. No rule of composition.

Judged where a password is set, on this machine: nothing that anybody types leaves it.
"""

import re
from functools import cache
from pathlib import Path

from tracer.access import breached
from tracer.faults import Invalid

# Without a second factor (NIST SP 800-63B-4, 3.1.1.2).
SHORTEST, LONGEST = 15, 200
LENGTH = f"Use {SHORTEST} to {LONGEST} characters. Some words that have nothing to do with each other are good."
_COMMON = Path(__file__).with_name("common_passwords.txt")
# How people dress up a word.
_DRESSED = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_YEAR = re.compile(r"(19|20)\d\d")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz", "0123456789")
# Columns of the keyboard, as fingers walk down it.
_COLUMNS = ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp")
# In halves: an unexpected letter counts two, an unexpected digit or sign one.
_FEWEST_UNKNOWN = 12


def check(password: str, about: tuple[str, ...] = (), file: Path | None = None) -> None:
    """Invalid, with what to do, unless it can be used. `about`: the person's names and e-mail address.

    `file` is the offline list of breached passwords (TRACER_BREACHED), where the service has one.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _wrong("This password is too short or too long.", LENGTH)
    if unknown(password, about) < _FEWEST_UNKNOWN:
        raise _wrong(
            "This password is easy to guess.",
            "It is made of common words, names, dates, rows of keys or repeats. Put words in it that nobody expects.",
        )
    if file is not None and breached.holds(file, password):
        raise _wrong(
            "This password is known to guessers.",
            "It is in a list of passwords that were stolen elsewhere. Choose another, here and there.",
        )


def _wrong(message: str, what_to_do: str) -> Invalid:
    return Invalid(message, {"password": what_to_do})


def unknown(password: str, about: tuple[str, ...] = ()) -> int:
    """How much of it is no part of what a guesser tries first, in halves of a letter."""
    lowered = password.lower()
    own = _own_words(about)
    return min(_unknown(way, own) for way in {lowered, lowered.translate(_DRESSED)})


def _unknown(text: str, own: frozenset[str]) -> int:
    """The least that is left over, however the text is cut into common pieces (best cut from each place on)."""
    left = [0] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        letter, before = text[start], text[:start]
        counts = 0 if letter in before[-2:] else 2 if letter.isalpha() else 1
        best = left[start + 1] + counts
        for end in range(start + 3, min(start + 24, len(text)) + 1):
            if left[end] < best and _is_common(text[start:end], before, own):
                best = left[end]
        left[start] = best
    return left[0]


def _is_common(piece: str, before: str, own: frozenset[str]) -> bool:
    return piece in common() or piece in own or _walks(piece) or piece in before or bool(_YEAR.fullmatch(piece))


def _walks(piece: str) -> bool:
    """Along a row or down the columns of the keyboard, the alphabet or the digits, either way."""
    return len(piece) >= 4 and any(piece in line or piece in line[::-1] for line in (*_ROWS, *_COLUMNS))


def _own_words(about: tuple[str, ...]) -> frozenset[str]:
    parts = [part for text in about for part in text.lower().replace("@", " ").replace(".", " ").split()]
    return frozenset(part for part in (*parts, *(part[::-1] for part in parts)) if len(part) >= 3)


@cache
def common() -> frozenset[str]:
    """The pieces that guessers try first: our own list, one or more a line, # for headings."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
