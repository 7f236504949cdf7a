"""Each rule: found at its limit and not before; ordinary work is not found; the memory outlives a restart."""

import pytest

from tests.watch.rig import DAY, HOUR, LIMITS, MONDAY, Others, Rig
from tracer.watch.event import Kind
from tracer.watch.rules import TITLES, namesake


def test_an_ordinary_month_is_not_found() -> None:
    rig = Rig()
    for day in range(22):
        for number in range(36):
            rig.work(day * 100 + number)
        rig.did(Kind.READ, day * 100 + 99)
        rig.wait(14 * HOUR)
    assert rig.rules == []


@pytest.mark.parametrize(
    ("theirs", "rule", "soft", "hard"),
    [
        (False, "hour outside", LIMITS.hour_outside, LIMITS.hour_outside_hard),
        (True, "hour", LIMITS.hour_theirs, LIMITS.hour_theirs_hard),
    ],
)
def test_records_in_an_hour(theirs: bool, rule: str, soft: float, hard: float) -> None:
    rig = Rig(burst_records=9999)
    found: dict[int, bool] = {}
    for number in range(1, int(hard) + 1):
        rig.did(Kind.READ, number, 30, theirs=theirs)
        for one in rig.found:
            if one.rule == rule:
                found[number] = one.suspend
        rig.found.clear()
    assert min(found) == soft and not found[int(soft)]
    assert [number for number, suspend in found.items() if suspend] == [hard]


def test_the_same_record_again_and_again_is_one() -> None:
    rig = Rig()
    for _ in range(200):
        rig.did(Kind.READ, 7, 10, theirs=False)
    assert rig.rules == []


def test_an_hour_slides() -> None:
    rig = Rig(burst_records=9999)
    for number in range(60):
        rig.did(Kind.READ, number, 130, theirs=False)  # 27 an hour
    assert "hour outside" not in rig.rules


