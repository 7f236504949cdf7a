"""How many messages are taken at once: as many as go in a fifth of a second.

What is taken when a worker is killed is shown as unknown, and somebody must look into each; but to take and to settle
has a price in the database that is nearly the same for one as for fifty. So a slow mail server has few on the way, and
a fast one many.
"""

LEAST, MOST = 5, 50
_SECONDS = 0.2


class Pace:
    """How fast a transport is, by what went last."""

    def __init__(self) -> None:
        self.most = LEAST

    def went(self, count: int, seconds: float) -> None:
        """So many took so long. One good moment is not trusted: it at most doubles what is taken."""
        fits = int(_SECONDS * count / max(seconds, 1e-6))
        self.most = max(LEAST, min(fits, 2 * self.most, MOST))
