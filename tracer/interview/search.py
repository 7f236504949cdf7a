"""Answers that make a condition hold, or the certainty that there are none.

One answer after the other is settled, always one that the condition was seen to hang on; a branch is left as soon as
the condition is false whatever the rest may be.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum

from tracer.interview.compiled import Compiled
from tracer.interview.domains import Domain
from tracer.interview.partial import Partial, Tree
from tracer.interview.values import Value

Answers = dict[str, Value]
# Whether something is as it should be under some answers; None while that depends.
Goal = Callable[[Partial], bool | None]


class Outcome(Enum):
    """What a search came to, where it has no answers to show."""

    NEVER = "never"  # no answers make it so
    OPEN = "open"  # the search was given up, or it hangs on something that cannot be tried out


class Search:
    """A search over one script. `fixed` are answers that stand from the start."""

    def __init__(
        self,
        compiled: Compiled,
        tree: Tree,
        domains: Mapping[str, Domain],
        *,
        today: date | None = None,
        most: int = 2_000,
    ) -> None:
        self._compiled, self._tree, self._domains = compiled, tree, domains
        self._today, self._most = today, most

    def find(self, goal: Goal, fixed: Mapping[str, Value] | None = None) -> Answers | Outcome:
        """Answers that make it so; NEVER where it is certain that none do."""
        left: list[Answers] = [dict(fixed or {})]
        tried, sure = 0, True
        while left:
            answers = left.pop()
            tried += 1
            if tried > self._most:
                return Outcome.OPEN
            partial = Partial(self._compiled, self._tree, answers, self._domains.__contains__, today=self._today)
            held = goal(partial)
            if held is True:
                return answers
            if held is None:
                name = next(iter(partial.touched), None)
                if name is None:
                    return Outcome.OPEN
                domain = self._domains[name]
                sure = sure and domain.complete
                left += [{**answers, name: value} for value in reversed(domain.values)]
        return Outcome.NEVER if sure else Outcome.OPEN
