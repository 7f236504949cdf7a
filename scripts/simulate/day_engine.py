"""The clock of the simulated day: shifts, calls and their outcomes, and what is measured.

A piece of work is called, and then done, tried again later, promised for a time, or found to need somebody else. Which
piece a tracer takes next is the business of the rules (`day_tracer.py`, `day_others.py`); all else is alike.
"""

from collections import Counter
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import count

from scripts.simulate.day_parts import Measures, Piece, Rules
from scripts.simulate.day_world import (
    ANSWERS,
    ASKS,
    CLOSES,
    DAY,
    HOUR,
    KEPT,
    NEVER,
    OPENS,
    Person,
    Tracer,
    World,
    luck,
)

END = DAY + CLOSES  # of what is looked at
RETRY, TRIES = 4 * HOUR, 15  # the policy of December 2020
TICK = 5.0
NO_ANSWER, LATER, DESK, HEARD = 2.0, 3.0, 3.0, 4.0  # minutes of a call that comes to nothing
AGAIN = 4.0  # minutes for each further person of a household on the same call
AWAY = 1.8  # times as long through a telephone interpreter, or with a colleague's advice
KEPT_WITHIN = 15.0
LAST = 10.0  # minutes before the end of a shift, in which nothing is begun
BREAKS = ((2 * HOUR, 15.0, True), (4 * HOUR, 30.0, False), (6 * HOUR, 15.0, True))  # into a shift, length, paid


