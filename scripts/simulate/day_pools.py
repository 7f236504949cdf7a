"""What waits in pools and who is idle, as every one of the rules keeps them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from itertools import count

from scripts.simulate.day_parts import Piece
from scripts.simulate.day_world import DAY, OPENS, Tracer, World

Need = tuple[str | None, str | None]
Entry = tuple[float, float, int, Piece]


def serves(tracer: Tracer) -> list[Need]:
    """Every need that somebody can serve."""
    return [(skill, spoken) for skill in (None, *tracer.skills) for spoken in (None, *tracer.languages)]


class Pools:
    """Pieces that wait, by pool and need, each heap in order; and people who are idle, by pool and what they can."""

    def __init__(self, world: World) -> None:
        self.heaps: dict[int, dict[Need, list[Entry]]] = {pool: defaultdict(list) for pool in world.pools}
        self.size = dict.fromkeys(world.pools, 0)
        sorts = {(one.skills, one.languages) for one in world.tracers}
        # The plainest first: who can do more is left for what takes more.
        self.sorts = sorted(sorts, key=lambda one: (len(one[0]) + len(one[1]), sorted(one[0]), sorted(one[1])))
        place = {sort: number for number, sort in enumerate(self.sorts)}
        self._sort = {one: place[one.skills, one.languages] for one in world.tracers}
        self._idle: dict[int, dict[int, dict[Tracer, None]]] = {pool: defaultdict(dict) for pool in world.pools}
        self._number = count()

    def put(self, piece: Piece, pool: int, order: tuple[float, float]) -> None:
        """A piece waits."""
        heappush(self.heaps[pool][piece.asks], (*order, next(self._number), piece))
        self.size[pool] += 1

    def best(self, pool: int, needs: list[Need]) -> Piece | None:
        """The first in order that somebody of these needs can serve, taken out."""
        if not self.size[pool]:
            return None
        heaps = self.heaps[pool]
        some = [heaps[need] for need in needs if heaps.get(need)]
        if not some:
            return None
        self.size[pool] -= 1
        return heappop(min(some, key=lambda heap: heap[0]))[3]

    def best_waiting(self, pools: Iterable[int], needs: list[Need], now: float, least: float) -> Piece | None:
        """Of several pools, the first in order that waited for at least so long and that one could serve, taken out."""
        found: tuple[Entry, int, Need] | None = None
        for pool in pools:
            for need in needs if self.size[pool] else ():
                late = [one for one in self.heaps[pool].get(need, ()) if waited(one[3], now) > least]
                if late and (found is None or min(late) < found[0]):
                    found = min(late), pool, need
        if found is None:
            return None
        entry, pool, need = found
        self.heaps[pool][need].remove(entry)
        heapify(self.heaps[pool][need])
        self.size[pool] -= 1
        return entry[3]

    def idle(self) -> list[Tracer]:
        """Everybody who found nothing to do."""
        return [one for sort in self._idle[0].values() for one in sort]

    def out(self, pool: int, which: Callable[[Piece, Need], bool]) -> list[Piece]:
        """All pieces of a pool that are such, taken out, in their order."""
        found: list[Entry] = []
        for need, heap in self.heaps[pool].items():
            such = [entry for entry in heap if which(entry[3], need)]
            if such:
                gone = {entry[2] for entry in such}
                self.heaps[pool][need] = sorted(entry for entry in heap if entry[2] not in gone)
                found += such
        self.size[pool] -= len(found)
        return [entry[3] for entry in sorted(found)]

    def all(self) -> list[Piece]:
        """Every piece that waits."""
        return [entry[3] for heaps in self.heaps.values() for heap in heaps.values() for entry in heap]

    def rest(self, tracer: Tracer) -> None:
        """Somebody found nothing to do."""
        for pool in tracer.chain:
            self._idle[pool][self._sort[tracer]][tracer] = None

    def rise(self, tracer: Tracer) -> None:
        """Somebody is idle no more."""
        for pool in tracer.chain:
            self._idle[pool][self._sort[tracer]].pop(tracer, None)

    def is_idle(self, tracer: Tracer) -> bool:
        """Whether they found nothing to do."""
        return tracer in self._idle[0][self._sort[tracer]]

    def somebody(self, pool: int, need: Need) -> Tracer | None:
        """Somebody idle who can."""
        idle = self._idle[pool]
        for number, sort in enumerate(self.sorts):
            if idle.get(number) and (need[0] is None or need[0] in sort[0]) and (need[1] is None or need[1] in sort[1]):
                return next(iter(idle[number]))
        return None


def waited(piece: Piece, now: float) -> float:
    """For how long of today's calling hours a piece has waited."""
    return now - max(piece.ready, now // DAY * DAY + OPENS)
