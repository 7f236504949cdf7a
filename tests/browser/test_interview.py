"""An interview when the line drops, the browser is killed, or there is no JavaScript."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.calls import at_a_case, at_an_interview, choose
from tests.browser.conftest import Person
from tests.site import Site
from tracer import clock
from tracer.models import Answer, Interview

pytestmark = pytest.mark.browser


def timed(person: Callable[..., Person]) -> Person:
    """Somebody whose browser's time can be moved on."""
    somebody = person()
    somebody.page.clock.install()
    return somebody


def test_nothing_typed_is_lost(site: Site, person: Callable[..., Person]) -> None:
    """The line drops for a minute, answers wait and go out in order; the browser is killed, and all is there."""
    tracer = at_an_interview(site, partial(timed, person))
    page = tracer.page
    page.context.set_offline(True)
    choose(tracer, "Am I speaking to", "Yes, it is them")
    page.get_by_text("Not saved: retrying, 1 answer waits").wait_for()
    for _ in range(6):
        page.clock.run_for(10_000)  # of the page's own time: every try that it makes in a minute is made
        expect(page.locator("#saved[data-state=failing]")).to_be_visible()
    page.context.set_offline(False)
    page.clock.run_for(60_000)
    page.locator("#saved[data-state=saved]").wait_for()
    address = page.url
    tracer.page.context.close()
    again = person()
    again.sign_in("tracer1")
    again.page.goto(address)
    assert again.page.get_by_label("Yes, it is them").is_checked()
    with site.system() as session:
        assert len(session.scalars(select(Answer)).all()) == 1


def test_without_javascript(site: Site, person: Callable[..., Person]) -> None:
    """The same pages, plain: save, go on, add and take off the list, reveal on a page of its own."""
    tracer, case = at_a_case(site, partial(person, javascript=False))
    tracer.press("button", "Reveal Telephone")
    tracer.page.wait_for_url("**/reveal/phone")
    tracer.page.goto(f"{tracer.address}/cases/{case.id}")
    tracer.press("button", "Start or go on with the interview")
    choose(tracer, "Am I speaking to", "Yes, it is them")
    tracer.press("button", "Save and continue")
    tracer.page.get_by_text("more questions on this page").wait_for()
    choose(tracer, "Is this a good time", "Yes")
    tracer.press("button", "Save and continue")
    tracer.page.wait_for_url("**/identity**")
    with site.system() as session:
        assert session.scalars(select(Interview)).one().started_at <= clock.now()
