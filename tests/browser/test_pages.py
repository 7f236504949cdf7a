"""Every page in the navigation of every role is accessible, by keyboard and narrow enough."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Person
from tests.conftest import ONE
from tests.site import Site

# What the browser does here is the same whichever database there is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ONE, indirect=True)]


@pytest.mark.parametrize("account", ["admin", "privacy", "trainer", "tracer1"])
def test_other_pages(site: Site, person: Callable[..., Person], account: str, batch: Path) -> None:
    """The pages of the navigation, and the first record that each leads to."""
    site.app.test_cli_runner().invoke(args=["intake", "load", str(batch)])
    somebody = person()
    somebody.sign_in(account)
    ways = [way.get_attribute("href") for way in somebody.page.locator(".ways__way").all()]
    assert ways
    for way in ways:
        somebody.page.goto(somebody.address + str(way))
        somebody.check()
        for inner in somebody.page.locator("main a[href^='/']").all()[:1]:
            somebody.page.goto(somebody.address + str(inner.get_attribute("href")))
            somebody.check()
