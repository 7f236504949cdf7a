"""Crews: people who could take each other's work, and how pieces are dealt out among them."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from tracer.allocation.flow import TENTHS
from tracer.allocation.parts import Hand, Kind, Piece


class Crew:
    """People of one team who serve the same needs. The one with most room, for what they take, is next."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        self.hands = hands
        self.pools, self.needs = hands[0].pools, hands[0].needs
        self._turns = [(hand.held / hand.capacity, number) for number, hand in enumerate(hands) if hand.spare > 0]
        heapq.heapify(self._turns)

    def can(self, kind: Kind) -> bool:
        """Whether they draw from where it waits, and serve all that it needs."""
        return kind.pools <= self.pools and kind.needs <= self.needs

    def tenths(self) -> list[int]:
        """The free units in each tenth of load, over all of them."""
        free = [0] * TENTHS
        for hand in self.hands:
            for tenth in range(TENTHS):
                low, high = hand.capacity * tenth // TENTHS, hand.capacity * (tenth + 1) // TENTHS
                free[tenth] += max(0, high - max(low, hand.held))
        return free

    def deal(self, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, UUID | None]]:
        """Give each piece to whoever is least loaded and has room for all of it; None where nobody has."""
        turns, hands = self._turns, self.hands
        for piece in pieces:
            passed, to = [], None
            while turns:
                turn = heapq.heappop(turns)
                hand = hands[turn[1]]
                room = hand.capacity - hand.held
                if room >= piece.size and not (hand.never and _barred(hand, piece)):
                    to = hand.id
                    hand.held += piece.size
                    if room > piece.size:
                        heapq.heappush(turns, (hand.held / hand.capacity, turn[1]))
                    break
                passed.append(turn)
            for turn in passed:
                heapq.heappush(turns, turn)
            yield piece, to

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


def _barred(hand: Hand, piece: Piece) -> bool:
    return any(work.id in hand.never for work in piece.works)
