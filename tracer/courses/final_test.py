"""The final test: drawn from the bank so that each section is tested, and marked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from tracer.courses.course import Choice, Course, Kind, Question


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a test with what was chosen, by the choices' places; all of it right, or wrong."""

    question: Question
    given: frozenset[int]
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a test came to. `score` counts right answers `of` so many; `needed` of them pass."""

    score: int
    of: int
    needed: int
    marked: tuple[Marked, ...]

    @property
    def passed(self) -> bool:
        """Whether it is enough."""
        return self.score >= self.needed


def draw(course: Course, seed: str) -> tuple[Question, ...]:
    """The questions of one test, and the choices of each, in an order of chance: the same for the same seed, always.

    Sections take turns, so that each is tested and none much more than another. Chance is a hash of seed and key: no
    version of Python draws otherwise, and nobody who does not know the seed can foretell it.
    """
    salt = f"{course.name}/{course.version}/{seed}"
    stacks: dict[str, list[Question]] = {section.name: [] for section in course.sections}
    for question in sorted(course.bank, key=lambda one: _chance(salt, one.key)):
        stacks[question.section].append(question)
    turns = [(turn, _chance(salt, name), one) for name, stack in stacks.items() for turn, one in enumerate(stack)]
    turns.sort(key=lambda one: one[:2])
    drawn = [question for _, _, question in turns[: course.draw]]
    mixed = sorted(drawn, key=lambda one: _chance(salt, "order", one.key))
    return tuple(replace(question, choices=_shuffled(question, salt)) for question in mixed)


def chosen(question: Question, shown: Collection[int]) -> frozenset[int]:
    """The places of what was chosen, from where it stood in the drawn question (from 0): pages know no places.

    What stood nowhere becomes a place that no choice has, and so is wrong.
    """
    return frozenset(question.choices[at].place if 0 <= at < len(question.choices) else 0 for at in shown)


def mark(course: Course, drawn: Sequence[Question], answers: Mapping[str, Collection[int]]) -> Result:
    """What the answers come to: question's key -> places of the choices that were chosen.

    A question counts when exactly its right choices were chosen; one that was left out is wrong. What was not asked
    is not looked at.
    """
    marked = tuple(_marked(question, answers.get(question.key, ())) for question in drawn)
    score = sum(one.right for one in marked)
    needed = -(-len(marked) * course.pass_mark // 100)
    return Result(score, len(marked), needed, marked)


def _marked(question: Question, given: Iterable[int]) -> Marked:
    chosen = frozenset(given)
    return Marked(question, chosen, chosen == question.right)


def _shuffled(question: Question, salt: str) -> tuple[Choice, ...]:
    if question.kind is Kind.TRUE_FALSE:
        return question.choices
    return tuple(sorted(question.choices, key=lambda one: _chance(salt, question.key, str(one.place))))


def _chance(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode()).digest()
