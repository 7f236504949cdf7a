"""Making the plan: pieces, who spoke to them before, the flow between kinds and crews, turns within a crew.

The flow says how much of each kind goes to which crew. It counts tasks; an address is taken whole, so that the last
unit of an amount may not fit: what is left over then is offered to whoever can and has room.
"""

import gc
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from uuid import UUID

from tracer.allocation import flow
from tracer.allocation.crews import Crew, crews_of
from tracer.allocation.flow import BANDS, Demand
from tracer.allocation.parts import BEFORE, Hand, Home, Kind, Piece, Placed, Plan, Short, Work

Waiting = Mapping[Kind, Sequence[Piece]]
_urgent = attrgetter("urgent")
_size = attrgetter("size")


def plan(works: Iterable[Work], hands: Sequence[Hand]) -> Plan:
    """Give out work: the most that can be placed, the most urgent first, as evenly as can be for what each takes.

    `hands` are changed: what each holds afterwards stands in `held`.
    """
    with _uncollected():
        crews, made = crews_of(hands), Plan()
        pieces = _to_those_before(_pieces(works), crews, made)
        waiting = _by_kind(pieces)
        able = _able(waiting, crews)
        over = _dealt(waiting, _shares(waiting, able, crews, _edges(pieces)), crews, made)
        _offered(over, able, crews, made)
    return made


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector, which would walk hundreds of thousands of tuples again and again; none is in a ring."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _pieces(works: Iterable[Work]) -> list[Piece]:
    """Each task, or all that waits at one address; the most urgent first, an address by its most urgent."""
    listed = sorted(works, key=_urgent)
    sizes = Counter(map(attrgetter("household"), listed))
    homes: dict[bytes, list[Work]] = {}
    pieces = list[Piece]()
    for work in listed:
        home = work.household
        if home is None or sizes[home] == 1:
            pieces.append(work)
        elif home in homes:
            homes[home].append(work)
        else:
            homes[home] = [work]
            pieces.append(Home(work.urgent, sizes[home], homes[home]))
    return pieces


def _to_those_before(pieces: list[Piece], crews: Sequence[Crew], made: Plan) -> list[Piece]:
    """Whoever spoke to somebody before speaks to them again, where they are at work and have room. Returns the rest."""
    known = {work.before for piece in pieces for work in piece.works if work.before is not None}
    if not known:
        return pieces
    at_work = {hand.id: (crew, hand) for crew in crews for hand in crew.hands if hand.id in known}
    rest = []
    for piece in pieces:
        before = next((work.before for work in piece.works if work.before in at_work), None)
        if before is not None:
            crew, hand = at_work[before]
            if crew.can(_kind(piece)) and crew.give(hand, piece):
                made.placed += [Placed(work.id, hand.id, BEFORE) for work in piece.works]
                continue
        rest.append(piece)
    return rest


def _kind(piece: Piece) -> Kind:
    return Kind(frozenset([work.pool for work in piece.works]), frozenset([work.need for work in piece.works]))


def _by_kind(pieces: Sequence[Piece]) -> dict[Kind, list[Piece]]:
    """The pieces of each kind, the most urgent first as they come."""
    found: dict[Kind, list[Piece]] = {}
    alike: dict[tuple[UUID, str], list[Piece]] = {}  # most are of one task: spares two sets each
    for piece in pieces:
        if isinstance(piece, Home):
            found.setdefault(_kind(piece), []).append(piece)
            continue
        place = (piece.pool, piece.need)
        if place not in alike:
            alike[place] = found.setdefault(_kind(piece), [])
        alike[place].append(piece)
    return found


def _able(waiting: Waiting, crews: Sequence[Crew]) -> dict[Kind, list[int]]:
    """The crews, by number, that draw from where work of each kind waits and serve all that it needs."""
    by_pool: dict[UUID, list[int]] = defaultdict(list)
    for number, crew in enumerate(crews):
        for pool in crew.pools:
            by_pool[pool].append(number)
    return {kind: [n for n in by_pool[next(iter(kind.pools))] if crews[n].can(kind)] for kind in waiting}


def _shares(
    waiting: Waiting, able: Mapping[Kind, Sequence[int]], crews: Sequence[Crew], edges: Sequence[datetime]
) -> list[Mapping[int, int]]:
    """How much of each kind, in their order, goes to which crew."""
    demands = [Demand(_units(pieces, edges), able[kind]) for kind, pieces in waiting.items()]
    return flow.amounts(demands, [crew.tenths() for crew in crews])


def _edges(pieces: Sequence[Piece]) -> list[datetime]:
    """The urgency at which each band but the first begins: as many pieces in each."""
    return [pieces[len(pieces) * band // BANDS].urgent for band in range(1, BANDS)] if pieces else []


def _units(pieces: Sequence[Piece], edges: Sequence[datetime]) -> list[int]:
    """How many tasks the pieces of a kind have in each band."""
    marks = [0, *(bisect_left(pieces, edge, key=_urgent) for edge in edges), len(pieces)]
    return [sum(map(_size, pieces[start:end])) for start, end in pairwise(marks)]


def _dealt(waiting: Waiting, shares: Sequence[Mapping[int, int]], crews: Sequence[Crew], made: Plan) -> list[Piece]:
    """Each crew's share to its people in turn, large households first. Returns what did not fit."""
    theirs: dict[int, list[Piece]] = defaultdict(list)
    over: list[Piece] = []
    for pieces, share in zip(waiting.values(), shares, strict=True):
        rooms, turn = [[crew, units] for crew, units in share.items()], 0
        for piece in pieces:
            for _ in rooms:
                turn = turn + 1 if turn + 1 < len(rooms) else 0
                if rooms[turn][1] >= piece.size:
                    rooms[turn][1] -= piece.size
                    theirs[rooms[turn][0]].append(piece)
                    break
            else:
                over.append(piece)
            if rooms and not rooms[turn][1]:
                del rooms[turn]
                turn -= 1
    for crew, pieces_of in theirs.items():
        pieces_of.sort(key=_urgent)
        pieces_of.sort(key=_size, reverse=True)  # of one size the most urgent still come first
        over += crews[crew].deal(pieces_of, made.placed)
    return over


def _offered(over: list[Piece], able: Mapping[Kind, Sequence[int]], crews: Sequence[Crew], made: Plan) -> None:
    """What is left over, to whoever can do it and has room: the most urgent first. The rest is said to be short."""
    lacking = Counter[Kind]()
    full = set[tuple[int, int]]()  # a crew with no room for a piece of that size has none for the next
    for piece in sorted(over, key=_urgent):
        kind = _kind(piece)
        for number in able[kind]:
            if (number, piece.size) in full:
                continue
            if not crews[number].deal([piece], made.placed):
                break
            if not any(hand.never for hand in crews[number].hands):
                full.add((number, piece.size))
        else:
            lacking[kind] += piece.size
            made.left += [work.id for work in piece.works]
    for kind, tasks in lacking.items():
        people = sum(len(crews[number].hands) for number in able[kind])
        made.short.append(Short(kind.pools, kind.needs, tasks, people))
