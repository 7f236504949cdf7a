"""Crews: people who could take each other's work, and how pieces are dealt out among them."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from uuid import UUID

from tracer.allocation.flow import TENTHS
from tracer.allocation.parts import TOGETHER, Hand, Home, Kind, Piece, Placed


class Crew:
    """People of one team who serve the same needs. The one with most room, for what they take, is next."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        self.hands = hands
        self.pools, self.needs = hands[0].pools, hands[0].needs
        self._turns = [(hand.held / hand.capacity, number) for number, hand in enumerate(hands) if hand.spare > 0]
        heapq.heapify(self._turns)

    def can(self, kind: Kind) -> bool:
        """Whether they draw from where it waits, and serve all that it needs."""
        return kind.needs <= self.needs and kind.pools <= self.pools

    def tenths(self) -> list[int]:
        """The free units in each tenth of load, over all of them."""
        alike = Counter((hand.held, hand.capacity) for hand in self.hands)
        each = [[free * people for free in _tenths(*one)] for one, people in alike.items()]
        return [sum(tenth) for tenth in zip(*each, strict=True)]

    def deal(self, pieces: Iterable[Piece], placed: list[Placed]) -> list[Piece]:
        """Give each piece to whoever is least loaded and has room for all of it. Returns those that nobody has."""
        turns, hands, over = self._turns, self.hands, list[Piece]()
        for piece in pieces:
            size, passed = piece.size, list[tuple[float, int]]()
            while turns:
                number = turns[0][1]
                hand = hands[number]
                room = hand.capacity - hand.held
                if room >= size and not (hand.never and _barred(hand, piece)):
                    hand.held += size
                    if room > size:
                        heapq.heapreplace(turns, (hand.held / hand.capacity, number))
                    else:
                        heapq.heappop(turns)
                    _place(piece, hand, placed)
                    break
                passed.append(heapq.heappop(turns))
            else:
                over.append(piece)
            for turn in passed:
                heapq.heappush(turns, turn)
        return over

    def give(self, hand: Hand, piece: Piece) -> bool:
        """Give a piece to one of them by name; False where they have no room or must not have it."""
        if hand.spare < piece.size or (hand.never and _barred(hand, piece)):
            return False
        number = self.hands.index(hand)
        hand.held += piece.size
        self._turns = [turn for turn in self._turns if turn[1] != number]
        if hand.spare > 0:
            self._turns.append((hand.held / hand.capacity, number))
        heapq.heapify(self._turns)
        return True


def crews_of(hands: Iterable[Hand]) -> list[Crew]:
    """Everybody who can take more, by crew."""
    found: dict[tuple[UUID, frozenset[UUID], frozenset[str]], list[Hand]] = {}
    for hand in hands:
        if hand.spare > 0 and hand.capacity > 0:
            found.setdefault((hand.team, hand.pools, hand.needs), []).append(hand)
    return [Crew(together) for together in found.values()]


def _place(piece: Piece, hand: Hand, placed: list[Placed]) -> None:
    if isinstance(piece, Home):
        placed += [Placed(work.id, hand.id, TOGETHER) for work in piece.works]
    else:
        placed.append(Placed(piece.id, hand.id, ""))


@cache
def _tenths(held: int, capacity: int) -> list[int]:
    """The free units of one person in each tenth of what they take."""
    edges = [capacity * tenth // TENTHS for tenth in range(TENTHS + 1)]
    return [max(0, high - max(low, held)) for low, high in pairwise(edges)]


def _barred(hand: Hand, piece: Piece) -> bool:
    return any(work.id in hand.never for work in piece.works)
