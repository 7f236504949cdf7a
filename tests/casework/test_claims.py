"""Claiming: the most urgent work that one can do, a household whole, and never one task for two."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests import world
from tests.conftest import FULL
from tests.site import Site
from tracer import clock, db, needs
from tracer.access.actor import Actor, bind
from tracer.casework import claims, climbing, handover, task_jobs, tasks
from tracer.faults import Conflict
from tracer.models import Assignment, How, Presence, PresenceState, Staff, Task, TaskState
from tracer.policy import needs as policy_needs

HOME = b"1 Marigold Row, LS6 1AA".ljust(32, b".")
CLAIMERS, TASKS, ROUNDS = (200, 100, 20) if FULL else (40, 20, 3)


def wait(site: Site, number: int, *, need: str = "", home: bytes | None = None, priority: int = 50) -> UUID:
    """A waiting interview in Leeds that needs that, as urgent as its priority."""
    with site.system() as session:
        _, task = world.make_case(session, number)
        task.skill = "clinical" if "clinical" in need else None
        task.language = "pl" if "pl" in need else "en"
        task.need, task.household_key, task.priority = need, home, priority
        return task.id


def able(site: Site, account: str, *, skills: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> None:
    with site.system() as session:
        person = world.account(session, account)
        person.skills, person.languages = list(skills), list(languages)


def claim(site: Site, account: str) -> UUID | None:
    with site.acting(account, "task.claim") as session:
        task = claims.claim_next(session, clock.now())
        return task.id if task else None


def holder(site: Site, task_id: UUID) -> str | None:
    with site.system() as session:
        query = select(Staff.email).join(Task, Task.holder_id == Staff.id).where(Task.id == task_id)
        found = session.scalar(query)
        return found.partition("@")[0] if found else None


def test_what_needs_more_is_passed_over_by_whoever_cannot_and_taken_by_whoever_can(site: Site) -> None:
    urgent = wait(site, 1, need="clinical+pl", priority=90)
    polish = wait(site, 2, need="pl", priority=80)
    plain = wait(site, 3, priority=10)
    assert claim(site, "tracer1") == plain
    assert claim(site, "tracer1") is None
    able(site, "tracer2", languages=("pl",))
    assert claim(site, "tracer2") == polish
    able(site, "tracer1", skills=("clinical",), languages=("pl", "ur"))
    assert claim(site, "tracer1") == urgent


def test_whoever_can_do_more_still_takes_the_most_urgent_first(site: Site) -> None:
    polish, plain = wait(site, 1, need="pl", priority=10), wait(site, 2, priority=80)
    able(site, "tracer1", languages=("pl",))
    assert [claim(site, "tracer1"), claim(site, "tracer1")] == [plain, polish]


def test_what_waits_long_overtakes_what_is_a_little_more_urgent(site: Site) -> None:
    """Ten points are two and a half hours: see `urgency`."""
    old, new = wait(site, 1, priority=50), wait(site, 2, priority=59)
    with site.system() as session:
        session.get_one(Task, old).due_at -= timedelta(hours=3)
    assert [claim(site, "tracer1"), claim(site, "tracer1")] == [old, new]


def test_a_household_comes_whole(site: Site) -> None:
    first, other, stranger = (wait(site, n, home=HOME if n < 3 else None, priority=90 - n) for n in (1, 2, 3))
    assert claim(site, "tracer1") == first
    assert holder(site, other) == "tracer1"
    assert claim(site, "tracer2") == stranger
    with site.system() as session:
        reason = select(Assignment.reason).where(Assignment.task_id == other)
        assert session.scalar(reason) == "same household"


def test_new_work_of_a_household_that_somebody_holds_is_passed_over_and_follows_them(site: Site) -> None:
    first = wait(site, 1, home=HOME, priority=90)
    assert claim(site, "tracer1") == first
    late, plain = wait(site, 2, home=HOME, priority=90), wait(site, 3, priority=10)
    assert claim(site, "tracer2") == plain
    assert holder(site, late) is None
    with site.system("routine.follow") as session:
        assert task_jobs.follow(session, clock.now()) == 1
    assert holder(site, late) == "tracer1"


def test_new_work_follows_once_whoever_holds_two_of_the_household(site: Site) -> None:
    wait(site, 1, home=HOME), wait(site, 2, home=HOME)
    claim(site, "tracer1")
    late = wait(site, 3, home=HOME)
    with site.system("routine.follow") as session:
        assert task_jobs.follow(session, clock.now()) == 1
    with site.system() as session:
        assert len(session.scalars(select(Assignment).where(Assignment.task_id == late)).all()) == 1


def test_the_database_keeps_one_open_assignment_of_a_task(site: Site) -> None:
    first = wait(site, 1)
    claim(site, "tracer1")
    other = {"how": How.ALLOCATED, "from_at": clock.now()}
    with pytest.raises(IntegrityError), site.system() as session:
        session.add(Assignment(task_id=first, staff_id=world.account(session, "tracer2").id, **other))


def test_the_database_lets_no_two_hold_one_household(site: Site) -> None:
    first, second = wait(site, 1, home=HOME), wait(site, 2, home=HOME)
    with site.system() as session:
        one, other = (world.account(session, name).id for name in ("tracer1", "tracer2"))
        session.execute(update(Task).where(Task.id == first).values(holder_id=one, state=TaskState.HELD))
    with pytest.raises(IntegrityError, match="household held by another"), site.system() as session:
        session.execute(update(Task).where(Task.id == second).values(holder_id=other, state=TaskState.HELD))


def test_handing_back_and_handing_over_move_a_household_whole(site: Site) -> None:
    first, second = wait(site, 1, home=HOME), wait(site, 2, home=HOME)
    claim(site, "tracer1")
    with site.acting("supervisor", "task.reassign") as session:
        to = world.account(session, "tracer2")
        chosen = {first: session.get_one(Task, first).version, second: session.get_one(Task, second).version}
        moved, left = handover.hand_over(session, chosen, to, "for the test", clock.now())
        assert ({one.id for one in moved}, left) == ({first, second}, [])
    assert [holder(site, one) for one in (first, second)] == ["tracer2"] * 2
    with site.acting("tracer2", "task.hand_back") as session:
        tasks.hand_back(session.get_one(Task, first), "for the test", clock.now())
    assert [holder(site, one) for one in (first, second)] == [None, None]
    with site.system() as session:
        ends = session.execute(select(Assignment.how, Assignment.ended).where(Assignment.until_at.is_not(None)))
        assert Counter(tuple(one) for one in ends) == {
            (How.CLAIMED, "reassigned"): 2,
            (How.REASSIGNED, "handed back"): 2,
        }


def test_a_household_held_out_of_a_leads_reach_does_not_move(site: Site) -> None:
    first, second = wait(site, 1, home=HOME), wait(site, 2, home=HOME)
    with site.system() as session:
        for task_id in (first, second):
            session.get_one(Task, task_id).household_key = None
        session.flush()
        world.give(session, session.get_one(Task, first), "tracer4")  # London
    with site.system() as session:
        for task_id in (first, second):
            session.get_one(Task, task_id).household_key = HOME
    with pytest.raises(Conflict, match="another team"), site.acting("supervisor", "task.reassign") as session:
        tasks.reassign(session.get_one(Task, second), world.account(session, "tracer1"), "for the test", clock.now())


def test_a_callback_to_one_of_a_household_keeps_them_all(site: Site) -> None:
    first, second = wait(site, 1, home=HOME), wait(site, 2, home=HOME)
    claim(site, "tracer1")
    now = clock.now()
    with site.acting("tracer1") as session:
        tasks.keep_until(session.get_one(Task, first), now + timedelta(hours=5), now, callback=True)
    for hours, held in ((4, "tracer1"), (8, None)):
        with site.system("routine.lapse") as session:
            task_jobs.lapse(session, now + timedelta(hours=hours))
        assert [holder(site, one) for one in (first, second)] == [held, held]


def test_what_nobody_with_the_skill_took_in_time_is_anybodys(site: Site) -> None:
    both, polish = wait(site, 1, need="clinical+pl"), wait(site, 2, need="pl")
    assert claim(site, "tracer1") is None

    def open_up(after: timedelta) -> dict[UUID, str]:
        with site.system("routine.open_up") as session:
            task_jobs.open_up(session, clock.now() + after + timedelta(minutes=1))
            return {one: session.get_one(Task, one).need for one in (both, polish)}

    assert open_up(timedelta(0)) == {both: "clinical+pl", polish: "pl"}
    assert open_up(policy_needs.opens_after(skill=False)) == {both: "clinical", polish: ""}
    assert claim(site, "tracer1") == polish
    assert open_up(policy_needs.opens_after(skill=True))[both] == ""
    assert claim(site, "tracer1") == both
    with site.system() as session:
        assert session.get_one(Task, both).reasons[-2:] == ["waited for clinical, pl", "waited for clinical"]


def test_a_new_task_says_what_it_needs_and_why_it_is_where_it_is(site: Site) -> None:
    with site.system() as session:
        _, task = world.make_case(session, 1)
        assert (task.need, task.reasons) == ("", ["specimen 2 days ago"])
        assert task.urgent_at == task.due_at - timedelta(minutes=15) * task.priority


def test_needs_are_one_word() -> None:
    assert needs.need(None, "en") == needs.need(None, None) == ""
    assert needs.need("clinical", "pl") == "clinical+pl"
    assert needs.served(["clinical"], ["pl", "pt-BR"]) == ["", "clinical", "pl", "pt", "clinical+pl", "clinical+pt"]


def _claimers(site: Site, together: threading.Barrier, count: int) -> tuple[list[UUID], list[BaseException]]:
    """So many people of Leeds who claim at one moment; what they got, and what went wrong."""
    with site.system() as session:
        row = world.account(session, "tracer1")
        actor = Actor(row.id, row.role.value, row.name, row.role, row.team_id)
    got, wrong = list[UUID](), list[BaseException]()

    def run() -> None:
        session = db.new_session()
        bind(session, actor)
        try:
            together.wait()
            with db.transaction("task.claim", session):
                task = claims.claim_next(session, clock.now())
                if task is not None:
                    got.append(task.id)
        except BaseException as fault:
            wrong.append(fault)
        finally:
            session.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got, wrong


def test_many_claim_at_one_moment_and_each_task_goes_to_one(site: Site) -> None:
    for turn in range(ROUNDS):
        with site.system() as session:
            made = [world.make_case(session, turn * 1000 + number)[1].id for number in range(TASKS)]
        got, wrong = _claimers(site, threading.Barrier(CLAIMERS), CLAIMERS)
        assert wrong == []
        assert sorted(got) == sorted(made)
        with site.system() as session:
            holds = select(Assignment.task_id).where(Assignment.task_id.in_(made), Assignment.until_at.is_(None))
            assert sorted(session.scalars(holds)) == sorted(made)


def available(site: Site, account: str) -> None:
    with site.system() as session:
        person = world.account(session, account)
        session.add(Presence(staff_id=person.id, state=PresenceState.AVAILABLE, since=clock.now()))


def climb(site: Site, minutes: int = 6) -> int:
    with site.system("routine.climb") as session:
        return climbing.climb(session, clock.now() + timedelta(minutes=minutes))


def test_what_waits_in_one_team_goes_to_idle_hands_in_another(site: Site) -> None:
    """Leeds and York draw from North: there tracer3 of York finds it, and London's tracer4 does not."""
    first, second = wait(site, 1, home=HOME, priority=90), wait(site, 2, home=HOME)
    stays = wait(site, 3, priority=10)
    assert climb(site) == 0, "nobody is there"
    available(site, "tracer3")
    assert climb(site, 4) == 0, "it has not waited long"
    assert climb(site) == 2
    assert claim(site, "tracer4") is None
    assert claim(site, "tracer3") == first
    assert [holder(site, one) for one in (second, stays)] == ["tracer3", None]
    with site.acting("tracer3", "task.hand_back") as session:
        tasks.hand_back(session.get_one(Task, first), "for the test", clock.now())
    with site.system() as session:
        task = session.get_one(Task, first)
        assert task.team_id == task.pool_id


def test_a_team_keeps_its_own_while_the_idle_elsewhere_cannot_do_it_or_have_their_own(site: Site) -> None:
    wait(site, 1, need="pl")
    available(site, "tracer3")
    assert climb(site) == 0
    wait(site, 2)
    with site.system() as session:
        world.make_case(session, 3, area="YO1")
    assert climb(site) == 0, "York has work of its own"


def test_no_more_goes_up_than_there_are_hands(site: Site) -> None:
    for number in range(1, 4):
        wait(site, number)
    available(site, "tracer3")
    assert climb(site) == 1