def test_people_on_one_page_are_one_record_and_each_a_person() -> None:
    rig = Rig()
    for number in range(int(LIMITS.hour_people_hard)):
        rig.did(Kind.READ, number // 20, 5, person=number)
    assert rig.rules[-1] == "people" and rig.found[-1].suspend


def test_records_in_a_shift_and_a_new_shift_begins_again() -> None:
    rig = Rig(hour_outside=9999, burst_records=9999, peer_least=9999)
    most = int(LIMITS.shift_outside)
    for number in range(most - 1):
        rig.did(Kind.READ, number, 300, theirs=False)
    assert rig.rules == []
    rig.wait(14 * HOUR)
    for number in range(most - 1):
        rig.did(Kind.READ, number, 300, theirs=False)
    assert rig.rules == []
    rig.did(Kind.READ, 9999, 300, theirs=False)
    assert rig.rules == ["shift outside"]


def test_a_canary_at_once_but_not_by_a_task() -> None:
    rig = Rig()
    rig.did(Kind.READ, 1, canary=True, theirs=True)
    assert rig.rules == []
    rig.did(Kind.READ, 1, canary=True, theirs=False)
    assert rig.rules == ["canary"] and rig.found[0].events == (2,)


def test_opened_and_nothing_done() -> None:
    rig = Rig()
    for number in range(int(LIMITS.idle_shift)):
        rig.did(Kind.READ, number, 300)
    for number in range(100, 120):
        rig.work(number, 300)
    rig.wait(LIMITS.idle_after * 60)
    assert rig.rules == ["idle"]
    assert rig.found[0].events == tuple(range(1, int(LIMITS.idle_shift) + 1))


def test_somebody_who_opens_and_leaves_is_found_by_time_alone() -> None:
    rig = Rig()
    for number in range(int(LIMITS.idle_shift)):
        rig.did(Kind.READ, number, 300)
    assert rig.rules == []
    due = rig.person.due(LIMITS.idle_after, LIMITS.reveal_after)
    assert due is not None and due > rig.now
    rig.wait(LIMITS.idle_after * 60)
    assert rig.rules == ["idle"]


def test_a_few_a_day_add_up_also_over_a_restart() -> None:
    rig = Rig()
    stolen = 0
    for day in range(30):
        for number in range(36):
            rig.work(day * 1000 + number, 600)
        for number in range(6):
            rig.did(Kind.READ, day * 1000 + 500 + number)
            stolen += 1
        rig.restart()
        rig.wait(16 * HOUR)
        if rig.found:
            break
    assert rig.rules == ["drift"] and stolen < 60


def test_numbers_revealed_and_not_called() -> None:
    rig = Rig(idle_shift=9999)
    for number in range(int(LIMITS.reveal_shift)):
        rig.did(Kind.REVEAL, number, 200, part="phone")
    rig.wait(LIMITS.reveal_after * 60)
    assert rig.rules == ["uncalled"]


def test_everything_revealed_of_many() -> None:
    rig = Rig()
    for number in range(int(LIMITS.parts_records)):
        rig.work(number)
        for part in ("nhs_number", "date_of_birth", "email"):
            assert rig.rules == []
            rig.did(Kind.REVEAL, number, 5, part=part)
    assert rig.rules == ["parts"]


def test_taken_read_and_handed_back() -> None:
    rig = Rig()
    for limit, apart in ((LIMITS.sweep_hour, 60), (LIMITS.sweep_shift, 1500)):
        rig = Rig(idle_shift=9999)
        for number in range(int(limit)):
            assert rig.rules == []
            rig.did(Kind.READ, number, apart)
            rig.did(Kind.RETURN, number)
        assert rig.rules == ["sweep"]


def test_work_that_comes_late_is_work() -> None:
    rig = Rig()
    for number in range(int(LIMITS.idle_shift) * 2):
        rig.did(Kind.READ, number)
        if number > 5:
            rig.did(Kind.WORK, number - 5, LIMITS.idle_after * 60 + 1)
    assert rig.rules == []


def test_handing_back_after_a_try_is_work() -> None:
    rig = Rig()
    for number in range(20):
        rig.work(number)
        rig.did(Kind.RETURN, number)
    assert rig.rules == []


def test_one_after_another_down_a_list() -> None:
    rig = Rig()
    for number in range(int(LIMITS.burst_records)):
        assert rig.rules == []
        rig.did(Kind.READ, number, 10, theirs=False)
    assert rig.rules == ["burst"]


def test_alone_at_night_is_found_in_company_not() -> None:
    for company, expected in ((0, ["off shift"]), (5, [])):
        rig = Rig(Others(company=company))
        rig.now += 17 * HOUR  # two in the morning
        for number in range(int(LIMITS.off_shift_records)):
            assert rig.rules == []
            rig.work(number)
        assert rig.rules == expected


def test_usual_hours_are_learnt_in_company_and_overtime_is_work() -> None:
    rig = Rig(Others(company=5))
    for night in range(4):
        rig.now = rig.now if night else rig.now + 17 * HOUR
        for number in range(6):
            rig.work(number + night * 10)
        rig.wait(DAY - (6 * 510))
    rig.evaluator.others = Others(company=0)
    for number in range(6):
        rig.work(100 + number)
    assert rig.rules == []
    late = Rig(Others(company=0))
    for number in range(80):
        late.work(number, 400)  # from nine in the morning to nine at night without a pause
    assert "off shift" not in late.rules
    late.wait(DAY)
    late.now += 10 * HOUR - (late.now - MONDAY) % DAY  # seven in the evening: a shift that does not end
    for number in range(100, 180):
        late.work(number, 400)
    assert "off shift" in late.rules


def test_overtime_after_a_night_in_company_is_work() -> None:
    rig = Rig(Others(company=5))
    rig.now += 13 * HOUR
    for number in range(56):
        rig.work(number, 400)
    rig.evaluator.others = Others(company=0)
    for number in range(60, 70):
        rig.work(number, 400)
    assert rig.rules == []


def test_searches_that_miss_and_too_many_that_hit() -> None:
    rig = Rig()
    for _ in range(int(LIMITS.lookup_misses)):
        rig.did(Kind.LOOKUP, found=False)
    assert rig.rules == ["lookup misses"]
    rig = Rig()
    for _ in range(int(LIMITS.lookup_hits)):
        assert rig.rules == []
        rig.did(Kind.LOOKUP, wait=6 * HOUR)
    assert rig.rules == ["lookup hits"]


def test_namesakes_beyond_chance() -> None:
    rig = Rig()
    for number in range(200):
        rig.did(Kind.READ, number, 600, theirs=False, namesake=number % 90 == 0)
    assert "namesake" not in rig.rules  # a Smith among many
    rig = Rig()
    for number in range(4):
        rig.did(Kind.READ, number, 600, theirs=False, namesake=True)
    assert "namesake" in rig.rules


def test_poisson_tail() -> None:
    assert namesake.at_least(1, 2.0) == pytest.approx(0.8646647167633873)
    assert namesake.at_least(3, 1.0) == pytest.approx(0.0803013970713942)


@pytest.mark.parametrize(("peers", "expected"), [([20, 22, 18, 25, 21, 19], ["peers"]), ([60, 55, 58, 62, 61], [])])
def test_against_colleagues(peers: list[int], expected: list[str]) -> None:
    rig = Rig(Others(peers))
    for number in range(70):
        rig.work(number)
    assert rig.rules == expected


def test_not_said_twice_until_it_doubles() -> None:
    rig = Rig(hour_outside=9999)
    for number in range(40):
        rig.did(Kind.READ, number, 5, theirs=False)
    assert rig.rules == ["burst"]


def test_every_finding_has_a_title() -> None:
    rig = Rig(Others(company=0))
    for number in range(300):
        rig.did(Kind.READ, number, 5, theirs=bool(number % 2), canary=True, namesake=True)
    assert set(rig.rules) <= set(TITLES) and {"canary", "burst", "namesake"} <= set(rig.rules)
