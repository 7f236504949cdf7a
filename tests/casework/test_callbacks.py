"""Callbacks: kept by whoever is there, passed on where nobody is, never missed silently."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.access import actor
from tracer.casework import absences, attempts, callbacks, presence, teams
from tracer.casework.callbacks import REASON, TOP
from tracer.models import (
    AbsenceKind,
    Assignment,
    Case,
    ConflictOfInterest,
    Interview,
    Outcome,
    PresenceState,
    ScriptVersion,
    Task,
    TaskState,
)
from tracer.policy import calling
from tracer.reporting import callbacks as reported

TEN = datetime.combine(clock.today(), time(10), clock.LONDON).astimezone(UTC)
MINUTE = timedelta(minutes=1)
AVAILABLE, AWAY, BREAK, CALL = (
    PresenceState.AVAILABLE,
    PresenceState.AWAY,
    PresenceState.ON_A_BREAK,
    PresenceState.ON_A_CALL,
)


def promised(site: Site, number: int = 1, to: str | None = "tracer1", area: str = "LS6", **given: Any) -> UUID:
    """A callback at ten, held by somebody or waiting in its pool."""
    with time_machine.travel(TEN - timedelta(hours=1), tick=False), site.system() as session:
        _, task = world.make_case(session, number, area=area)
        if to:
            world.give(session, task, to)
            task.held_until = TEN + timedelta(hours=1)
        task.callback, task.not_before = True, TEN
        for name, value in given.items():
            setattr(task, name, value)
    return task.id


def says(site: Site, at: datetime = TEN, **states: PresenceState) -> None:
    for account, state in states.items():
        with site.acting(account) as session:
            presence.become(session, state, at)


def passed(site: Site, at: datetime = TEN) -> int:
    with site.system("routine.callbacks") as session:
        return callbacks.pass_on(session, at)


def holder(site: Site, task_id: UUID) -> str | None:
    with site.system() as session:
        found = session.get_one(Task, task_id).holder_id
        return next((one for one in world.ACCOUNTS if world.account(session, one).id == found), None)


def task_of(site: Site, task_id: UUID) -> Task:
    with site.system() as session:
        return session.get_one(Task, task_id)


def test_whoever_is_there_keeps_it(site: Site) -> None:
    one = promised(site)
    says(site, tracer1=AVAILABLE, tracer2=AVAILABLE)
    assert passed(site) == passed(site, TEN + timedelta(minutes=20)) == 0
    assert holder(site, one) == "tracer1"


def test_nothing_moves_before_its_minute(site: Site) -> None:
    promised(site)
    says(site, tracer1=AWAY, tracer2=AVAILABLE)
    assert passed(site, TEN - timedelta(seconds=1)) == 0


@pytest.mark.parametrize("state", [AWAY, None])
def test_of_somebody_away_it_goes_to_a_colleague_at_its_minute(site: Site, state: PresenceState | None) -> None:
    one = promised(site)
    says(site, tracer2=AVAILABLE, tracer3=AVAILABLE)
    if state is not None:
        says(site, tracer1=state)
    assert passed(site) == 1
    assert holder(site, one) == "tracer2", "the same team first"
    with site.system() as session:
        first, second = session.scalars(
            select(Assignment).where(Assignment.task_id == one).order_by(Assignment.from_at)
        ).all()
        assert (first.ended, first.ended_reason) == ("passed on", "callback due, the holder is away")
        assert (second.how.value, second.reason) == ("reassigned", "callback due, the holder is away")
        task = session.get_one(Task, one)
        assert task.callback and task.not_before == TEN and task.held_until and task.held_until > TEN
    assert passed(site) == 0


@pytest.mark.parametrize("state", [BREAK, CALL, PresenceState.WRAPPING_UP])
def test_of_somebody_busy_it_waits_five_minutes(site: Site, state: PresenceState) -> None:
    one = promised(site)
    says(site, tracer1=state, tracer2=AVAILABLE)
    assert passed(site) == passed(site, TEN + 4 * MINUTE) == 0
    assert passed(site, TEN + 5 * MINUTE) == 1 and holder(site, one) == "tracer2"


def test_the_call_itself_is_the_callback_kept(site: Site) -> None:
    one = promised(site)
    says(site, tracer1=CALL, tracer2=AVAILABLE)
    with site.system() as session:
        task, script = session.get_one(Task, one), session.scalars(select(ScriptVersion.id).limit(1)).one()
        call = Interview(script_id=script, task_id=one, case_id=task.case_id, started_at=TEN, called_at=TEN)
        call.started_by_id = world.account(session, "tracer1").id
        session.add(call)
    assert passed(site, TEN + 9 * MINUTE) == 0
    assert passed(site, TEN + 31 * MINUTE) == 1, "a call in which nothing is written for half an hour is none"


def test_of_somebody_absent_or_off_shift_it_goes_on(site: Site) -> None:
    sick, off = promised(site, 1, "tracer1"), promised(site, 2, "tracer2")
    says(site, tracer1=AVAILABLE, tracer3=AVAILABLE)
    with site.system() as session:
        world.account(session, "tracer2").pattern = f"{['Mon', 'Tue'][TEN.weekday() == 0]} 20:00-21:00"
    with time_machine.travel(TEN, tick=False), site.acting("supervisor") as session:
        person = absences.led(session, _id(site, "tracer1"))
        absences.record(person, AbsenceKind.SICK, clock.today(), None, TEN)
    with site.system() as session:  # they draw from the pool of North
        north = teams.by_name(session, "North").id
        for one in (sick, off):
            session.get_one(Task, one).pool_id = north
    assert passed(site) == 2
    assert holder(site, sick) == holder(site, off) == "tracer3"


def _id(site: Site, account: str) -> UUID:
    with site.system() as session:
        return world.account(session, account).id


def test_with_nobody_to_take_it_it_waits_at_the_top_of_its_pool(site: Site) -> None:
    with site.system() as session:
        world.make_case(session, 9, specimen_date=clock.today(), onset_date=clock.today())
    one = promised(site)
    urgency = task_of(site, one).priority
    says(site, tracer1=AWAY)
    assert passed(site) == 1
    found = task_of(site, one)
    assert (found.state, found.priority, found.reasons[0]) == (TaskState.WAITING, urgency + TOP, REASON)
    assert passed(site) == 0 and task_of(site, one).priority == urgency + TOP, "once"
    says(site, tracer2=AVAILABLE)
    assert passed(site, TEN + MINUTE) == 1 and holder(site, one) == "tracer2", "as soon as somebody is available"


def test_at_the_top_it_is_the_next_that_anybody_takes(site: Site) -> None:
    with site.system() as session:
        world.make_case(session, 9, specimen_date=clock.today(), onset_date=clock.today())
    one = promised(site, to=None, not_before=clock.now() - MINUTE)
    assert passed(site, clock.now()) == 0
    site.browser("tracer2").post("/caseload/next")
    assert holder(site, one) == "tracer2"


def test_once_they_were_called_it_stands_where_it_stood(site: Site) -> None:
    one = promised(site, priority=TOP + 7, reasons=[REASON, "old"])
    with site.acting("tracer1") as session:
        task = session.get_one(Task, one)
        about = session.get_one(Case, task.case_id)
        attempts.record(task, about, id=uuid4(), outcome=Outcome.NO_ANSWER, at=TEN)
    found = task_of(site, one)
    assert (found.callback, found.priority, found.reasons) == (False, 7, ["old"])
    assert passed(site, TEN + timedelta(hours=9)) == 0


def test_whoever_spoke_to_them_has_kept_it(site: Site) -> None:
    one = promised(site)
    with site.acting("tracer1") as session:
        task = session.get_one(Task, one)
        attempts.record(task, session.get_one(Case, task.case_id), id=uuid4(), outcome=Outcome.REACHED, at=TEN)
    assert not task_of(site, one).callback and holder(site, one) == "tracer1"


@pytest.mark.parametrize("why", ["skill", "language", "room", "conflict", "training", "shift", "team"])
def test_only_to_somebody_who_can(site: Site, why: str) -> None:
    """Each takes away what one of the two would need; with it, they get it."""
    one = promised(site, need="clinical+pl")
    says(site, tracer1=AWAY, tracer2=AVAILABLE, tracer4=AVAILABLE)
    with site.system() as session:
        other, task = world.account(session, "tracer2"), session.get_one(Task, one)
        other.skills, other.languages = ["clinical"], ["pl"]
        if why == "skill":
            other.skills = ["complex settings"]
        elif why == "language":
            other.languages = ["ur"]
        elif why == "room":
            other.capacity = 0
        elif why == "conflict":
            case = session.get_one(Case, task.case_id)
            session.add(ConflictOfInterest(staff_id=other.id, person_id=case.person_id, task_id=one, why="home"))
        elif why == "training":
            world.untrain(session, "tracer2")
        elif why == "shift":
            other.pattern = f"{['Mon', 'Tue'][TEN.weekday() == 0]} 20:00-21:00"
        else:
            other.team_id = world.account(session, "tracer4").team_id
    assert passed(site) == 1 and holder(site, one) is None
    with site.system() as session:
        other = world.account(session, "tracer2")
        other.skills, other.languages, other.capacity, other.pattern = ["clinical"], ["pl-PL"], 8, None
        other.team_id = world.account(session, "tracer1").team_id
        world.untrain(session, "tracer2")
        world.train(session, other, clock.now())
        for conflict in session.scalars(select(ConflictOfInterest)):
            session.delete(conflict)
    assert passed(site) == 1 and holder(site, one) == "tracer2"


def test_a_household_goes_together_or_not_at_all(site: Site) -> None:
    one = promised(site, 1, household_key=b"home")
    other = promised(site, 2, household_key=b"home", callback=False, not_before=None)
    says(site, tracer1=AWAY, tracer2=AVAILABLE)
    assert passed(site) == 1
    assert holder(site, one) == holder(site, other) == "tracer2"


# What is shown.


def test_a_supervisor_sees_those_that_are_late(site: Site) -> None:
    one = promised(site)
    promised(site, 2, "tracer4", area="SE1")
    with site.acting("supervisor") as session:
        ids = list(session.scalars(teams.reached_by(actor.staff_id(session))))
        assert reported.late(session, ids, TEN + 5 * MINUTE).count == 0
        found = reported.late(session, ids, TEN + 6 * MINUTE)
        assert (found.count, [line.task.id for line in found.lines]) == (1, [one])
        assert found.lines[0].holder == "Tracer1 Example" and len(found.lines[0].reference) == 8


def test_the_banner_says_soon_now_and_late(site: Site) -> None:
    promised(site)
    steps = ((-11, ""), (-10, "Callback soon, at 10:00"), (0, "Callback now, 10:00"), (5, "Callback now, 10:00"))
    with site.acting("tracer1") as session:
        for minutes, words in (*steps, (6, "Callback late: it was for 10:00")):
            at = TEN + minutes * MINUTE
            found = reported.next_of(session, at)
            assert found is not None and found.said(at) == words
            assert (found.record is not None) == bool(words)
    with site.acting("tracer2") as session:
        assert reported.next_of(session, TEN) is None


def test_the_banner_stands_on_every_page_of_the_holder_and_of_nobody_else(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        task.callback, task.not_before = True, clock.now() + timedelta(minutes=8)
    client = site.browser("tracer1")
    for path in ("/caseload", "/help", "/account", f"/cases/{case.id}", "/training"):
        assert "Callback soon, at" in client.get(path).text, path
    said = client.get("/signals").get_json()
    [line] = said["lines"]
    assert line["href"] == f"/cases/{case.id}" and line["called"] == case.reference and 2 <= said["wait"] <= 60
    assert "Callback soon" not in site.browser("tracer2").get("/caseload").text
    assert "data-from=" not in site.browser("trainer").get("/help").text
    assert site.browser("trainer").get("/signals").status_code == 403


def test_callbacks_stand_first_in_the_caseload(site: Site) -> None:
    with site.system() as session:
        cases = [world.make_case(session, number) for number in (1, 2)]
        for _, task in cases:
            world.give(session, task, "tracer1")
        cases[0][1].due_at = clock.now() - timedelta(hours=9)
        cases[1][1].callback, cases[1][1].not_before = True, clock.now() - MINUTE
    page = site.browser("tracer1").get("/caseload").text
    table = page.partition("<table")[2]
    assert table.index(cases[1][0].reference) < table.index(cases[0][0].reference)
    assert ">now</strong>" in table


# When to try next.


@given(st.integers(0, 400 * 24 * 60), st.sampled_from([None, *calling.PARTS]))
def test_the_next_try_is_in_calling_hours_and_in_the_part_they_asked_for(minutes: int, part: str | None) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = calling.next_try(moment, part)
    opens, closes = calling.PARTS.get(part or "", (8, 20))
    assert moment <= found < moment + timedelta(days=1, hours=1)
    assert opens <= found.astimezone(clock.LONDON).hour < closes
    assert calling.next_try(found, part) == found, "a moment that will do stays"


def test_a_best_time_is_kept_and_the_next_try_falls_into_it(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    form = {"once": str(uuid4()), "outcome": "no answer", "note": "", "best_time": "evening"}
    client = site.browser("tracer1")
    assert client.post(f"/cases/{case.id}/attempts", data=form).status_code == 302
    found = task_of(site, task.id)
    assert found.best_time == "evening" and found.not_before is not None
    assert 17 <= clock.london(found.not_before).hour < 20
    assert (
        client.post(f"/cases/{case.id}/attempts", data={**form, "once": str(uuid4()), "best_time": ""}).status_code
        == 302
    )
    assert task_of(site, task.id).best_time == "evening", "it stands until they ask for another"
    wrong = client.post(f"/cases/{case.id}/attempts", data={**form, "once": str(uuid4()), "best_time": "night"})
    assert wrong.status_code == 422 and "Choose a part of the day" in wrong.text


def test_nobody_but_staff_who_work_cases_has_a_presence(site: Site) -> None:
    with site.acting("admin") as session:
        presence.become(session, AVAILABLE, TEN)
        assert presence.mine(session) is None
