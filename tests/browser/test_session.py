"""The page that waits: warned before the end, signed in again in place, blanked at once; nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from tests import world
from tests.browser.calls import at_a_case, at_an_interview
from tests.browser.conftest import Person
from tests.conftest import Clock
from tests.site import Site
from tracer import clock
from tracer.casework import passwords
from tracer.models import Answer, SignIn

pytestmark = pytest.mark.browser


def test_warned_before_the_end_and_signed_in_again_in_place(
    site: Site, person: Callable[..., Person], later: Clock
) -> None:
    tracer = at_an_interview(site, person)
    page, interview = tracer.page, tracer.page.url
    # The page's own word that the call goes on does not get through: it would keep the sign-in.
    page.route("**/call", lambda route: route.abort())
    page.wait_for_load_state("networkidle")  # nor is one under way
    later(timedelta(minutes=26))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    warning = page.get_by_role("alertdialog", name="Are you still there?")
    warning.wait_for()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert "4 minutes" in warning.inner_text()
    with page.expect_response(lambda reply: reply.request.method == "POST" and reply.url.endswith("/session")):
        page.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    later(timedelta(minutes=29))
    lasts = page.request.get(f"{tracer.address}/session", headers={"Content-Type": "application/json"})
    assert lasts.status == 200 and lasts.json()["seconds"] == 60, "staying renewed it"

    page.unroute("**/call")
    later(timedelta(minutes=31))
    page.get_by_label("Yes, it is them").check()
    cover = page.get_by_role("alertdialog", name="You are signed out")
    cover.wait_for()
    expect(page.locator("main")).not_to_be_visible()
    assert page.title() == "Hidden - Tracer"
    expect(page.get_by_label("E-mail address")).to_be_focused()
    tracer.complaints.clear()  # the browser says of a 401 that it failed
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    page.keyboard.type(world.address("tracer1"))
    page.keyboard.press("Tab")
    page.keyboard.type("not the right one")
    page.keyboard.press("Enter")
    page.get_by_text("is not right").wait_for()
    page.get_by_label("Password", exact=True).fill(world.PASSWORD)
    page.keyboard.press("Enter")
    cover.wait_for(state="hidden")
    page.locator("#saved[data-state=saved]").wait_for()
    assert page.url == interview and page.get_by_label("Yes, it is them").is_checked()
    with site.system() as session:
        assert len(session.scalars(select(Answer)).all()) == 1, "what waited was sent"


def test_somebody_behind_me(site: Site, person: Callable[..., Person]) -> None:
    tracer = at_an_interview(site, person)
    page = tracer.page
    page.context.set_offline(True)
    page.keyboard.press("Alt+Shift+KeyH")
    cover = page.get_by_role("alertdialog", name="The screen is hidden")
    cover.wait_for(timeout=2000)
    expect(page.locator("main")).not_to_be_visible()
    expect(page.locator("header")).not_to_be_visible()
    assert page.title() == "Hidden - Tracer"
    page.context.set_offline(False)
    other = page.context.new_page()
    for _ in range(50):
        other.goto(f"{tracer.address}/caseload")
        if "/veil" in other.url:
            break
        other.wait_for_timeout(100)
    assert "Tracer1" not in other.content() and "Caseload" not in other.locator("body").inner_text()
    other.close()
    page.reload()
    assert "/veil" in page.url
    tracer.complaints.clear()
    tracer.check()
    page.get_by_label("Password").fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/veil" not in url)
    assert "/introduction" in page.url
    with site.system() as session:
        assert session.scalars(select(SignIn.veiled_at)).one() is None


def test_an_answer_from_before_the_veil_does_not_lift_it(site: Site, person: Callable[..., Person]) -> None:
    """What the server said before it knew of the veil comes after the cover is up, twice: it stays up."""
    tracer = at_an_interview(site, person)
    page = tracer.page
    asked: list[Route] = []
    page.route("**/session", lambda route: asked.append(route))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(100)
    stale = asked.pop().fetch()
    page.route("**/veil", lambda route: route.abort())
    page.keyboard.press("Alt+Shift+KeyH")
    cover = page.get_by_role("alertdialog", name="The screen is hidden")
    cover.wait_for()
    page.unroute("**/session")
    page.route("**/session", lambda route: route.fulfill(response=stale))
    with page.expect_response("**/session"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    expect(cover).to_be_visible()
    expect(page.locator("main")).not_to_be_visible()
    page.unroute("**/session")
    page.unroute("**/veil")
    page.wait_for_timeout(1500)  # it was tried again by now
    with site.system() as session:
        assert session.scalars(select(SignIn.veiled_at)).one() is not None
    page.get_by_label("Password", exact=True).fill(world.PASSWORD)
    page.keyboard.press("Enter")
    cover.wait_for(state="hidden")
    tracer.complaints.clear()  # the browser says of what was cut off that it failed


def test_it_comes_back_with_what_was_typed(site: Site, person: Callable[..., Person]) -> None:
    tracer, _ = at_a_case(site, person)
    page = tracer.page
    page.get_by_label("Note (if it helps").fill("Asked for Wednesday")
    tracer.press("button", "Hide the screen")
    page.get_by_label("Password", exact=True).fill("somebody else guesses")
    page.keyboard.press("Enter")
    page.get_by_text("not your password").wait_for()
    tracer.complaints.clear()
    page.get_by_label("Password", exact=True).fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.locator("main").wait_for()
    assert page.get_by_label("Note (if it helps").input_value() == "Asked for Wednesday"
    assert "Canary1" in page.locator("h1").inner_text()
    tracer.check()
    page.emulate_media(media="print")
    assert page.locator("main").is_hidden() and page.locator(".paper").is_visible()


def test_a_page_does_not_leave_by_the_clipboard(site: Site, person: Callable[..., Person]) -> None:
    tracer, case = at_a_case(site, person)
    page = tracer.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    assert page.evaluate("navigator.clipboard.readText()") == "Tracer: records stay on the screen."
    page.locator(".reference").first.dblclick()
    page.keyboard.press("Control+C")
    assert page.evaluate("navigator.clipboard.readText()").strip() == case.reference


def test_the_pages_around_signing_in(site: Site, person: Callable[..., Person]) -> None:
    """Accessible, narrow enough, by keyboard."""
    with site.system() as session:
        world.account(session, "tracer2").password_hash = None
        invited = "/join/" + passwords.link(world.account(session, "tracer2"), clock.now())
    somebody = person()
    for path in ("/sign-in", "/forgotten-password", invited):
        somebody.page.goto(somebody.address + path)
        somebody.check()
    assert somebody.page.goto(somebody.address + "/join/nothing").status == 404  # type: ignore[union-attr]
    somebody.complaints.clear()
    somebody.check()
    somebody.sign_in("tracer1")
    for path in ("/account", "/account/password"):
        somebody.page.goto(somebody.address + path)
        somebody.check()
