"""Who is at work: pattern, absence, presence; what each is doing; who sees that; and what it costs for thousands."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tracer import clock
from tracer.casework import absences, presence, routine, shifts
from tracer.faults import Conflict, Invalid, NotFound
from tracer.models import Absence, AbsenceKind, Presence, PresenceState, Role, SignIn, Staff, Team

TRACERS = ("tracer1", "tracer2", "tracer3", "tracer4")
# A Monday.
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def says(site: Site, account: str, state: PresenceState, at: datetime = NOON) -> None:
    with site.acting(account) as session:
        presence.become(session, state, at)


def at_work(site: Site, at: datetime = NOON, account: str | None = None, **more: Any) -> set[str]:
    """Who is at work, by account; as an account sees it, or as SYSTEM."""
    with site.system() as session:
        names = {world.account(session, one).id: one for one in world.ACCOUNTS}
    with site.acting(account) if account else site.system() as session:
        return {names[one] for one in shifts.working(session, at, **more)}


def test_who_has_no_pattern_is_always_at_work_and_nobody_but_tracers(site: Site) -> None:
    assert at_work(site) == {name for name, (role, _) in world.ACCOUNTS.items() if role is Role.TRACER}


def test_pattern_absence_and_presence_each_take_somebody_out(site: Site) -> None:
    with site.system() as session:
        people = {one: world.account(session, one) for one in TRACERS}
        people["tracer1"].pattern = "Mon 08:00-14:00"
        people["tracer2"].pattern = "Tue 08:00-14:00"
        people["tracer4"].pattern = "this is read by nobody"
        sick = Absence(staff_id=people["tracer3"].id, kind=AbsenceKind.SICK, from_at=NOON, made_at=NOON)
        sick.by_id = people["tracer1"].id
        session.add(sick)
        leeds = people["tracer1"].team_id
    everybody = at_work(site)
    assert {"tracer1", "tracer4"} <= everybody and not everybody & {"tracer2", "tracer3"}
    assert "tracer1" not in at_work(site, NOON + timedelta(hours=2))
    assert "tracer3" in at_work(site, NOON - timedelta(seconds=1))
    assert at_work(site, team_ids=[leeds]) == {"tracer1"}
    assert at_work(site, present=True) == set()
    says(site, "tracer1", PresenceState.ON_A_CALL)
    says(site, "tracer4", PresenceState.ON_A_BREAK)
    assert at_work(site, present=True) == {"tracer1"}


def test_a_supervisor_sees_the_teams_they_reach_and_a_tracer_themselves(site: Site) -> None:
    for account in TRACERS:
        says(site, account, PresenceState.AVAILABLE)
    with site.system() as session:
        ids = [world.account(session, one).id for one in TRACERS]
    with site.acting("supervisor") as session:
        assert set(shifts.state_of(session, ids, NOON)) == set(ids[:3])
        assert shifts.working(session, NOON) >= set(ids[:3]) and ids[3] not in shifts.working(session, NOON)
        assert len(session.scalars(select(Presence)).all()) == 3
    with site.acting("tracer1") as session:
        assert set(shifts.state_of(session, ids, NOON)) == {ids[0]}
        assert len(session.scalars(select(Presence)).all()) == 1
    with site.acting("admin") as session:
        assert session.scalars(select(Presence)).all() == []


def test_what_somebody_is_doing(site: Site) -> None:
    says(site, "tracer1", PresenceState.AVAILABLE)
    says(site, "tracer1", PresenceState.AVAILABLE, NOON + timedelta(minutes=5))
    with site.system() as session:
        mine, other = world.account(session, "tracer1"), world.account(session, "tracer2")
        mine.pattern = "Mon 08:00-14:00"
        found = shifts.state_of(session, [mine.id, other.id], NOON)
        assert (found[mine.id].value, found[mine.id].since) == ("available", NOON), "since stands while nothing changes"
        assert found[mine.id].is_available and found[mine.id].on_shift
        assert (found[other.id].value, found[other.id].since) == ("away", None) and not found[other.id].is_available
        later = shifts.state_of(session, [mine.id], NOON + timedelta(hours=3))[mine.id]
        assert not later.on_shift and not later.is_available
        assert shifts.state_of(session, [], NOON) == {}


def test_signing_in_makes_available_and_out_makes_away(site: Site, later: Clock) -> None:
    def settled() -> PresenceState | None:
        with site.system("routine.presence") as session:
            presence.settle(session, clock.now())
        with site.system() as session:
            mine = select(Presence.state).where(Presence.staff_id == world.account(session, "tracer1").id)
            return session.scalar(mine)

    assert settled() is None
    client = site.browser("tracer1")
    assert settled() is PresenceState.AVAILABLE
    later(timedelta(minutes=2))
    client.post("/presence", data={"state": "away"})
    assert settled() is PresenceState.AWAY, "what somebody says themselves stands"
    later(timedelta(minutes=2))
    client.post("/presence", data={"state": "on a break"})
    assert settled() is PresenceState.ON_A_BREAK
    later(timedelta(minutes=31))
    assert settled() is PresenceState.AWAY, "a sign-in that idled is none"
    later(timedelta(minutes=1))
    client = site.browser("tracer1")
    assert settled() is PresenceState.AVAILABLE
    client.post("/sign-out")
    with site.system() as session:
        assert session.scalars(select(Presence.state)).one() is PresenceState.AWAY
    assert settled() is PresenceState.AWAY


def test_nobody_says_what_another_is_doing(site: Site, database: str) -> None:
    says(site, "tracer1", PresenceState.AVAILABLE)
    with site.system() as session:
        tracer1 = world.account(session, "tracer1").id
    with site.acting("tracer2") as session:
        assert session.scalar(select(Presence).where(Presence.staff_id == tracer1)) is None


def absent(site: Site, who: str, first: date, last: date | None = None, by: str = "supervisor") -> Absence:
    with site.acting(by) as session:
        person = absences.led(session, _id(site, who))
        return absences.record(person, AbsenceKind.LEAVE, first, last, clock.now())


def _id(site: Site, account: str) -> Any:
    with site.system() as session:
        return world.account(session, account).id


def test_a_supervisor_records_absences_of_those_they_lead(site: Site) -> None:
    today = clock.today()
    made = absent(site, "tracer1", today, today)
    assert made.from_at <= clock.now() < made.until_at == clock.end_of(today)  # type: ignore[operator]
    with pytest.raises(NotFound):
        absent(site, "tracer4", today)
    with pytest.raises(Conflict, match="away at that time already"):
        absent(site, "tracer1", today)
    tomorrow = absent(site, "tracer1", today + timedelta(days=1))
    assert tomorrow.until_at is None
    for first, last, field in (
        (today - timedelta(days=1), None, "first_day"),
        (today + timedelta(days=400), None, "first_day"),
        (today + timedelta(days=9), today, "last_day"),
    ):
        with pytest.raises(Invalid) as fault:
            absent(site, "tracer2", first, last)
        assert field in fault.value.fields


def test_they_are_back_early(site: Site) -> None:
    absent(site, "tracer1", clock.today())
    assert "tracer1" not in at_work(site, clock.now())
    with site.acting("supervisor") as session:
        absences.end(session.scalars(select(Absence)).one(), clock.now())
    assert "tracer1" in at_work(site, clock.now())
    with site.acting("supervisor") as session, pytest.raises(Conflict, match="over already"):
        absences.end(session.scalars(select(Absence)).one(), clock.now())


def test_thousands_share_a_few_patterns_which_are_asked_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def is_on(text: str | None, _: datetime) -> bool:
        asked.append(text)
        return True

    monkeypatch.setattr(shifts, "is_on", is_on)
    with site.system() as session:
        team = session.scalars(select(Team.id).where(Team.name == "Leeds")).one()
        for number in range(300):
            person = Staff(email=f"t{number}@x.example", given_name="T", family_name="X", role=Role.TRACER)
            person.team_id, person.created_at, person.pattern = team, NOON, f"Mon 08:00-1{number % 3}:00"
            session.add(person)
        session.flush()
        assert len(shifts.working(session, NOON, [team])) >= 300
    assert len(asked) == len(set(asked)) <= 4


def test_the_worker_does_all_of_it(site: Site) -> None:
    assert list(routine.JOBS).index("release") < list(routine.JOBS).index("presence")
    assert {"presence", "absent", "shift_over", "callbacks", "local"} <= set(routine.JOBS)
    with site.system() as session:
        assert session.scalars(select(SignIn)).all() == []
