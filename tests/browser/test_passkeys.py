"""Passkeys in Chromium with a device of its own: made at the first sign-in, used to sign in and to step up.

By keyboard, with no accessibility fault, and with words for a browser without JavaScript.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from tests import world
from tests.browser.conftest import Person
from tests.conftest import Templates
from tests.serving import listening
from tests.site import Site
from tests.web.conftest import production
from tracer import clock, db
from tracer.models import SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def site(database: str, templates: Templates, tmp_path: Path) -> Iterator[Site]:
    """Production, at http://localhost, which browsers trust as they do HTTPS."""
    url = templates.copy(database, tmp_path)
    yield production(tmp_path, url)
    db.dispose()
    templates.drop(url)


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    site.app.config["WTF_CSRF_ENABLED"] = True
    with listening(site.app) as port:
        yield f"http://localhost:{port}"


def device(page: Page) -> None:
    """A device that keeps passkeys and says yes when it is asked for a finger."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def password(one: Person, account: str) -> None:
    """The password alone, with the keyboard: halfway in."""
    one.page.goto(f"{one.address}/sign-in")
    one.page.fill("#email", world.address(account))
    one.page.fill("#password", world.PASSWORD)
    one.page.focus("#password")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/sign-in/se*")


def test_made_used_to_sign_in_and_to_step_up(site: Site, person: Callable[..., Person]) -> None:
    one = person()
    page = one.page
    device(page)
    password(one, "admin")
    page.wait_for_url("**/sign-in/set-up")
    one.check()
    page.get_by_label("What shall we call it?").fill("Work laptop")
    one.press("button", "Make a passkey")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    one.check()
    one.press("button", "I have kept them: go on")
    page.wait_for_url("**/staff")
    one.press("button", "Sign out")
    page.wait_for_url("**/sign-in")
    one.check()
    one.press("button", "Sign in with a passkey")
    page.wait_for_url("**/staff")
    page.goto(f"{one.address}/account/factors")
    one.check()
    with site.system() as session:
        for row in session.scalars(select(SignIn)):
            row.proved_at = clock.now() - timedelta(minutes=11)
    one.press("button", "Make new recovery codes")
    page.get_by_role("heading", name="Is it still you?").wait_for()
    one.complaints.clear()  # the question is an answer of 403, which the console notes
    one.check()
    one.press("button", "Use my passkey")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    one.press("button", "Sign out")
    page.wait_for_url("**/sign-in")
    password(one, "admin")
    page.wait_for_url("**/sign-in/second")
    one.check()
    one.press("button", "Use my passkey")
    page.wait_for_url("**/staff")
    assert one.complaints == []


def test_it_brings_the_screen_back_with_what_was_typed(site: Site, person: Callable[..., Person]) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    one = person()
    page = one.page
    device(page)
    password(one, "tracer1")
    page.wait_for_url("**/sign-in/set-up")
    page.get_by_label("What shall we call it?").fill("Telephone")
    one.press("button", "Make a passkey")
    one.press("button", "I have kept them: go on")
    page.goto(f"{one.address}/cases/{case.id}")
    page.get_by_label("Note (if it helps").fill("Asked for Wednesday")
    one.press("button", "Hide the screen")
    cover = page.get_by_role("alertdialog", name="The screen is hidden")
    cover.wait_for()
    one.check()
    one.press("button", "Use a passkey instead")
    cover.wait_for(state="hidden")
    assert page.get_by_label("Note (if it helps").input_value() == "Asked for Wednesday"
    with page.expect_response("**/veil"):
        one.press("button", "Hide the screen")
    cover.wait_for()
    page.reload()
    page.wait_for_url(lambda url: "/veil?" in url)
    one.complaints.clear()
    one.check()
    one.press("button", "Use my passkey")
    page.wait_for_url("**/cases/*")


def test_what_goes_wrong_at_the_device_is_said_in_words(person: Callable[..., Person]) -> None:
    """No name, and a device that has a passkey for them already: the page says so, and stays usable."""
    one = person()
    page = one.page
    device(page)
    password(one, "tracer1")
    page.wait_for_url("**/sign-in/set-up")
    one.press("button", "Make a passkey")
    page.get_by_text("Give the passkey a name first").wait_for()
    page.get_by_label("What shall we call it?").fill("Telephone")
    page.wait_for_timeout(1100)  # a second press within a second counts as a double click, and is held back
    one.press("button", "Make a passkey")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.goto(f"{one.address}/account/factors/passkey")
    page.get_by_label("What shall we call it?").fill("Telephone again")
    one.press("button", "Make a passkey")
    page.get_by_text("This device has a passkey for you already").wait_for()
    one.check()


def test_without_javascript_the_app_works(person: Callable[..., Person]) -> None:
    import pyotp

    one = person(javascript=False)
    page = one.page
    page.goto(f"{one.address}/sign-in")
    page.fill("#email", world.address("tracer1"))
    page.fill("#password", world.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/set-up")
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    assert not page.get_by_role("button", name="Make a passkey").is_visible()
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".letters").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("button", name="I have kept them: go on").click()
    page.wait_for_url("**/caseload")


def test_the_page_of_the_app(person: Callable[..., Person]) -> None:
    one = person()
    password(one, "tracer1")
    one.page.goto(f"{one.address}/sign-in/set-up/app")
    one.check()
    assert one.page.locator(".qr").evaluate("one => one.complete && one.naturalWidth > 100")
