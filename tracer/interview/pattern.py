"""Patterns of `regex()`, matched in time that grows with the text and never explodes.

Python's own matcher tries one way after the other and can take years over thirty letters. Here all ways are followed
at once (Thompson 1968): a pattern becomes at most 1,000 steps, a text has at most 1,000 characters, and each character
visits each step once at most; after half a million visits, some 0.2 s, the text is taken for no match. What cannot be
done so (a look back at an earlier part, a look ahead) is refused.
"""

from dataclasses import dataclass
from functools import lru_cache

from tracer.interview.pattern_syntax import END, START, WORD, PatternFault, Reader, Test, Tree, is_word

__all__ = ["LONGEST_TEXT", "Pattern", "PatternFault", "compiled"]

LONGEST_PATTERN, MOST_STEPS, LONGEST_TEXT, MOST_VISITS = 500, 1_000, 1_000, 500_000
_CHAR, _SPLIT, _FOUND = "char", "split", "found"


@dataclass(slots=True)
class _Step:
    what: str
    test: Test | None = None
    on: int = 0
    other: int = 0


class Pattern:
    """A pattern made ready; `matches` asks whether a whole text is of it."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_PATTERN:
            raise PatternFault(f"The pattern is over {LONGEST_PATTERN} characters long.")
        self._steps: list[_Step] = []
        tree = Reader(text).read()
        self._lay(tree)
        self._add(_FOUND)

    def _add(self, what: str, test: Test | None = None) -> _Step:
        if len(self._steps) >= MOST_STEPS:
            raise PatternFault(f"The pattern says too much: it comes to over {MOST_STEPS:,} steps.")
        step = _Step(what, test, on=len(self._steps) + 1)
        self._steps.append(step)
        return step

    def _lay(self, tree: Tree) -> None:
        kind, inner = tree[0], tree[1]
        if kind == "char":
            self._add(_CHAR, inner)  # type: ignore[arg-type]
        elif kind == "at":
            self._add(inner)  # type: ignore[arg-type]
        elif kind == "row":
            for one in inner:  # type: ignore[attr-defined]
                self._lay(one)
        elif kind == "either":
            self._lay_ways(inner)  # type: ignore[arg-type]
        else:
            self._lay_times(inner, tree[2], tree[3])  # type: ignore[arg-type]

    def _lay_ways(self, ways: list[Tree]) -> None:
        ends = []
        for way in ways[:-1]:
            split = self._add(_SPLIT)
            self._lay(way)
            end = self._add(_SPLIT)
            ends.append(end)
            split.other = len(self._steps)
        self._lay(ways[-1])
        for end in ends:
            end.on = end.other = len(self._steps)

    def _lay_times(self, one: Tree, least: int, most: int | None) -> None:
        for _ in range(least):
            self._lay(one)
        if most is None:
            at = len(self._steps)
            split = self._add(_SPLIT)
            self._lay(one)
            back = self._add(_SPLIT)
            back.on = back.other = at
            split.other = len(self._steps)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._add(_SPLIT))
            self._lay(one)
        for split in splits:
            split.other = len(self._steps)

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern; a text of over 1,000 characters never is."""
        if len(text) > LONGEST_TEXT:
            return False
        now = self._reach([0], text, 0)
        visits = 0
        for at, char in enumerate(text):
            visits += len(now)
            if visits > MOST_VISITS:
                return False
            after = [step.on for step in now if step.what == _CHAR and step.test and step.test(char)]
            if not after:
                return False
            now = self._reach(after, text, at + 1)
        return any(step.what == _FOUND for step in now)

    def _reach(self, begin: list[int], text: str, at: int) -> list[_Step]:
        """The steps that are reached without another character, each once."""
        seen, found, left = set[int](), [], begin[:]
        while left:
            number = left.pop()
            if number in seen:
                continue
            seen.add(number)
            step = self._steps[number]
            if step.what == _SPLIT:
                left += [step.on, step.other]
            elif step.what in {_CHAR, _FOUND}:
                found.append(step)
            elif self._stands(step.what, text, at):
                left.append(step.on)
        return found

    @staticmethod
    def _stands(what: str, text: str, at: int) -> bool:
        if what == START:
            return at == 0
        if what == END:
            return at == len(text)
        before, after = at > 0 and is_word(text[at - 1]), at < len(text) and is_word(text[at])
        return (before != after) is (what == WORD)


@lru_cache(maxsize=500)
def compiled(text: str) -> Pattern:
    """A pattern made ready, once; PatternFault says what is wrong with it."""
    return Pattern(text)
