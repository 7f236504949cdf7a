"""The page of the forecast: whose numbers each sees, what it says when people are short, and what it is based on."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.clock import LONDON
from tracer.models import HourCount, TaskKind, Team, TeamStrength

# Share of a day's calls by hour: most before noon.
HOURS = {8: 6, 9: 10, 10: 14, 11: 14, 12: 10, 13: 8, 14: 8, 15: 8, 16: 8, 17: 6, 18: 4, 19: 4}


def counted(site: Site, days: int, *, people: float = 3, teams: tuple[str, ...] = ("Leeds", "London")) -> None:
    """So many whole days of counts until yesterday, about 100 a day, fewer at weekends; so many paid at each hour."""
    now = clock.now()
    with site.system() as session:
        for place, name in enumerate(teams):
            team = session.scalars(select(Team).where(Team.name == name)).one()
            for ago in range(1, days + 2):
                day = clock.today() - timedelta(days=ago)
                usual = (0.6 if day.weekday() > 4 else 1.0) * (1 + 0.05 * ((ago * 7 + place) % 5 - 2))
                for hour, share in HOURS.items():
                    at = datetime.combine(day, time(hour), LONDON).astimezone(UTC)
                    number = round(share * usual)
                    row = {"arrived": number, "finished": number, "worked": number * 1800}
                    session.add(HourCount(team_id=team.id, hour=at, kind=TaskKind.INTERVIEW, **row))
            week = {str(day): [people if 8 <= hour < 20 else 0.0 for hour in range(24)] for day in range(7)}
            more = {"people": 6, "without_pattern": 2, "waiting": 12, "counted_until": now}
            session.add(TeamStrength(team_id=team.id, week=week, away={}, **more))


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_it_says_when_people_are_short_and_what_that_rests_on(site: Site) -> None:
    counted(site, 90)
    page = site.browser("supervisor").get("/insight/forecast").text
    said = words(page)
    assert re.search(r"On \w+day \d+ \w+ \d\d:00–\d\d:00 about \d+ calls more than hands", said)
    assert "the last 90 whole days" in said and "Of 2 no pattern is known" in said
    assert "interview 30 (as finished work says)" in said
    assert re.search(r"the range held \d+ % of \d+ days ahead", said)
    assert "same weekday last week" in said and "mean of four weeks" in said
    assert page.count("<details") >= 14 and page.count("<svg") >= 3 and "style=" not in page


def test_enough_people_are_never_short(site: Site) -> None:
    counted(site, 30, people=30)
    said = words(site.browser("supervisor").get("/insight/forecast").text)
    assert "At no time" in said and "more than hands" not in said


def test_too_few_days_make_no_forecast(site: Site) -> None:
    counted(site, 4)
    page = site.browser("supervisor").get("/insight/forecast").text
    assert "needs 7 whole days" in page and "there are 4" in words(page) and "chart__line" not in page


def test_few_days_borrow_their_range_and_say_so(site: Site) -> None:
    counted(site, 10)
    assert "another service’s calls" in site.browser("supervisor").get("/insight/forecast").text


def wait_now(site: Site, account: str, team: str | None = None) -> tuple[int, str]:
    with site.system() as session:
        of = {one.name: one.id for one in session.scalars(select(Team))}
    answer = site.browser(account).get("/insight/forecast", query_string={"team": of[team]} if team else {})
    found = re.search(r"(\d+) wait now", words(answer.text))
    return answer.status_code, found[1] if found else ""


def test_a_supervisor_sees_their_subtree_and_an_analyst_all(site: Site) -> None:
    counted(site, 30)
    assert wait_now(site, "supervisor") == (200, "12")
    assert wait_now(site, "supervisor", "London") == (404, "")
    assert wait_now(site, "supervisor", "York")[0] == 200
    assert wait_now(site, "analyst") == wait_now(site, "admin") == (200, "24")
    assert wait_now(site, "analyst", "Leeds") == (200, "12")
    assert wait_now(site, "tracer1")[0] == wait_now(site, "privacy")[0] == 403


def test_who_is_not_cleared_sees_no_number(site: Site) -> None:
    counted(site, 30)
    with site.system() as session:
        world.untrain(session, "supervisor")
    assert wait_now(site, "supervisor") in {(403, ""), (200, "0"), (200, "")}


@pytest.mark.parametrize("hour", [0, 13, 23])
def test_the_day_goes_on_from_this_hour(site: Site, hour: int) -> None:
    with time_machine.travel(datetime.combine(clock.today(), time(hour, 30), LONDON), tick=False):
        counted(site, 20)
        page = words(site.browser("supervisor").get("/insight/forecast").text)
    assert (f"from {hour:02}:00" in page) == (hour > 0)
    assert "12 wait now" in page
