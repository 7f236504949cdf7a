"""What Tracer's rules are compared with: first come first served in each team, and assignment by lot.

They are given more than their like had: they know who is on shift today, a need that was heard once is kept
with the record, and what somebody leaves behind goes on. What is compared is who takes which piece, and when.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from random import Random

from scripts.simulate.day_engine import Engine
from scripts.simulate.day_parts import Piece
from scripts.simulate.day_pools import Pools, serves
from scripts.simulate.day_world import CLOSES, DAY, OPENS, Person, Tracer, World


class Served:
    """First come first served: each area team works down its list."""

    name = "first come, first served"

    def __init__(self, world: World) -> None:
        self.pools = Pools(world)
        self.needs = {one: serves(one) for one in world.tracers}

    engine: Engine

    def bundle(self, people: list[Person]) -> Iterable[list[Person]]:
        """Everybody is a record of their own."""
        return [[one] for one in people]

    def ready(self, piece: Piece, now: float) -> None:
        """At the end of the list; somebody idle looks at once."""
        piece.holder = None
        self.pools.put(piece, piece.pool, (piece.ready, 0.0))
        if OPENS <= now % DAY < CLOSES and (found := self.pools.somebody(piece.pool, piece.asks)) is not None:
            self.pools.rise(found)
            self.engine.wake(found)

    def due_again(self, piece: Piece, by: Tracer, now: float) -> None:
        """On the list again at that time."""
        piece.holder = None

    def done(self, piece: Piece, by: Tracer) -> None:
        """Off the list."""

    def take(self, tracer: Tracer, now: float) -> Piece | None:
        """The first on the list that they know no reason against."""
        self.pools.rise(tracer)
        piece = self.pools.best(tracer.chain[0], self.needs[tracer])
        if piece is None:
            self.pools.rest(tracer)
        return piece

    def pass_on(self, piece: Piece, by: Tracer, now: float) -> bool:
        """To whoever in the team can, if there is anybody today."""
        return any(one.chain[0] == piece.pool and one.can(piece.need) for one in self.engine.there)

    def come(self, tracers: list[Tracer], now: float) -> None:
        """They begin with the list."""

    def go(self, tracer: Tracer, now: float) -> None:
        """The list stays."""
        self.pools.rise(tracer)

    def away(self, tracer: Tracer) -> None:
        """Not to be called up."""
        self.pools.rise(tracer)

    def tick(self, now: float) -> None:
        """Once an hour the lead looks at what nobody in the team can do today: it is done with help."""
        if OPENS <= now % DAY < CLOSES and now % 60 == 0:
            able = {(one.chain[0], need) for one in self.engine.there for need in self.needs[one]}
            for pool in self.pools.heaps:
                for piece in self.pools.out(pool, lambda one, need: any(need) and (one.pool, need) not in able):
                    piece.opened = True
                    self.ready(piece, now)

    def keeps(self) -> list[Piece]:
        """On all lists."""
        return self.pools.all()


class Lot:
    """By lot: each record is given to one of the team's people of today, who works down their own list."""

    name = "by lot"

    def __init__(self, world: World, seed: int = 1) -> None:
        self.chance = Random(seed)
        self.lists: dict[Tracer, list[tuple[float, int, Piece]]] = defaultdict(list)
        self.given: dict[Piece, Tracer] = {}
        self.idle: set[Tracer] = set()
        self._teams: list[dict[int, list[Tracer]]] = [defaultdict(list), defaultdict(list)]
        for one in world.tracers:
            for begin, _ in one.shifts:
                self._teams[int(begin // DAY)][one.chain[0]].append(one)

    engine: Engine

    def bundle(self, people: list[Person]) -> Iterable[list[Person]]:
        """Everybody is a record of their own."""
        return [[one] for one in people]

    def ready(self, piece: Piece, now: float) -> None:
        """To the one who has it; a new one by lot among those whose shift today is not over."""
        tracer = self.given.get(piece)
        if tracer is None or not self._still(tracer, now):
            tracer = self._draw(piece, now)
        if tracer is None:  # nobody is left today: tomorrow
            self.engine._at((now // DAY + 1) * DAY + OPENS - 1, "ready", piece)
            return
        self.given[piece] = tracer
        piece.holder = tracer
        insort(self.lists[tracer], (piece.ready, piece.id, piece), key=lambda one: one[:2])
        if tracer in self.idle:
            self.idle.discard(tracer)
            self.engine.wake(tracer)

    def _still(self, tracer: Tracer, now: float) -> bool:
        if tracer.sick_at is not None and tracer.sick_at <= now:
            return False
        day = now // DAY
        return any(now < end and begin // DAY == day for begin, end in tracer.shifts)

    def _draw(self, piece: Piece, now: float, able: bool = False) -> Tracer | None:
        team = self._teams[min(int(now // DAY), 1)][piece.pool]
        for _ in range(12 if team and not able else 0):
            one = self.chance.choice(team)
            if self._still(one, now):
                return one
        some = [one for one in team if self._still(one, now) and (not able or one.can(piece.need))]
        return self.chance.choice(some) if some else None

    def due_again(self, piece: Piece, by: Tracer, now: float) -> None:
        """It stays on their list."""

    def done(self, piece: Piece, by: Tracer) -> None:
        """Off the list."""
        self.given.pop(piece, None)

    def take(self, tracer: Tracer, now: float) -> Piece | None:
        """The first on their own list."""
        own = self.lists[tracer]
        if own:
            return own.pop(0)[2]
        self.idle.add(tracer)
        return None

    def pass_on(self, piece: Piece, by: Tracer, now: float) -> bool:
        """By lot again, among those of the team who can."""
        found = self._draw(piece, now, able=True)
        if found is None:
            return False
        self.given[piece] = found
        return True

    def come(self, tracers: list[Tracer], now: float) -> None:
        """They begin with their list."""

    def go(self, tracer: Tracer, now: float) -> None:
        """What they leave is drawn again."""
        self.idle.discard(tracer)
        for _, _, piece in self.lists.pop(tracer, []):
            self.given.pop(piece, None)
            piece.holder = None
            self.ready(piece, now)

    def away(self, tracer: Tracer) -> None:
        """Not to be called up."""
        self.idle.discard(tracer)

    def tick(self, now: float) -> None:
        """Nobody looks."""

    def keeps(self) -> list[Piece]:
        """On everybody's list."""
        return [piece for some in self.lists.values() for _, _, piece in some]
