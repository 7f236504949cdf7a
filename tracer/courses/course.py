"""A course as it is read: settings, sections with their self-checks, and the bank that the final test is drawn from."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_WORDS_A_MINUTE = 200
_MINUTES_A_QUESTION = 1


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `place` is where it was written, from 1: the same in every drawn test, whatever the order there."""

    place: int
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank, or a self-check. `text` is a line, `about` and `explanation` are Markdown.

    `section` is the name of the section that it belongs to; `line` is where it stands.
    """

    key: str
    text: str
    about: str
    kind: Kind
    choices: tuple[Choice, ...]
    explanation: str
    section: str
    line: int

    @property
    def right(self) -> frozenset[int]:
        """The places of the right choices."""
        return frozenset(choice.place for choice in self.choices if choice.right)

    @property
    def words(self) -> int:
        """How many words there are to read."""
        parts = (self.text, self.about, self.explanation, *(choice.text for choice in self.choices))
        return sum(map(_words, parts))


@dataclass(frozen=True, slots=True)
class Section:
    """A section: one page. `parts` are Markdown texts and self-checks, in the order in which they stand."""

    name: str
    title: str
    parts: tuple[str | Question, ...]

    @property
    def body(self) -> str:
        """The Markdown without the self-checks."""
        return "\n\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def checks(self) -> tuple[Question, ...]:
        """The self-checks alone."""
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def words(self) -> int:
        """How many words there are to read."""
        return sum(_words(part) if isinstance(part, str) else part.words for part in self.parts)


@dataclass(frozen=True, slots=True)
class Course:
    """One version of a course. `pass_mark` is per cent of the `draw` questions of a test.

    What was passed of an earlier version serves until the end of the day `retake_by`, where there is one.
    """

    name: str
    version: int
    title: str
    pass_mark: int
    draw: int
    attempts: int
    pause_hours: int
    valid_months: int
    retake_by: date | None
    sections: tuple[Section, ...]
    bank: tuple[Question, ...]

    @property
    def minutes(self) -> int:
        """About how long it takes: 200 words a minute, and a minute for each question of the final test."""
        words = sum(section.words for section in self.sections)
        return round(words / _WORDS_A_MINUTE + self.draw * _MINUTES_A_QUESTION)

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return -(-self.draw * self.pass_mark // 100)


def _words(text: str) -> int:
    return len(re.findall(r"\w[\w’'.,:@/-]*", text))
