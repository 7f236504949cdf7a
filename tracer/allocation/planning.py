"""Making the plan: pieces, who spoke to them before, the flow between kinds and crews, turns within a crew.

The flow says how much of each kind goes to which crew. It counts tasks; an address is taken whole, so that the last
unit of an amount may not fit: what is left over then is offered to whoever can and has room.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tracer.allocation import flow
from tracer.allocation.crews import Crew, crews_of
from tracer.allocation.flow import BANDS, Demand
from tracer.allocation.parts import Hand, Kind, Piece, Placed, Plan, Short, Work

BEFORE, TOGETHER = "spoke to them before", "same household"
Waiting = Mapping[Kind, Sequence[Piece]]


def plan(works: Iterable[Work], hands: Sequence[Hand]) -> Plan:
    """Give out work: the most that can be placed, the most urgent first, as evenly as can be for what each takes.

    `hands` are changed: what each holds afterwards stands in `held`.
    """
    crews, made = crews_of(hands), Plan()
    by_pool: dict[UUID, list[int]] = defaultdict(list)
    for number, crew in enumerate(crews):
        for pool in crew.pools:
            by_pool[pool].append(number)
    pieces = _to_those_before(_pieces(works), crews, made)
    waiting = _by_kind(pieces)
    able = {kind: [n for n in by_pool[next(iter(kind.pools))] if crews[n].can(kind)] for kind in waiting}
    over = _dealt(waiting, _shares(waiting, able, crews, len(pieces)), crews, made)
    _offered(over, able, crews, made)
    return made


def _pieces(works: Iterable[Work]) -> list[Piece]:
    """Each task, or all that waits at one address; the most urgent first."""
    homes: dict[object, list[Work]] = {}
    for work in works:
        home: object = work.household or work.id
        if home in homes:
            homes[home].append(work)
        else:
            homes[home] = [work]
    pieces = []
    for home_works in homes.values():
        if len(home_works) == 1:
            pieces.append(Piece(home_works[0].urgent, 1, home_works))
        else:
            pieces.append(Piece(min(work.urgent for work in home_works), len(home_works), home_works))
    pieces.sort(key=_urgent)
    return pieces


def _urgent(piece: Piece) -> datetime:
    return piece.urgent


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
    return Kind(frozenset(work.pool for work in piece.works), frozenset(work.need for work in piece.works))


def _by_kind(pieces: Sequence[Piece]) -> dict[Kind, list[Piece]]:
    """The pieces of each kind, the most urgent first as they come."""
    found: dict[Kind, list[Piece]] = {}
    alike: dict[tuple[UUID, str], list[Piece]] = {}  # most are of one task: spares two sets each
    for piece in pieces:
        if piece.size > 1:
            found.setdefault(_kind(piece), []).append(piece)
            continue
        work = piece.works[0]
        place = (work.pool, work.need)
        if place not in alike:
            alike[place] = found.setdefault(_kind(piece), [])
        alike[place].append(piece)
    return found


def _shares(
    waiting: Waiting, able: Mapping[Kind, Sequence[int]], crews: Sequence[Crew], count: int
) -> list[Mapping[int, int]]:
    """How much of each kind, in their order, goes to which crew; `count` pieces in all are cut into bands."""
    edges = _edges(waiting, count)
    demands = []
    for kind, pieces in waiting.items():
        units = [0] * BANDS
        band = 0
        for piece in pieces:
            while band < BANDS - 1 and piece.urgent >= edges[band]:
                band += 1
            units[band] += piece.size
        demands.append(Demand(units, able[kind]))
    return flow.amounts(demands, [crew.tenths() for crew in crews])


def _edges(waiting: Waiting, count: int) -> list[datetime]:
    """The urgency at which each band but the first begins: as many pieces in each."""
    every = sorted(piece.urgent for pieces in waiting.values() for piece in pieces)
    return [every[count * band // BANDS] for band in range(1, BANDS)] if every else []


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
        pieces_of.sort(key=lambda piece: -piece.size)
        over += _deal(crews[crew], pieces_of, made)
    return over


def _deal(crew: Crew, pieces: Iterable[Piece], made: Plan) -> list[Piece]:
    """Returns those that nobody of the crew had room for."""
    over = []
    for piece, to in crew.deal(pieces):
        if to is None:
            over.append(piece)
        elif piece.size == 1:
            made.placed.append(Placed(piece.works[0].id, to, ""))
        else:
            made.placed += [Placed(work.id, to, TOGETHER) for work in piece.works]
    return over


def _offered(over: list[Piece], able: Mapping[Kind, Sequence[int]], crews: Sequence[Crew], made: Plan) -> None:
    """What is left over, to whoever can do it and has room: the most urgent first. The rest is said to be short."""
    lacking = Counter[Kind]()
    full = set[tuple[int, int]]()  # a crew with no room for a piece of that size has none for the next
    for piece in sorted(over, key=lambda piece: piece.urgent):
        kind = _kind(piece)
        for number in able[kind]:
            if (number, piece.size) in full:
                continue
            if not _deal(crews[number], [piece], made):
                break
            if not any(hand.never for hand in crews[number].hands):
                full.add((number, piece.size))
        else:
            lacking[kind] += piece.size
            made.left += [work.id for work in piece.works]
    for kind, tasks in lacking.items():
        people = sum(len(crews[number].hands) for number in able[kind])
        made.short.append(Short(kind.pools, kind.needs, tasks, people))
