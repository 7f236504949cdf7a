"""What a rule found: who, which rule, how far over its limit, and the events that show it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `score` is the measure over its limit (1 is just there); `counts` are the figures in words."""

    who: Hashable
    rule: str
    at: float
    score: float
    counts: Mapping[str, float]
    events: tuple[int, ...] = ()
    suspend: bool = False
    first: float = field(default=0.0)


# What a finding keeps of the events behind it: enough to judge by, and a page long.
MOST_EVENTS = 60
