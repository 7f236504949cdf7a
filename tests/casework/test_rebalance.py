"""What is held by somebody who is not at work flows back by rule; a call that goes on is left until it ends."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from tests import world
from tests.interviewing import begin
from tests.site import Site
from tracer import clock, policy
from tracer.casework import attempts, presence, routine, teams
from tracer.models import (
    Absence,
    AbsenceKind,
    Assignment,
    Case,
    Outcome,
    PresenceState,
    Task,
    TaskState,
)

# This week's Monday; the shift is over at 14:00.
MONDAY = clock.today() - timedelta(days=clock.today().weekday())
NINE = datetime.combine(MONDAY, time(9), clock.LONDON).astimezone(UTC)
PATTERN = "Mon-Tue 08:00-14:00"


def held(site: Site, number: int = 1, at: datetime = NINE, **given: Any) -> UUID:
    """A task in the hands of tracer1, whose pattern is set."""
    with time_machine.travel(at, tick=False), site.system() as session:
        _, task = world.make_case(session, number)
        world.give(session, task, "tracer1")
        task.held_until = at + timedelta(days=30)
        for name, value in given.items():
            setattr(task, name, value)
        world.account(session, "tracer1").pattern = PATTERN
    return task.id


def job(site: Site, at: datetime, name: str = "shift_over") -> int:
    with site.system(f"routine.{name}") as session:
        return routine.JOBS[name](session, at)


def task_of(site: Site, task_id: UUID) -> Task:
    with site.system() as session:
        return session.get_one(Task, task_id)


def ended(site: Site, task_id: UUID) -> list[tuple[str | None, str | None]]:
    with site.system() as session:
        query = select(Assignment.ended, Assignment.ended_reason).where(Assignment.task_id == task_id)
        return [(row.ended, row.ended_reason) for row in session.execute(query.order_by(Assignment.from_at))]


def says(site: Site, state: PresenceState, at: datetime) -> None:
    with site.acting("tracer1") as session:
        presence.become(session, state, at)


def test_at_the_end_of_a_shift_what_is_held_goes_back_with_its_reason(site: Site) -> None:
    one = held(site)
    assert job(site, NINE + timedelta(hours=4, minutes=59)) == 0
    assert job(site, NINE + timedelta(hours=5)) == 1
    found = task_of(site, one)
    assert (found.state, found.holder_id, found.team_id) == (TaskState.WAITING, None, found.pool_id)
    assert ended(site, one) == [("released", "the holder's shift is over")]
    assert job(site, NINE + timedelta(hours=5)) == 0


def test_whoever_still_sits_there_has_ten_minutes_to_write_up(site: Site) -> None:
    held(site)
    over = NINE + timedelta(hours=5)
    says(site, PresenceState.WRAPPING_UP, over)
    assert job(site, over + timedelta(minutes=9)) == 0
    assert job(site, over + timedelta(minutes=10)) == 1


def test_a_callback_in_the_next_shift_stays_and_any_other_goes_back_first(site: Site) -> None:
    tomorrow = NINE + timedelta(days=1)
    stays = held(site, 1, callback=True, not_before=tomorrow)
    evening = held(site, 2, callback=True, not_before=NINE + timedelta(hours=9))
    retry = held(site, 3, not_before=tomorrow)
    later = held(site, 4, callback=True, not_before=tomorrow + timedelta(days=6))
    assert job(site, NINE + timedelta(hours=5)) == 3
    states = [task_of(site, one).state.value for one in (stays, evening, retry, later)]
    assert states == ["held", "waiting", "waiting", "waiting"]
    assert task_of(site, evening).callback and task_of(site, evening).not_before == NINE + timedelta(hours=9)


def test_what_somebody_takes_after_their_shift_stays_with_them(site: Site) -> None:
    early, overtime = held(site, 1), held(site, 2, at=NINE + timedelta(hours=6))
    assert job(site, NINE + timedelta(hours=7)) == 1
    assert (task_of(site, early).state, task_of(site, overtime).state) == (TaskState.WAITING, TaskState.HELD)
    assert job(site, NINE + timedelta(days=1, hours=5)) == 1, "until the end of the next one"


def test_whoever_works_at_any_time_keeps_what_they_hold(site: Site) -> None:
    one = held(site)
    with site.system() as session:
        world.account(session, "tracer1").pattern = None
    assert job(site, NINE + timedelta(days=3)) == 0 and task_of(site, one).state is TaskState.HELD


def absent(site: Site, kind: AbsenceKind, at: datetime, **given: Any) -> None:
    with site.system() as session:
        mine = world.account(session, "tracer1").id
        made = Absence(staff_id=mine, kind=kind, from_at=at, made_at=at, by_id=mine, **given)
        session.add(made)


@pytest.mark.parametrize("kind", AbsenceKind)
def test_what_an_absent_person_holds_goes_back_at_once_callbacks_too(site: Site, kind: AbsenceKind) -> None:
    plain, promised = held(site, 1), held(site, 2, callback=True, not_before=NINE + timedelta(days=1))
    begins = NINE + timedelta(hours=1)
    absent(site, kind, begins)
    assert job(site, begins - timedelta(seconds=1), "absent") == 0
    assert job(site, begins, "absent") == 2
    assert {task_of(site, one).state for one in (plain, promised)} == {TaskState.WAITING}
    assert ended(site, plain) == [("released", f"the holder is absent: {kind.value}")]
    assert task_of(site, promised).callback


def test_an_absence_that_is_over_or_ended_takes_nothing(site: Site) -> None:
    held(site)
    absent(site, AbsenceKind.SICK, NINE, until_at=NINE + timedelta(hours=1))
    absent(site, AbsenceKind.LEAVE, NINE, ended_at=NINE)
    assert job(site, NINE + timedelta(hours=1), "absent") == 0


def test_a_call_that_goes_on_is_left_until_it_ends(site: Site) -> None:
    now = clock.now()
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    begin(site.browser("tracer1"), f"/cases/{case.id}")
    absent(site, AbsenceKind.SICK, now - timedelta(minutes=1))
    assert job(site, clock.now(), "absent") == 0
    with site.acting("tracer1") as session:
        mine, about = session.get_one(Task, task.id), session.get_one(Case, case.id)
        attempts.record(mine, about, id=uuid4(), outcome=Outcome.NO_ANSWER, at=clock.now())
    assert job(site, clock.now(), "absent") == 1
    assert task_of(site, task.id).state is TaskState.WAITING


def test_a_call_that_somebody_forgot_is_over(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    begin(site.browser("tracer1"), f"/cases/{case.id}")
    absent(site, AbsenceKind.SICK, clock.now() - timedelta(minutes=1))
    assert job(site, clock.now() + timedelta(minutes=31), "absent") == 1


# Local hand-over.


def tried(site: Site, hours: int, outcome: Outcome = Outcome.NO_ANSWER, number: int = 1) -> UUID:
    """A case that came in so long ago, and one try of it by tracer1."""
    with site.system() as session:
        case, task = world.make_case(session, number)
        task.created_at = clock.now() - timedelta(hours=hours)
        world.give(session, task, "tracer1")
    with site.acting("tracer1") as session:
        mine, about = session.get_one(Task, task.id), session.get_one(Case, case.id)
        when = _ten() if outcome is Outcome.CALL_BACK else None
        attempts.record(mine, about, id=uuid4(), outcome=outcome, at=clock.now(), callback_at=when)
    return task.id


def _ten() -> datetime:
    tomorrow = clock.london(clock.now()) + timedelta(days=1)
    return tomorrow.replace(hour=10, minute=0)


def local_team(site: Site, above: str = "Leeds") -> UUID:
    with site.system() as session:
        made = teams.add(session, f"{above} local", teams.by_name(session, above), duty=teams.LOCAL)
        return made.id


def test_after_a_day_unreached_it_goes_to_the_nearest_local_team_once(site: Site) -> None:
    far, near = local_team(site, "London"), local_team(site, "Leeds")
    old, young, spoken = tried(site, 25), tried(site, 23, number=2), tried(site, 25, Outcome.REACHED, 3)
    promised = tried(site, 25, Outcome.CALL_BACK, 4)
    assert job(site, clock.now(), "local") == 1
    found = task_of(site, old)
    assert (found.state, found.pool_id, found.team_id, found.holder_id) == (TaskState.WAITING, near, near, None)
    assert found.local_at is not None and found.not_before is not None and far != near
    assert ended(site, old) == [("to local team", "not reached within the policy's hours")]
    assert {task_of(site, one).state for one in (young, spoken, promised)} == {TaskState.HELD}
    assert job(site, clock.now(), "local") == 0


def test_where_there_is_no_local_team_it_stays_where_it_is_until_there_is_one(site: Site) -> None:
    old = tried(site, 25)
    assert job(site, clock.now(), "local") == 0
    assert (task_of(site, old).state, task_of(site, old).local_at) == (TaskState.HELD, None)
    local_team(site)
    assert job(site, clock.now(), "local") == 1


def test_an_administrator_names_a_local_team(site: Site) -> None:
    client = site.browser("admin")
    with site.system() as session:
        leeds = teams.by_name(session, "Leeds").id
    assert "Local: whoever was not reached in time" in client.get("/teams").text
    form = {"name": "Leeds council", "parent": str(leeds), "areas": "", "duty": "local"}
    assert client.post("/teams", data=form).status_code == 302
    with site.system() as session:
        assert teams.by_name(session, "Leeds council").duty == teams.LOCAL


def test_the_policy_says_when_somebody_counts_as_not_reached() -> None:
    """15 tries over 96 hours: the number and the hours, both."""
    then, now = (policy.rules("covid-19", day) for day in (date(2020, 6, 1), date(2026, 1, 1)))
    assert (now.attempts_max, now.attempts_hours, then.attempts_max, then.attempts_hours) == (15, 96, 10, 0)
    assert not now.is_spent(15, timedelta(hours=95)) and not now.is_spent(14, timedelta(hours=200))
    assert now.is_spent(15, timedelta(hours=96)) and now.is_spent(20, timedelta(hours=100))
    assert then.is_spent(10, timedelta()) and not then.is_spent(9, timedelta(days=9))


@pytest.mark.parametrize(("hours", "outcome"), [(95, None), (97, "not reached")])
def test_the_last_try_closes_once_the_hours_are_over_too(site: Site, hours: int, outcome: str | None) -> None:
    one = held(site)
    with site.system() as session:
        task = session.get_one(Task, one)
        task.attempts, task.created_at = 14, NINE - timedelta(hours=hours)
    with site.acting("tracer1") as session:
        mine = session.get_one(Task, one)
        about = session.get_one(Case, mine.case_id)
        attempts.record(mine, about, id=uuid4(), outcome=Outcome.NO_ANSWER, at=NINE)
    assert (task_of(site, one).outcome, task_of(site, one).attempts) == (outcome, 15)


def test_leavers_and_the_suspended_are_released_callbacks_first(site: Site) -> None:
    held(site, 1)
    promised = held(site, 2, callback=True, not_before=NINE + timedelta(days=1))
    with site.system() as session:
        world.account(session, "tracer1").ended_at = NINE
    assert job(site, NINE, "release") == 2
    assert ended(site, promised) == [("released", "the holder left or moved")]


def retries(site: Site, *homes: bytes | None, **given: Any) -> list[UUID]:
    """Further tries in the hands of tracer1, due at nine."""
    at = NINE - timedelta(hours=4)
    more = {"attempts": 1, "not_before": NINE, **given}
    return [held(site, number, at, household_key=home, **more) for number, home in enumerate(homes, 1)]


def due(site: Site, minutes: float = 5) -> int:
    return job(site, NINE + timedelta(minutes=minutes), "due_while_busy")


@pytest.mark.parametrize("state", [PresenceState.ON_A_CALL, PresenceState.ON_A_BREAK, PresenceState.AWAY])
def test_a_try_that_is_due_waits_five_minutes_for_whoever_is_busy(site: Site, state: PresenceState) -> None:
    [one] = retries(site, None)
    says(site, state, NINE)
    assert due(site, 4.9) == 0
    assert due(site) == 1 and due(site) == 0
    assert task_of(site, one).state is TaskState.WAITING
    assert ended(site, one) == [("released", "due while the holder was busy")]


def test_whoever_is_there_keeps_their_tries_and_a_first_one_waits_for_its_holder(site: Site) -> None:
    [one] = retries(site, None)
    first = held(site, 9, NINE - timedelta(hours=1))
    says(site, PresenceState.AVAILABLE, NINE)
    assert due(site, 30) == 0 and task_of(site, one).state is TaskState.HELD
    says(site, PresenceState.ON_A_CALL, NINE + timedelta(minutes=30))
    assert due(site, 31) == 1 and task_of(site, first).state is TaskState.HELD


def test_a_household_goes_whole_and_stays_where_one_was_promised_a_call(site: Site) -> None:
    home = b"home" * 8
    both = retries(site, home, home)
    says(site, PresenceState.ON_A_CALL, NINE)
    with site.system() as session:
        session.get_one(Task, both[1]).not_before = NINE + timedelta(hours=3)
        session.get_one(Task, both[1]).callback = True
    assert due(site) == 0, "they promised to call"
    with site.system() as session:
        session.get_one(Task, both[1]).callback = False
    assert due(site) == 2
    assert {task_of(site, one).state for one in both} == {TaskState.WAITING}


def test_a_try_that_is_being_made_is_left_until_the_call_ends(site: Site) -> None:
    now = clock.now()
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        task.attempts, task.not_before = 1, now - timedelta(minutes=10)
    begin(site.browser("tracer1"), f"/cases/{case.id}")
    assert job(site, clock.now(), "due_while_busy") == 0
    assert job(site, clock.now() + timedelta(minutes=31), "due_while_busy") == 1
