"""What is said aloud in English is short and plain: sentences of at most 22 words, a reading age of at most 9."""

import re

import pytest

from tests.interview.test_languages import CALLS
from tracer.interview import library
from tracer.interview.script import Repeat, Script

_FILLED_IN = {"outcome", "closing_notes"}  # for the tracer, after the call


def sentences(script: Script) -> list[list[str]]:
    """The words of each sentence that is said; a fact counts as one word of two syllables."""
    entries = [entry for section in script.sections for entry in section.items]
    items = [one for entry in entries for one in (entry.items if isinstance(entry, Repeat) else (entry,))]
    said = [one.label for one in items if one.spoken and one.name not in _FILLED_IN]
    parts = [part for label in said for part in re.split(r"(?<=[.?!:])\s+", re.sub(r"\$\{\w+\}", "Tuesday", label))]
    return [words for part in parts if (words := re.findall(r"[A-Za-z']+", part))]


def age(said: list[list[str]]) -> float:
    """Flesch-Kincaid's grade and five years: by words in a sentence and syllables (groups of vowels) in a word."""
    words = [word.lower() for sentence in said for word in sentence]
    syllables = sum(max(1, len(re.findall("[aeiouy]+", re.sub("e$", "", word)))) for word in words)
    return 0.39 * len(words) / len(said) + 11.8 * syllables / len(words) - 15.59 + 5


@pytest.mark.parametrize("key", CALLS, ids="/".join)
def test_what_is_said_aloud_is_plain(key: tuple[str, str]) -> None:
    said = sentences(library.load(*key))
    assert max(said, key=len)[22:] == []
    assert age(said) <= 9


def test_hard_words_in_a_long_sentence_are_not_plain() -> None:
    hard = "Individuals exhibiting symptomatology necessitating hospitalisation should immediately notify authorities"
    assert age([hard.split()]) > 11
