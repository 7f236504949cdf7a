"""An interview when the line drops, the browser is killed, or there is no JavaScript."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests import world
from tests.browser.calls import choose
from tests.browser.conftest import Person
from tests.site import Site
from tracer import clock
from tracer.models import Answer, Interview

pytestmark = pytest.mark.browser


def test_nothing_typed_is_lost(site: Site, person: Callable[..., Person]) -> None:
    """The line drops, answers wait and go out in order; the browser is killed, and what was saved is there."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    tracer = person()
    tracer.sign_in("tracer1")
    tracer.page.goto(f"{tracer.address}/cases/{case.id}")
    tracer.press("button", "Start or go on with the interview")
    tracer.page.wait_for_url("**/introduction**")
    tracer.page.context.set_offline(True)
    choose(tracer, "Am I speaking to", "Yes, it is them")
    tracer.page.get_by_text("Not saved: retrying").wait_for()
    tracer.page.context.set_offline(False)
    tracer.page.locator("#saved[data-state=saved]").wait_for()
    address = tracer.page.url
    tracer.page.context.close()
    again = person()
    again.sign_in("tracer1")
    again.page.goto(address)
    assert again.page.get_by_label("Yes, it is them").is_checked()
    with site.system() as session:
        assert len(session.scalars(select(Answer)).all()) == 1


def test_without_javascript(site: Site, person: Callable[..., Person]) -> None:
    """The same pages, plain: save, go on, add and take off the list, reveal on a page of its own."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    tracer = person(javascript=False)
    tracer.sign_in("tracer1")
    tracer.page.goto(f"{tracer.address}/cases/{case.id}")
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
