"""When the worker writes an anchor: after so many seals or so long, and again until it is written."""

import logging
from datetime import datetime, timedelta

from tracer import vault
from tracer.access import chain
from tracer.casework.sealing import Tip
from tracer.delivery.anchors import Anchor, AnchorFault, Anchors

log = logging.getLogger("tracer.worker")
# What an insider with the keys could still alter unseen is what was sealed since the last anchor.
SEALS, EVERY = 1000, timedelta(minutes=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)


class Anchoring:
    """Remembers what was anchored last. A worker that starts anchors at once."""

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors
        self._number = 0
        self._next: datetime | None = None
        self._wait = _FIRST_WAIT
        self._failing = False

    def offer(self, tip: Tip, now: datetime, *, last: bool = False) -> bool:
        """Write an anchor if one is due, or if there is anything new and this is the `last` chance; whether it did."""
        if tip.number == self._number or not (last or self._due(tip, now)):
            return False
        key = chain.fingerprint(vault.current().chain_key(make=False))
        anchor = Anchor(now.isoformat(), tip.number, tip.hash.hex(), tip.number - self._number, key)
        try:
            self.anchors.write(anchor)
        except AnchorFault as fault:
            log.error("The audit is not anchored: %s It is tried again.", fault)
            self._next, self._wait, self._failing = now + self._wait, min(self._wait * 2, _LONGEST_WAIT), True
            return False
        self._number, self._next, self._wait, self._failing = tip.number, now + EVERY, _FIRST_WAIT, False
        return True

    def _due(self, tip: Tip, now: datetime) -> bool:
        """By the clock, or by the number of seals unless the place did not answer last time."""
        many = tip.number - self._number >= SEALS and not self._failing
        return many or self._next is None or now >= self._next
