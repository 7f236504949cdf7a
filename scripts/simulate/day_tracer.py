"""Tracer's rules: the most urgent first, a household in one hand, callbacks passed on, needs opened, work climbs."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush

from scripts.simulate.day_engine import Engine
from scripts.simulate.day_parts import Piece
from scripts.simulate.day_pools import Pools, serves
from scripts.simulate.day_world import CLOSES, DAY, OPENS, Person, Tracer, World


class Tracers:
    """Tracer's: the most urgent piece that one can serve, from the own pool or those above; a household in one hand.

    As the worker and the claim have it (`tracer/casework/`), with the same times. `climb`: what waited so long
    (minutes) goes up to where somebody is idle; None: it stays. `lapse`: so long (minutes) does what is due wait for a
    holder who is busy.
    """

    OPEN_AFTER = (240.0, 360.0)  # minutes until a language, and a skill, is asked for no more
    PASS_AFTER = 5.0  # minutes after which a callback goes to somebody else

    def __init__(self, world: World, climb: float | None = 5.0, lapse: float = 5.0, name: str = "Tracer") -> None:
        self.name, self.climb, self.lapse = name, climb, lapse
        self.pools = Pools(world)
        self._under = {pool: frozenset(_under(world, pool)) for pool in world.pools}
        self.needs = {one: serves(one) for one in world.tracers}
        self._own: dict[Tracer, list[tuple[float, int, Piece]]] = defaultdict(list)  # due, and in their hands
        self._due: set[Piece] = set()
        self._held: dict[Piece, Tracer] = {}
        self._home: dict[int, set[Piece]] = defaultdict(set)  # household -> what of it is held, by one and the same
        self._joins: dict[int, Piece] = {}
        self._late: list[tuple[float, int, Piece]] = []

    engine: Engine

    def bundle(self, people: list[Person]) -> Iterable[list[Person]]:
        """The contacts of a household are one call; each case is one; a call that waits already is joined."""
        if people[0].case:
            return [[one] for one in people]
        waits = self._joins.get(people[0].household)
        if waits is not None and waits.state == "open" and not waits.tries and waits not in self._held:
            waits.people += people
            return []
        return [people]

    def ready(self, piece: Piece, now: float) -> None:
        """To who holds the household; else to somebody idle; else it waits."""
        if not piece.people[0].case and not piece.tries:
            self._joins[piece.household] = piece
        holder = self._holder(piece)
        if holder is None:
            self._offer(piece, piece.pool, now)
            return
        self._hold(piece, holder, now)
        if self.pools.is_idle(holder):
            self._wake(holder)
        else:
            after = self.PASS_AFTER if piece.promised is not None else self.lapse
            heappush(self._late, (now + after, piece.id, piece))

    def _holder(self, piece: Piece) -> Tracer | None:
        """Who holds something of the household, is there and can."""
        home = self._home.get(piece.household)
        holder = self._held[next(iter(home))] if home else None
        return holder if holder is not None and holder in self.engine.there and holder.can(piece.asks) else None

    def _hold(self, piece: Piece, tracer: Tracer, now: float) -> None:
        piece.holder = self._held[piece] = tracer
        self._home[piece.household].add(piece)
        self._due.add(piece)
        heappush(self._own[tracer], (-1.0 if piece.promised is not None else piece.ready, piece.id, piece))

    def _let_go(self, piece: Piece) -> None:
        piece.holder = None
        self._due.discard(piece)
        if self._held.pop(piece, None) is not None:
            home = self._home[piece.household]
            home.discard(piece)
            if not home:
                del self._home[piece.household]

    def _offer(self, piece: Piece, pool: int, now: float) -> None:
        self._let_go(piece)
        self._put(piece, pool)
        if OPENS <= now % DAY < CLOSES and (found := self.pools.somebody(pool, piece.asks)) is not None:
            self._wake(found)

    def _put(self, piece: Piece, pool: int) -> None:
        first = -1000.0 if piece.promised is not None else 0.0
        self.pools.put(piece, pool, (first - piece.urgency, piece.at))

    def _wake(self, tracer: Tracer) -> None:
        self.pools.rise(tracer)
        self.engine.wake(tracer)

    def due_again(self, piece: Piece, by: Tracer, now: float) -> None:
        """The holder keeps it: they know the household."""

    def done(self, piece: Piece, by: Tracer) -> None:
        """Nobody's any more; nor is the household, when it was the last that they held of it."""
        self._let_go(piece)

    def take(self, tracer: Tracer, now: float) -> Piece | None:
        """What they hold and is due, then the most urgent of their own pool, else of those above."""
        own = self._own[tracer]
        while own:
            piece = heappop(own)[2]
            if piece in self._due and self._held.get(piece) is tracer:
                self._due.discard(piece)
                return piece
        self.pools.rise(tracer)
        for pool in tracer.chain:
            while (best := self.pools.best(pool, self.needs[tracer])) is not None:
                if self._free_to(best, tracer, now):
                    self._hold(best, tracer, now)
                    self._due.discard(best)
                    return best
        self.pools.rest(tracer)
        return None

    def _free_to(self, piece: Piece, tracer: Tracer, now: float) -> bool:
        """Whether nobody else holds the household; if somebody does who can, it becomes theirs."""
        holder = self._holder(piece)
        if holder is None:
            self._take_over(piece)
        if holder is None or holder is tracer:
            return True
        self._hold(piece, holder, now)
        heappush(self._late, (now + self.lapse, piece.id, piece))
        return False

    def _take_over(self, piece: Piece) -> None:
        """What else of the household is held by somebody who is not there, or cannot, is theirs no more."""
        for other in sorted(self._home.get(piece.household, ()), key=lambda one: one.id):
            was_due = other in self._due
            self._let_go(other)
            if was_due:
                self._put(other, other.pool)

    def pass_on(self, piece: Piece, by: Tracer, now: float) -> bool:
        """Back to the pool, with what it needs."""
        if not any(one.can(piece.need) for one in self.engine.there):
            return False
        self._let_go(piece)
        return True

    def come(self, tracers: list[Tracer], now: float) -> None:
        """Nobody is given anything: they take it."""

    def go(self, tracer: Tracer, now: float) -> None:
        """What they hold flows back, callbacks first; what has a later time comes at that time."""
        self.pools.rise(tracer)
        for _, _, piece in self._own.pop(tracer, []):
            if piece in self._due and self._held.get(piece) is tracer:
                self._offer(piece, piece.pool, now)

    def away(self, tracer: Tracer) -> None:
        """Not to be called up."""
        self.pools.rise(tracer)

    def tick(self, now: float) -> None:
        """What waits for a holder who is busy is passed on, needs are opened, pieces climb."""
        while self._late and self._late[0][0] <= now:
            piece = heappop(self._late)[2]
            if piece in self._due:
                self._pass_household(piece, now)
        if OPENS <= now % DAY < CLOSES:
            if now % 15 == 0:
                self._open_needs(now)
            if self.climb is not None:
                self._climb(now, self.climb)

    def _pass_household(self, piece: Piece, now: float) -> None:
        """What is due of the household goes back together; while one of it is being called, it waits for that."""
        called = self.engine.busy.get(self._held[piece])
        if called is not None and called.household == piece.household:
            heappush(self._late, (now + self.PASS_AFTER, piece.id, piece))
            return
        held = sorted(self._home[piece.household], key=lambda one: one.id)
        due = [other for other in held if other in self._due]  # what is not comes by itself at its time
        for other in held:
            self._let_go(other)
        for other in due:
            self._offer(other, other.pool, now)

    def _open_needs(self, now: float) -> None:
        language, skill = self.OPEN_AFTER
        for pool in self.pools.heaps:
            late = self.pools.out(pool, lambda one, need: any(need) and now - one.at > (language if need[1] else skill))
            for piece in late:
                piece.opened = True
                self._offer(piece, pool, now)

    def _climb(self, now: float, climb: float) -> None:
        """For each who is idle, the most urgent that they could do and that waits beside them: to the nearest pool."""
        for tracer in self.pools.idle():
            for above in tracer.chain[1:]:
                beside = self._under[above].difference(tracer.chain)
                piece = self.pools.best_waiting(beside, self.needs[tracer], now, climb)
                if piece is not None:
                    self._offer(piece, above, now)
                    break

    def keeps(self) -> list[Piece]:
        """In the pools, and in hands."""
        return [*self.pools.all(), *self._due]


def _under(world: World, pool: int) -> list[int]:
    return [one for one in world.pools if pool in (one, world.above.get(one), world.above.get(world.above.get(one, 0)))]
