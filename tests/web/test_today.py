"""What I did today: my own events in words, by day and page, with the records that are still mine."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.models import Case, Task


def worked(site: Site, account: str = "tracer1", number: int = 1) -> Case:
    """A case that an account looked at, and revealed a number of."""
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, account)
    client = site.browser(account)
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.post(f"/people/{case.person_id}/reveal/phone").status_code == 200
    return case


def words_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_my_work_in_plain_words_and_nobody_s_name(site: Site) -> None:
    case = worked(site)
    page = site.browser("tracer1").get("/today").text
    said = words_of(page)
    assert "Read a case while looking at a case" in said
    assert "Read the telephone number of a person while revealing a part" in said
    assert "You read 3 things and changed 0" in said
    assert f"/cases/{case.id}" in page and case.reference in page
    for secret in ("Canary1", "Quillfeather1", "100001", "Marigold"):
        assert secret not in page


def test_the_work_of_others_is_not_in_it(site: Site) -> None:
    case = worked(site, "tracer1")
    said = words_of(site.browser("tracer2").get("/today").text)
    assert "telephone number" not in said and case.reference not in said


def test_a_record_that_closed_is_not_named(site: Site) -> None:
    case = worked(site)
    with site.system() as session:
        record = session.get_one(Case, case.id)
        task = session.scalars(select(Task).where(Task.case_id == record.id)).one()
        world.give(session, task, "tracer2")
    page = site.browser("tracer1").get("/today").text
    assert case.reference not in page and "closed to you" in page and str(case.id) not in page


def test_another_day(site: Site) -> None:
    worked(site)
    client, day = site.browser("tracer1"), clock.today() - timedelta(days=1)
    page = client.get(f"/today?day={day}").text
    assert "Nothing is on record." in page and "The day after" in page
    assert "telephone number" in client.get(f"/today?day={clock.today() + timedelta(days=9)}").text, "no future"


def test_a_long_day_comes_in_pages_without_a_gap(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(site)
    client, address, rows = site.browser("tracer1"), "/today", 0
    whole = client.get(address).text.partition("<tbody")[2].count("<tr")
    monkeypatch.setattr("tracer.reporting.events.PAGE", 2)
    pages = 0
    while address:
        page = client.get(address).text
        rows, pages = rows + page.partition("<tbody")[2].count("<tr"), pages + 1
        found = re.search(r'href="(/today\?[^"]*before=\d+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert rows == whole and pages == (whole + 1) // 2


@pytest.mark.parametrize("query", ["day=27+March", "before=x", "before=999999999", "other=1"])
def test_what_makes_no_sense_is_said(site: Site, query: str) -> None:
    assert site.browser("tracer1").get(f"/today?{query}").status_code == 422


@pytest.mark.parametrize("account", ["admin", "supervisor", "trainer", "privacy", "analyst"])
def test_everybody_has_a_day_and_a_way_to_it(site: Site, account: str) -> None:
    client = site.browser(account)
    assert 'href="/today"' in client.get("/help").text
    assert client.get("/today").status_code == 200


def test_another_s_event_is_no_place_to_go_on_from(site: Site) -> None:
    """Nothing of what somebody else did can be told from the answer."""
    worked(site, "tracer1")
    client = site.browser("tracer2")
    answers = {client.get(f"/today?before={number}").status_code for number in range(1, 60)}
    assert answers == {422}
