"""How far a forecast was off, day by day ahead, when it was made from what was known then; and a range from that.

Errors are kept as whole paths: a fortnight that began too low stayed too low, so its days may not be drawn apart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.forecast import daily
from tracer.forecast.daily import HORIZON

Path = tuple[float, ...]

SHARE = 0.8  # of outcomes that the range is to hold
BACK = 84  # origins that it is learnt from: twelve weeks
FIRST = 28  # days of history before the first of them
# Errors of the past are a little smaller than those to come: without, the range held 71 to 82 % of what came.
_WIDER = 1.2
# While there is too little history to be wrong about: what the calls of decision 0024 came to, in logarithms.
_FEW, _AT_ONCE, _MORE_A_DAY = 14, 0.12, 0.022


@dataclass(frozen=True, slots=True)
class Range:
    """How much of the forecast is the low and the high end, for each day ahead; `own` where learnt from own errors."""

    low: list[float]
    high: list[float]
    own: bool


def errors(counts: Sequence[float], back: int = BACK) -> dict[int, Path]:
    """Origin (how many days were known) -> the logarithm of came over forecast, for each day ahead; the last `back`."""
    found = {}
    for origin in range(max(FIRST, len(counts) - HORIZON - back + 1), len(counts) - HORIZON + 1):
        said, came = daily.expected(counts[:origin]), counts[origin : origin + HORIZON]
        found[origin] = tuple(math.log((one + 1) / (other + 1)) for one, other in zip(came, said, strict=True))
    return found


def both_ways(paths: Sequence[Path]) -> tuple[list[Path], bool]:
    """Paths to draw from, each also mirrored, as what was too low may be too high; and whether they are its own."""
    own = len(paths) >= _FEW
    kept = [tuple(one * _WIDER for one in path) for path in paths] if own else _borrowed()
    return kept + [tuple(-one for one in path) for path in kept], own


def _borrowed() -> list[Path]:
    """Straight paths away from the forecast, as the deciles of a normal spread lie."""
    deciles = (0.126, 0.385, 0.674, 1.036, 1.645)
    return [tuple(z * (_AT_ONCE + _MORE_A_DAY * day) for day in range(HORIZON)) for z in deciles]


def range_of(paths: Sequence[Path]) -> Range:
    """The range of each day ahead, as parts of the forecast."""
    drawn, own = both_ways(paths)
    ends = [[quantile([path[day] for path in drawn], share) for share in _ENDS] for day in range(HORIZON)]
    return Range([math.exp(low) for low, _ in ends], [math.exp(high) for _, high in ends], own)


_ENDS = ((1 - SHARE) / 2, (1 + SHARE) / 2)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them lie under, between neighbours in proportion."""
    inorder = sorted(values)
    place = share * (len(inorder) - 1)
    under = int(place)
    over = min(under + 1, len(inorder) - 1)
    return inorder[under] + (inorder[over] - inorder[under]) * (place - under)
