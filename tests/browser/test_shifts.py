"""Presence and callbacks, looked at closely and worked by the keyboard alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests import world
from tests.browser.conftest import Person
from tests.site import Site
from tracer import clock
from tracer.models import Task

pytestmark = pytest.mark.browser


def promise(site: Site, *, minutes: int) -> str:
    """A callback of tracer1's so many minutes from now; its reference."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        task.callback, task.not_before = True, clock.now() + timedelta(minutes=minutes)
        return case.reference


def test_a_break_is_taken_and_ended_by_the_keyboard(site: Site, person: Callable[..., Person]) -> None:
    tracer = person()
    tracer.sign_in("tracer1")
    tracer.press("button", "Take a break")
    expect(tracer.page.get_by_text("You are on a break since").first).to_be_visible()
    tracer.check()
    tracer.press("button", "I am available")
    expect(tracer.page.locator(".presence strong")).to_have_text("available")


def test_the_banner_leads_to_the_callback_on_any_page(site: Site, person: Callable[..., Person]) -> None:
    tracer, reference = person(), promise(site, minutes=8)
    tracer.sign_in("tracer1")
    tracer.go("/help")
    banner = tracer.page.locator("#signals").filter(has_text="Callback soon")
    expect(banner).to_be_visible()
    tracer.check()
    tracer.press("link", reference)
    expect(tracer.page.locator("h1")).to_be_visible()
    tracer.press("button", "Start or go on")
    expect(tracer.page.locator(".call")).to_be_visible()
    expect(tracer.page.locator("#signals")).to_contain_text("Callback soon")
    tracer.check()


def test_a_callback_that_is_passed_on_shows_on_a_page_that_stays_open(
    site: Site, person: Callable[..., Person]
) -> None:
    tracer = person()
    tracer.sign_in("tracer1")
    expect(tracer.page.locator("#signals")).to_have_attribute("data-wait", "60")
    tracer.page.clock.install()
    tracer.page.reload()
    reference = promise(site, minutes=0)
    tracer.page.clock.run_for(61_000)
    expect(tracer.page.locator("#signals")).to_contain_text("Callback now")
    with site.system() as session:
        session.scalars(select(Task)).one().callback = False
    tracer.page.clock.run_for(61_000)
    expect(tracer.page.locator("#signals")).not_to_contain_text(reference)
    tracer.check()


def test_a_supervisor_puts_an_absence_on_record(person: Callable[..., Person]) -> None:
    lead = person()
    lead.sign_in("supervisor")
    lead.go("/team")
    lead.press("link", "Hours and absences of Tracer1 Example")
    expect(lead.page.locator("h1")).to_have_text("Tracer1 Example")
    lead.check()
    lead.press("radio", "On leave")
    lead.page.get_by_label("Last day").fill("never")
    lead.press("button", "Put it on record")
    expect(lead.page.get_by_role("alert")).to_contain_text("Enter a day like")
    lead.check()
    lead.page.get_by_label("Last day").fill("")
    lead.press("button", "Put it on record")
    expect(lead.page.get_by_text("further notice")).to_be_visible()
    lead.check()
    lead.press("button", "They are back")
    expect(lead.page.get_by_text("ended early")).to_be_visible()


def test_an_administrator_says_how_somebody_works(site: Site, person: Callable[..., Person]) -> None:
    with site.system() as session:
        where = f"/staff/{world.account(session, 'tracer1').id}"
    keeper = person()
    keeper.sign_in("admin")
    keeper.go(where)
    keeper.press("link", "Change skills, languages")
    keeper.press("checkbox", "Clinical")
    keeper.page.get_by_label("When they work").fill("Mon 8-14")
    keeper.press("button", "Save")
    expect(keeper.page.get_by_role("alert")).to_contain_text("neither a day nor hours")
    keeper.check()
    keeper.page.get_by_label("When they work").fill("Mon-Fri 08:00-14:00")
    keeper.press("button", "Save")
    expect(keeper.page.get_by_text("Mon-Fri 08:00-14:00")).to_be_visible()
    keeper.check()
