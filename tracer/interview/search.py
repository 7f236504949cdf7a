"""Answers that make a condition hold, or the certainty that there are none.

One answer after the other is settled, always one that the condition was seen to hang on; a branch is left as soon as
the condition is false whatever the rest may be.
"""

import random
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum

from tracer.interview.compiled import Compiled
from tracer.interview.domains import Domain
from tracer.interview.partial import Partial, Tree
from tracer.interview.values import Value

Answers = dict[str, Value]
_IN_TURN, _MIXED = 4, 12
# Whether something is as it should be under some answers; None while that depends.
Goal = Callable[[Partial], bool | None]


class Outcome(Enum):
    """What a search came to, where it has no answers to show."""

    NEVER = "never"  # no answers make it so
    OPEN = "open"  # the search was given up, or it hangs on something that cannot be tried out


class Search:
    """A search over one script. What it works out for one goal stands for the next.

    At most `most` sets of answers are tried for one goal, and `in_all` for all: so it ends, whatever the script.
    """

    def __init__(
        self,
        compiled: Compiled,
        tree: Tree,
        domains: Mapping[str, Domain],
        *,
        today: date | None = None,
        most: int = 2_000,
        in_all: int = 100_000,
    ) -> None:
        self._domains, self._most, self._left = domains, most, in_all
        self._start = Partial(compiled, tree, {}, domains.__contains__, today=today)
        self._samples = [
            Partial(compiled, tree, answers, domains.__contains__, today=today) for answers in _samples(domains)
        ]

    def never(self, goal: Goal, fixed: Mapping[str, Value] | None = None) -> bool:
        """Whether it is certain that no answers make it so.

        First some whole sets of answers are tried: where it is not false with one of them, it is not never.
        """
        if not fixed and any(goal(sample) is not False for sample in self._samples):
            return False
        return self.find(goal, fixed) is Outcome.NEVER

    def find(self, goal: Goal, fixed: Mapping[str, Value] | None = None) -> Answers | Outcome:
        """Answers that make it so, beside the `fixed` ones; NEVER where it is certain that none do."""
        partial = self._start
        for known, answer in (fixed or {}).items():
            partial = partial.given(known, answer)
        partial.touched = {}
        left: list[tuple[Partial, str, Value]] = []
        sure = True
        for _ in range(min(self._most, self._left)):
            self._left -= 1
            held = goal(partial)
            if held is True:
                return dict(partial.answers)
            if held is None:
                name = next(iter(partial.touched), None)
                if name is None:
                    return Outcome.OPEN
                domain = self._domains[name]
                sure = sure and domain.complete
                left += [(partial, name, value) for value in reversed(domain.values)]
            if not left:
                return Outcome.NEVER if sure else Outcome.OPEN
            before, settled, value = left.pop()
            partial = before.given(settled, value)
        return Outcome.OPEN


def _samples(domains: Mapping[str, Domain]) -> list[Answers]:
    """Answers to everything: the first of each, the second, and so on; then mixed by chance, the same each time."""
    chance = random.Random(1)  # noqa: S311 - it chooses what to try, and guards nothing
    in_turn = [{name: one.values[at % len(one.values)] for name, one in domains.items()} for at in range(_IN_TURN)]
    mixed = [{name: chance.choice(one.values) for name, one in domains.items()} for _ in range(_MIXED)]
    return [*in_turn, *mixed]