class Engine:
    """One run of one set of rules over a world."""

    def __init__(self, world: World, rules: Rules) -> None:
        self.world, self.rules, self.now = world, rules, 0.0
        self.busy: dict[Tracer, Piece | None] = {}
        self.there: dict[Tracer, float] = {}  # until when
        self.breaks: dict[Tracer, list[tuple[float, float]]] = {}
        self.told = Measures(rules.name)
        self._heap: list[tuple[float, int, str, object]] = []
        self._number = count()

    def run(self) -> Measures:
        """From midnight to the evening after."""
        for shift in {one for tracer in self.world.tracers for one in tracer.shifts}:
            self._at(shift[0], "come", [one for one in self.world.tracers if shift in one.shifts])
        for tracer in self.world.tracers:
            for begin, end in tracer.shifts:
                sick = tracer.sick_at is not None and begin <= tracer.sick_at < end
                self._at(tracer.sick_at if sick else end, "go", tracer)  # type: ignore[arg-type]
        for people in _together(self.world.people):
            self._at(people[0].at, "arrive", people)
        for number in range(int(END / TICK)):
            self._at(number * TICK, "tick", None)
        while self._heap and self._heap[0][0] <= END:
            self.now, _, kind, what = heappop(self._heap)
            getattr(self, f"_{kind}")(what)
        return self.told

    def faults(self) -> list[str]:
        """What went wrong with the bookkeeping: a piece that is lost or kept twice, a callback that nobody knows of."""
        kept = self.rules.keeps() + [one for one in self.busy.values() if one is not None]
        later = [what for _, _, kind, what in self._heap if kind == "ready"]
        known = Counter(kept + later)  # type: ignore[operator]
        still = [one for one in self.told.pieces if one.state == "open"]
        found = [f"piece {one.id} is lost" for one in still if not known[one]]
        found += [f"piece {one.id} is kept {number} times" for one, number in known.items() if number > 1]
        found += [f"piece {one.id} is {one.state}, and kept" for one in known if one.state != "open"]
        people = Counter(one.id for piece in self.told.pieces for one in piece.people)
        came = {one.id for one in self.world.people if one.at <= END}
        found += [f"person {number} is in {times} pieces" for number, times in people.items() if times != 1]
        found += [f"person {number} is in none" for number in came - set(people)]
        waits = sum(one.promised is not None for one in still)
        if self.told.promised != self.told.kept + self.told.late + waits:
            found.append(
                f"{self.told.promised} callbacks, of which {self.told.kept + self.told.late + waits} are known"
            )
        return found

    def _at(self, when: float, kind: str, what: object) -> None:
        heappush(self._heap, (when, next(self._number), kind, what))

    def _arrive(self, people: list[Person]) -> None:
        for some in self.rules.bundle(people):
            known = next((one.need for one in some if one.known and any(one.need)), (None, None))
            urgency = max(one.urgency for one in some)
            piece = Piece(len(self.told.pieces), some, some[0].pool, known, urgency, self.now, ready=self.now)
            self.told.pieces.append(piece)
            self.rules.ready(piece, self.now)

    def _ready(self, piece: Piece) -> None:
        if piece.state == "open":
            self.rules.ready(piece, self.now)

    def _come(self, tracers: list[Tracer]) -> None:
        for one in tracers:
            end = next(end for begin, end in one.shifts if begin == self.now)
            if one.sick_at is not None and self.now <= one.sick_at < end:
                end = one.sick_at
            self.there[one] = end
            whole = end - self.now
            self.breaks[one] = [(self.now + into, long) for into, long, _ in BREAKS if into < whole - HOUR]
            unpaid = sum(long for into, long, paid in BREAKS if into < whole - HOUR and not paid)
            self._at(end - LAST, "last", one)
            self.told.paid += (min(end, END) - self.now - unpaid) if self.now < DAY else 0.0
        self.rules.come(tracers, self.now)
        for one in tracers:
            self.free(one)

    def _go(self, tracer: Tracer) -> None:
        if self.there.pop(tracer, None) is None:
            return
        if self.busy.get(tracer) is None:
            self.rules.go(tracer, self.now)

    def free(self, tracer: Tracer) -> None:
        """Somebody is free: on a break, at the next piece, or idle until one comes."""
        self.busy.pop(tracer, None)
        if tracer not in self.there:
            self.rules.go(tracer, self.now)
        elif not self._pause(tracer):
            self.wake(tracer)

    def _pause(self, tracer: Tracer) -> bool:
        pauses = self.breaks[tracer]
        if not pauses or pauses[0][0] > self.now:
            return False
        _, long = pauses.pop(0)
        self.busy[tracer] = None
        self.rules.away(tracer)
        self._at(self.now + long, "back", tracer)
        return True

    def wake(self, tracer: Tracer) -> None:
        """There is something for somebody who was idle."""
        if OPENS <= self.now % DAY < CLOSES and self.there[tracer] - self.now >= LAST:
            piece = self.rules.take(tracer, self.now)
            if piece is not None:
                self.begin(tracer, piece)

    def _last(self, tracer: Tracer) -> None:
        if tracer in self.there and tracer not in self.busy:
            self.rules.away(tracer)

    def _back(self, tracer: Tracer) -> None:
        if self.busy.get(tracer, self) is None:
            self.free(tracer)
        elif tracer not in self.there:
            self.rules.go(tracer, self.now)

    def begin(self, tracer: Tracer, piece: Piece) -> None:
        """One call. Nobody has two pieces in hand, and no piece is in two hands."""
        assert piece.state == "open", piece.state
        assert piece.holder in (None, tracer), (piece.holder, tracer)
        assert tracer not in self.busy
        piece.holder, self.busy[tracer] = tracer, piece
        minutes, ends = self._call(tracer, piece)
        for one in piece.people:
            one.first_try = self.now if one.first_try is None else one.first_try
        if self.now < DAY:
            self.told.worked += minutes
        self._at(self.now + minutes, "over", (tracer, piece, ends))

    def _call(self, tracer: Tracer, piece: Piece) -> tuple[float, str]:
        able = [one for one in piece.people if one.details]
        if not able:
            return DESK, "no details"
        first = able[piece.tries % len(able)]  # each of them in turn
        self.told.calls[piece.household] = self.told.calls.get(piece.household, 0) + 1
        piece.tries += 1
        promised, piece.promised = piece.promised, None
        answered = self._answers(first, piece.tries, promised)
        if not answered:
            return NO_ANSWER, "no answer"
        needs = next((one.need for one in piece.people if any(one.need)), (None, None))
        if not tracer.can(needs) and not piece.opened:
            piece.need = needs
            if self.rules.pass_on(piece, tracer, self.now):
                return HEARD, "passed on"
            piece.opened = True
        if promised is None and not piece.asked and luck(first.id, 3) < ASKS:
            piece.asked = True
            return LATER, "callback"
        longer = 1.0 if tracer.can(needs) else AWAY
        return (first.length + AGAIN * (len(piece.people) - 1)) * longer, "done"

    def _answers(self, first: Person, tries: int, promised: float | None) -> bool:
        if promised is not None:
            kept = self.now - promised <= KEPT_WITHIN
            self.told.kept += kept
            self.told.late += not kept
            if kept:
                return luck(first.id, 7) < KEPT
        if luck(first.id, 1) < NEVER:
            return False
        share = next(share for until, share in ANSWERS if self.now % DAY < until)
        return luck(first.id, 10 + tries) < share

    def _over(self, what: tuple[Tracer, Piece, str]) -> None:
        tracer, piece, ends = what
        if ends in ("done", "no details"):
            piece.state, piece.holder = ends, None
            if ends == "done":
                for one in piece.people:
                    one.reached = self.now
            self.rules.done(piece, tracer)
        elif ends == "passed on":
            piece.ready = self.now
            piece.holder = None
            self._at(self.now, "ready", piece)
        elif ends == "no answer" and piece.tries >= TRIES:
            piece.state, piece.holder = "not reached", None
            self.rules.done(piece, tracer)
        else:
            piece.ready = self._next(piece, ends)
            self.rules.due_again(piece, tracer, self.now)
            self._at(piece.ready, "ready", piece)
        self.free(tracer)

    def _next(self, piece: Piece, ends: str) -> float:
        """The next try by the policy's spacing, or the time that they asked for; in calling hours."""
        if ends == "callback":
            self.told.promised += 1
            when = self.now + 45 + luck(piece.people[0].id, 5) * 6 * HOUR
        else:
            when = self.now + RETRY
        if when % DAY >= CLOSES - 15:
            when = (when // DAY + 1) * DAY + OPENS + luck(piece.people[0].id, 6) * 2 * HOUR
        if ends == "callback":
            piece.promised = when
        return when

    def _tick(self, _: None) -> None:
        self.rules.tick(self.now)
        idlers = [one for one, end in self.there.items() if one not in self.busy and end - self.now >= LAST]
        idle = len(idlers) - sum(self._pause(one) for one in idlers)
        if not OPENS <= self.now % DAY < CLOSES or self.now >= DAY:
            return
        # Whoever waits for somebody at their own address to hang up waits for nobody here.
        talking = {piece.household for piece in self.busy.values() if piece is not None}
        waiting = sum(piece.household not in talking for piece in self.rules.keeps())
        self.told.idle_beside_work += min(idle, waiting) * TICK
        at_work = sum(1 for piece in self.busy.values() if piece is not None)
        self.told.curve.append((self.now, at_work / max(len(self.there), 1), waiting, idle))


def _together(people: list[Person]) -> Iterable[list[Person]]:
    """Those of one household who come in at the same moment, cases apart from contacts."""
    groups: dict[tuple[int, float, bool], list[Person]] = {}
    for one in people:
        groups.setdefault((one.household, one.at, one.case), []).append(one)
    return groups.values()
