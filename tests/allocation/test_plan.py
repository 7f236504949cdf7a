"""The plan of who gets which work: the most, whole households, evenly, the urgent first."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tracer import needs
from tracer.allocation import Hand, Plan, Work, plan

TOP, LEEDS, YORK = (UUID(int=number) for number in (1, 2, 3))
START = datetime(2020, 12, 24, 8, tzinfo=UTC)
NEEDS = ["", "pl", "clinical", "clinical+pl"]


def hand(number: int, *, team: UUID = LEEDS, can: tuple[str, ...] = ("",), held: int = 0, capacity: int = 8) -> Hand:
    return Hand(UUID(int=1000 + number), team, frozenset(can), frozenset({team, TOP}), held, capacity)


def work(number: int, *, pool: UUID = LEEDS, need: str = "", home: bytes | None = None, before: int = 0) -> Work:
    spoke = UUID(int=1000 + before) if before else None
    return Work(UUID(int=10_000 + number), pool, need, START + timedelta(minutes=number), home, spoke)


@st.composite
def hands(draw: st.DrawFn) -> list[Hand]:
    skills, languages = st.sets(st.just("clinical")), st.sets(st.just("pl"))
    found = []
    for number in range(draw(st.integers(0, 8))):
        can = tuple(needs.served(draw(skills), draw(languages)))
        held = draw(st.integers(0, 4))
        team = draw(st.sampled_from([LEEDS, YORK, TOP]))
        found.append(hand(number, team=team, can=can, held=held, capacity=draw(st.integers(1, 6))))
    return found


def works(*, homes: bool) -> st.SearchStrategy[list[Work]]:
    home = st.one_of(st.none(), st.sampled_from([b"a", b"b", b"c"])) if homes else st.none()
    one = st.tuples(st.sampled_from([LEEDS, YORK, TOP]), st.sampled_from(NEEDS), home)
    return st.lists(one, max_size=25).map(
        lambda several: [work(n, pool=pool, need=need, home=home) for n, (pool, need, home) in enumerate(several)]
    )


def copies(people: list[Hand]) -> list[Hand]:
    return [replace(one) for one in people]


def most(waiting: list[Work], people: list[Hand]) -> int:
    """How many single tasks can be placed at all: augmenting paths, task by task."""
    room = {one.id: max(0, one.capacity - one.held) for one in people}
    able = {one.id: [p.id for p in people if one.pool in p.pools and one.need in p.needs] for one in waiting}
    of: dict[UUID, list[UUID]] = defaultdict(list)

    def place(task: UUID, seen: set[UUID]) -> bool:
        for who in able[task]:
            if who in seen:
                continue
            seen.add(who)
            if len(of[who]) < room[who]:
                of[who].append(task)
                return True
            for other in list(of[who]):
                if place(other, seen):
                    of[who].remove(other)
                    of[who].append(task)
                    return True
        return False

    return sum(place(one.id, set()) for one in waiting)


def check(waiting: list[Work], people: list[Hand], made: Plan) -> None:
    """Everything is placed once or left, with somebody who can, and nobody over their capacity."""
    by_id, at_work = {one.id: one for one in waiting}, {one.id: one for one in people}
    assert sorted([one.task for one in made.placed] + made.left) == sorted(by_id)
    given = Counter(one.to for one in made.placed)
    for one in made.placed:
        assert by_id[one.task].pool in at_work[one.to].pools
        assert by_id[one.task].need in at_work[one.to].needs
    for who, count in given.items():
        assert at_work[who].held + count <= at_work[who].capacity
    assert sum(one.tasks for one in made.short) == len(made.left)


@settings(deadline=None)
@given(works(homes=False), hands())
def test_the_most_is_placed_with_those_who_can(waiting: list[Work], people: list[Hand]) -> None:
    made = plan(waiting, copies(people))
    check(waiting, people, made)
    assert len(made.placed) == most(waiting, people)


@settings(deadline=None)
@given(works(homes=True), hands())
def test_a_household_goes_whole_to_one_person_or_stays_whole(waiting: list[Work], people: list[Hand]) -> None:
    made = plan(waiting, copies(people))
    check(waiting, people, made)
    to = {one.task: one.to for one in made.placed}
    homes: dict[bytes, set[UUID | None]] = defaultdict(set)
    for one in waiting:
        if one.household:
            homes[one.household].add(to.get(one.id))
    assert all(len(people_of) == 1 for people_of in homes.values())


@settings(deadline=None)
@given(st.integers(1, 60), st.lists(st.integers(1, 12), min_size=1, max_size=9))
def test_people_who_can_do_the_same_end_as_full_as_each_other(count: int, capacities: list[int]) -> None:
    """A whole task is the least difference: nobody is fuller by more than their own last one."""
    people = [hand(number, capacity=capacity) for number, capacity in enumerate(capacities)]
    made = plan([work(number) for number in range(count)], people)
    assert len(made.placed) == min(count, sum(capacities))
    emptiest = min(one.held / one.capacity for one in people)
    assert all((one.held - 1) / one.capacity <= emptiest for one in people if one.held)


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 4))
def test_where_there_are_too_few_hands_the_most_urgent_go_first(count: int, people: int) -> None:
    made = plan([work(number) for number in reversed(range(count))], [hand(n, capacity=3) for n in range(people)])
    taken = sorted(one.task for one in made.placed)
    assert taken == [UUID(int=10_000 + number) for number in range(min(count, 3 * people))]


def test_crews_of_unlike_skill_share_what_both_can_do_evenly() -> None:
    """The clinician is kept for the clinical; of the rest both take their part."""
    plain, clinician = hand(1, capacity=10), hand(2, can=("", "clinical"), capacity=10)
    made = plan([*(work(n, need="clinical") for n in range(4)), *(work(n) for n in range(4, 10))], [plain, clinician])
    assert not made.left
    assert (plain.held, clinician.held) == (5, 5)


def test_whoever_spoke_to_them_before_speaks_to_them_again() -> None:
    busy, before = hand(1), hand(2, held=6)
    made = plan([work(1, before=2), work(2)], [busy, before])
    assert {one.task.int: (one.to, one.why) for one in made.placed} == {
        10_001: (before.id, "spoke to them before"),
        10_002: (busy.id, ""),
    }


def test_what_somebody_must_not_have_goes_to_another() -> None:
    barred, other = hand(1), hand(2, held=7)
    barred.never = frozenset({UUID(int=10_001)})
    made = plan([work(1)], [barred, other])
    assert [one.to for one in made.placed] == [other.id]


def test_what_found_nobody_says_whether_anybody_could() -> None:
    made = plan([work(1, need="pl"), work(2), work(3)], [hand(1, capacity=1)])
    assert {(tuple(sorted(one.needs)), one.tasks, one.able) for one in made.short} == {(("pl",), 1, 0), (("",), 1, 1)}
