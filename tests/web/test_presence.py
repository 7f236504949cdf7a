"""What somebody is doing, said on the caseload; a call says it by itself; a supervisor's page of one they lead."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import world
from tests.conftest import Clock
from tests.interviewing import begin, complete, save
from tests.site import Site
from tracer import clock
from tracer.models import Absence, AuditEvent, Presence, PresenceState, Staff


def state_of(site: Site, account: str = "tracer1") -> PresenceState | None:
    with site.system() as session:
        mine = select(Presence.state).where(Presence.staff_id == world.account(session, account).id)
        return session.scalar(mine)


def case_of(site: Site) -> str:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    return f"/cases/{case.id}"


def test_one_press_says_it_and_the_page_says_since_when(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    assert "You have not said yet" in client.get("/caseload").text
    said = client.post("/presence", data={"state": "on a break"}, follow_redirects=True)
    at = f"{clock.london(clock.now()):%H:%M}"
    assert f"You are on a break since {at}." in said.text
    later(timedelta(minutes=7))
    page = client.get("/caseload").text
    assert f"You are <strong>on a break</strong> since {at}." in page
    assert 'value="on a break"' not in page and 'value="available"' in page
    with site.system() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "presence.set")).one()
        assert event.actor_id == world.account(session, "tracer1").id


@pytest.mark.parametrize("state", ["on a call", "asleep", ""])
def test_what_no_button_says_is_refused(site: Site, state: str) -> None:
    answer = site.browser("tracer1").post("/presence", data={"state": state})
    assert answer.status_code == 422 and "Press one of the buttons" in answer.text
    assert state_of(site) is None


def test_a_call_says_it_by_itself(site: Site) -> None:
    record, client = case_of(site), site.browser("tracer1")
    interview = begin(client, record)
    assert state_of(site) is PresenceState.ON_A_CALL
    save(client, interview, "introduction", {}, do="pause")
    assert state_of(site) is PresenceState.WRAPPING_UP
    begin(client, record)
    assert state_of(site) is PresenceState.ON_A_CALL
    complete(client, interview, ("covid-19", "index-case"), {})
    assert client.post(f"{interview}/finish").status_code == 302
    assert state_of(site) is PresenceState.WRAPPING_UP


def test_whoever_takes_work_is_available_again(site: Site) -> None:
    client = site.browser("tracer1")
    client.post("/presence", data={"state": "on a break"})
    client.post("/caseload/next")
    assert state_of(site) is PresenceState.AVAILABLE


def test_the_page_says_when_the_shift_ends(site: Site, later: Clock) -> None:
    with site.system() as session:
        there = clock.london(clock.now())
        world.account(session, "tracer1").pattern = f"{there:%a} 00:00-24:00"
        world.account(session, "tracer2").pattern = f"{there + timedelta(days=2):%a} 09:00-17:00"
    assert "Your shift ends at 00:00" in site.browser("tracer1").get("/caseload").text
    assert "Your next shift: " in site.browser("tracer2").get("/caseload").text
    assert "shift" not in site.browser("tracer3").get("/caseload").text.partition("<main")[2].lower()
    later(timedelta())


def page_of(site: Site, account: str) -> str:
    with site.system() as session:
        return f"/team/people/{world.account(session, account).id}"


def test_a_supervisor_records_sickness_and_ends_it_early(site: Site) -> None:
    client, page = site.browser("supervisor"), page_of(site, "tracer1")
    assert "Nothing is on record" in client.get(page).text
    form = {"kind": "sick", "first_day": clock.today().isoformat(), "last_day": ""}
    assert client.post(f"{page}/absences", data=form).status_code == 302
    shown = client.get(page).text
    assert "further notice" in shown and "They are back" in shown and ">sick</dd>" in shown
    again = client.post(f"{page}/absences", data=form)
    assert again.status_code == 409 and "end the other absence first" in again.text
    with site.system() as session:
        absence = session.scalars(select(Absence)).one()
    assert client.post(f"/absences/{absence.id}/end").status_code == 302
    assert "ended early" in client.get(page).text
    assert client.post(f"/absences/{absence.id}/end").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Choose why"),
        ({"kind": "flu"}, "Choose why"),
        ({"first_day": "tomorrow"}, "Enter a day like"),
        ({"first_day": "2020-01-01"}, "what is past is not changed"),
        ({"last_day": "2020-01-01"}, "the first day or one after it"),
        ({"illness": "flu"}, "Unknown field"),
    ],
)
def test_what_cannot_be_recorded_is_explained(site: Site, wrong: dict[str, str], words: str) -> None:
    form = {"kind": "leave", "first_day": clock.today().isoformat(), "last_day": "", **wrong}
    answer = site.browser("supervisor").post(f"{page_of(site, 'tracer1')}/absences", data=form)
    assert answer.status_code == 422 and words in answer.text
    with site.system() as session:
        assert session.scalars(select(Absence)).all() == []


def test_a_supervisor_has_no_page_of_those_they_do_not_lead(site: Site) -> None:
    client = site.browser("supervisor")
    other, form = page_of(site, "tracer4"), {"kind": "sick", "first_day": clock.today().isoformat()}
    assert client.get(other).status_code == client.post(f"{other}/absences", data=form).status_code == 404
    assert site.browser("tracer1").get(page_of(site, "tracer1")).status_code == 404


# How somebody works, on the administrator's page.


def work_page(site: Site) -> tuple[str, dict[str, object]]:
    with site.system() as session:
        mine = world.account(session, "tracer1")
        form = {"skills": ["clinical"], "languages": "Polish; ur", "capacity": "12", "version": mine.version}
        return f"/staff/{mine.id}/work", {**form, "pattern": "monday-friday 8:00-14:00"}


def row(site: Site) -> Staff:
    with site.system() as session:
        return world.account(session, "tracer1")


def test_an_administrator_says_how_somebody_works(site: Site) -> None:
    client, (page, form) = site.browser("admin"), work_page(site)
    before = row(site)
    assert client.post(page, data=form).status_code == 302
    after = row(site)
    assert (after.skills, after.languages, after.capacity) == (["clinical"], ["pl", "ur"], 12)
    assert (after.pattern, after.epoch) == ("Mon-Fri 08:00-14:00", before.epoch)
    shown = client.get(page.removesuffix("/work")).text
    assert "Mon-Fri 08:00-14:00" in shown and "Polish, Urdu" in shown
    assert client.post(page, data=form).status_code == 409, "the page was opened before the change"
    cleared = {"version": after.version, "languages": "", "capacity": "", "pattern": ""}
    client.post(page, data=cleared)
    assert (row(site).skills, row(site).languages, row(site).capacity, row(site).pattern) == ([], [], 8, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"skills": ["juggling"]}, "Choose skills from the list"),
        ({"languages": "Klingon"}, "is no language that Tracer knows"),
        ({"capacity": "201"}, "a number from 1 to 200"),
        ({"capacity": "0"}, "a number from 1 to 200"),
        ({"pattern": "always"}, "“always” is no day"),
        ({"pattern": "Mon"}, "has no hours"),
    ],
)
def test_what_cannot_be_kept_is_explained(site: Site, wrong: dict[str, object], words: str) -> None:
    client, (page, form) = site.browser("admin"), work_page(site)
    answer = client.post(page, data={**form, **wrong})
    assert answer.status_code == 422 and words in answer.text
    assert row(site).skills == []


def test_nobody_else_changes_how_somebody_works(site: Site) -> None:
    page, form = work_page(site)
    for account in ("supervisor", "tracer1", "privacy", "trainer"):
        assert site.browser(account).post(page, data=form).status_code == 404
