"""Hours are counted once, whole and by nobody's name; a team's strength is its people's paid hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests import making, world
from tests.site import Site
from tracer import clock
from tracer.casework import hour_counts, routine, strengths, tasks
from tracer.casework.strengths import week_of
from tracer.models import Absence, AbsenceKind, Attempt, HourCount, Outcome, Task, Team, TeamStrength

HOUR = timedelta(hours=1)
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def count(site: Site, now: datetime) -> int:
    with site.system() as session:
        return hour_counts.count(session, now)


def counted(site: Site) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Team and hour -> arrived, finished, worked."""
    with site.system() as session:
        query = select(Team.name, HourCount).join(Team, Team.id == HourCount.team_id)
        return {(name, one.hour.hour): (one.arrived, one.finished, one.worked) for name, one in session.execute(query)}


def came(site: Site, number: int, at: datetime, area: str = "LS6") -> Task:
    with site.system() as session:
        _, task = world.make_case(session, number, area=area)
        task.created_at = at
        return task


def test_each_hour_is_counted_once_and_only_when_it_is_over(site: Site) -> None:
    came(site, 1, TEN)
    came(site, 2, TEN + timedelta(minutes=59))
    came(site, 3, TEN + HOUR)
    came(site, 4, TEN + timedelta(minutes=5), area="YO1")
    assert count(site, TEN + HOUR + timedelta(minutes=14)) == 0
    assert count(site, TEN + HOUR + timedelta(minutes=15)) == 1
    assert counted(site) == {("Leeds", 10): (2, 0, 0), ("York", 10): (1, 0, 0)}
    assert [count(site, TEN + 2 * HOUR + timedelta(minutes=20)) for _ in range(2)] == [1, 0]
    assert counted(site)["Leeds", 11] == (1, 0, 0)


def test_hours_without_work_are_passed_over(site: Site) -> None:
    came(site, 1, TEN)
    later = TEN + 60 * HOUR
    came(site, 2, later)
    assert [count(site, later + 2 * HOUR) for _ in range(4)] == [24, 24, 13, 0]
    with site.system() as session:
        rows = session.scalars(select(HourCount)).all()
        assert sum(one.arrived for one in rows) == 2 and max(one.hour for one in rows) == later
        assert len(rows) == 4  # two that count, and two that mark an empty day


def test_what_was_finished_counts_with_the_time_of_its_calls_and_tries(site: Site) -> None:
    came(site, 1, TEN - HOUR)
    with site.system() as session:
        mine = world.account(session, "tracer1")
        one = making.interview(session, mine, 7)
        task = session.get_one(Task, one.task_id)
        task.created_at = TEN - HOUR
        for minute in (0, 5):
            tried = Attempt(task_id=task.id, case_id=task.case_id, staff_id=mine.id, outcome=Outcome.NO_ANSWER, at=TEN)
            tried.at = TEN - timedelta(minutes=minute)
            session.add(tried)
        one.started_at, one.called_at, one.finished_at = TEN - 20 * HOUR, TEN, TEN + timedelta(minutes=30)
        tasks.finish(task, "completed", TEN + timedelta(minutes=31))
    count(site, TEN + 2 * HOUR)
    finished = [one for one in counted(site).values() if one[1]]
    assert finished == [(0, 1, 30 * 60 + 2 * 150)]


def test_the_counts_outlive_what_they_count_and_name_nobody() -> None:
    columns = {column.name for model in (HourCount, TeamStrength) for column in model.__table__.columns}
    assert not columns & {"staff_id", "holder_id", "task_id", "case_id", "person_id"}
    assert "hour_counts" in routine.JOBS


def test_a_teams_strength_is_who_may_work_by_their_patterns(site: Site) -> None:
    came(site, 1, TEN)
    with site.system() as session:
        world.account(session, "tracer1").pattern = "Mon-Fri 08:00-14:30"
        world.untrain(session, "tracer2")
    count(site, TEN + 2 * HOUR)
    with site.system() as session:
        leeds = session.scalars(select(Team).where(Team.name == "Leeds")).one()
        york = session.scalars(select(Team).where(Team.name == "York")).one()
        here, there = session.get_one(TeamStrength, leeds.id), session.get_one(TeamStrength, york.id)
        assert (here.people, here.without_pattern, here.waiting) == (1, 0, 1)
        assert here.week["0"][7:16] == [0, 1, 1, 1, 1, 1, 1, 0.5, 0] and not any(here.week["6"])
        assert (there.people, there.without_pattern) == (1, 1)
        assert abs(sum(sum(day) for day in there.week.values()) - 37.5) < 0.2


def test_whoever_is_on_record_as_away_is_taken_off_a_teams_days(site: Site) -> None:
    now = clock.now()
    today = clock.london(now).date()
    with site.system() as session:
        mine = world.account(session, "tracer1")
        mine.pattern = "Mon-Sun 08:00-14:00"
        leave = {"staff_id": mine.id, "kind": AbsenceKind.LEAVE, "by_id": mine.id, "made_at": now}
        whole = [datetime.combine(today + timedelta(days=ahead), time(0), clock.LONDON) for ahead in (3, 5)]
        session.add(Absence(**leave, from_at=whole[0], until_at=whole[1]))
        session.add(Absence(**leave, from_at=now + timedelta(days=8)))
        session.add(Absence(**leave, from_at=now, ended_at=now))
        ill = world.account(session, "tracer4")
        ill.pattern = "Mon-Sun 08:00-14:00"
        session.add(Absence(**{**leave, "staff_id": ill.id, "kind": AbsenceKind.SICK}, from_at=now))
        strengths.take(session, now, set(), now)
        session.flush()
        week = session.get_one(TeamStrength, ill.team_id).away
        here = session.get_one(TeamStrength, mine.team_id)
        away = {date.fromisoformat(day): hours for day, hours in here.away.items()}
    for ahead in (3, 4):
        assert away[today + timedelta(days=ahead)][7:15] == [0, 1, 1, 1, 1, 1, 1, 0]
    assert today not in away and today + timedelta(days=5) not in away
    assert sum(sum(hours) for hours in away.values()) == pytest.approx(2 * 6 + 6 * 6, abs=0.1), "to the horizon"
    assert sum(sum(hours) for hours in week.values()) == pytest.approx(7 * 6, abs=0.1), "a week without an end"


def test_a_shift_over_midnight_is_paid_on_both_days() -> None:
    week = week_of([("Sun 22:00-02:00", 3)])
    assert week[6][22:] == [3, 3] and week[0][:3] == [3, 3, 0]
