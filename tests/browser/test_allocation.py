"""Handing out what waits, looked at closely and by the keyboard alone; the page looks by itself for its plan."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.site import Site
from tests.web.test_allocation import holders, wait, work

pytestmark = pytest.mark.browser


def test_a_plan_from_the_board_to_the_people(site: Site, person: Callable[..., Person]) -> None:
    wait(site, 5)
    lead = person()
    lead.sign_in("supervisor")
    lead.press("link", "Hand out what waits")
    expect(lead.page.locator("h1")).to_have_text("Hand out what waits")
    lead.check()
    lead.press("button", "Make a plan for North")
    expect(lead.page.get_by_text("The plan is being made.")).to_be_visible()
    lead.check()
    work(site)
    expect(lead.page.get_by_text("5 tasks can be given")).to_be_visible(timeout=15_000)
    lead.check()
    lead.press("button", "Hand out 5 tasks")
    expect(lead.page.get_by_text("The work is being handed out. What")).to_be_visible()
    work(site)
    expect(lead.page.get_by_text("5 tasks were handed out.")).to_be_visible(timeout=15_000)
    lead.check()
    assert len(holders(site)) == 5
