"""The rubric of the mock call: what a trainer looks for, what good looks like, and what passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracer.courses import front
from tracer.courses.faults import Faults

# What each criterion can score.
SCORES = {0: "not shown", 1: "partly", 2: "well"}
_MOST = max(SCORES)
_SETTINGS = {
    "version": front.whole(1, 9_999),
    "title": front.words(120),
    "pass_mark": front.whole(1, 100),
    "criteria": (lambda value: isinstance(value, list) and bool(value), "tables [[criteria]], at least one"),
}
_CRITERION = {
    "key": front.name(),
    "title": front.words(120),
    "good": front.words(600),
    "must": (lambda value: isinstance(value, bool), "true or false"),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look for. One that is a `must` fails the call where it scores 0, whatever the rest."""

    key: str
    title: str
    good: str
    must: bool


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric; `pass_mark` is per cent of all points."""

    version: int
    title: str
    pass_mark: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a mock call came to: points, `of` so many; `needed` of them pass. `failed` are the musts not shown."""

    score: int
    of: int
    needed: int
    failed: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether it is enough, and nothing that must be shown was missing."""
        return self.score >= self.needed and not self.failed


def read(text: str) -> Rubric:
    """The rubric from its TOML; CourseFault says what is wrong."""
    faults, lines = Faults(), front.text_lines(text)
    given = front.toml(lines, 1, faults)
    faults.stop()
    settings = front.checked(given or {}, _SETTINGS, lambda key: front.line_of(key, lines), faults)
    starts = [number for number, line in enumerate(lines, 1) if line.strip().startswith("[[criteria]]")]
    criteria: list[Criterion] = []
    tables = settings.pop("criteria", [])
    if len(tables) != len(starts):
        faults.add("setting", 1, "Write each criterion as a table, below a line [[criteria]].")
        faults.stop()
    for table, start in zip(tables, starts, strict=True):
        one = _criterion(table, lines, start, faults)
        if one is not None and any(one.key == other.key for other in criteria):
            faults.add("key", start, f"The key {one.key!r} is used already.")
        criteria += [one] if one is not None else []
    faults.stop()
    return Rubric(**settings, criteria=tuple(criteria))


def _criterion(table: Mapping[str, Any], lines: list[str], start: int, faults: Faults) -> Criterion | None:
    values = front.checked(table, _CRITERION, lambda key: front.line_of(key, lines[start - 1 :], start), faults)
    return Criterion(**values) if len(values) == len(_CRITERION) else None


def judge(rubric: Rubric, scores: Mapping[str, int]) -> Judged:
    """What the scores come to: key of a criterion -> 0, 1 or 2; one that is left out was not shown.

    ValueError for a score that there is not.
    """
    if wrong := sorted(key for key, score in scores.items() if score not in SCORES):
        raise ValueError(f"A criterion scores {', '.join(map(str, SCORES))}; these do not: {', '.join(wrong)}.")
    points = {one.key: scores.get(one.key, 0) for one in rubric.criteria}
    of = _MOST * len(rubric.criteria)
    failed = tuple(one for one in rubric.criteria if one.must and not points[one.key])
    return Judged(sum(points.values()), of, -(-of * rubric.pass_mark // 100), failed)
