"""The forecast in the browser: the drawings have names, the hours open by keyboard, and it is narrow enough."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.site import Site
from tests.web.test_forecast import counted

pytestmark = pytest.mark.browser


def test_drawings_and_tables(site: Site, person: Callable[..., Person]) -> None:
    counted(site, 80)
    somebody = person()
    somebody.sign_in("supervisor")
    page = somebody.page
    page.goto(somebody.address + "/insight/forecast")
    somebody.check()
    expect(page.get_by_role("img", name="What waits at the end of each hour")).to_be_visible()
    page.get_by_role("region", name="What comes in each hour, and what can be done, drawn").focus()
    page.locator("main summary").last.focus()
    page.keyboard.press("Enter")
    # Exactly: in that hour of the day, today's row says "from 19:00" too.
    expect(page.get_by_role("rowheader", name="19:00", exact=True)).to_be_visible()
    somebody.check()
