"""The pages of training and readiness, worked by keyboard in each of their states."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.site import Site
from tests.web.test_readiness import mixed

__all__ = ["mixed"]  # a fixture, by its name
pytestmark = pytest.mark.browser


def test_a_course_from_the_list_to_the_certificate(mixed: Site, person: Callable[..., Person]) -> None:
    """Every kind of page of the training, each looked at closely; the test is answered by the keyboard."""
    somebody = person()
    somebody.sign_in("tracer1")
    page = somebody.page
    page.goto(somebody.address + "/training")
    somebody.check()
    page.locator("main a.govuk-button").click()
    somebody.check()
    page.locator("main ol a").first.click()
    somebody.check()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    somebody.check()
    page.go_back()
    page.get_by_role("button", name="Begin the test").click()
    somebody.check()
    page.get_by_role("button", name="Hand it in").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Answer question 1.")
    somebody.check()
    for group in page.locator("fieldset").all():
        group.locator("input").first.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Hand it in").press("Enter")
    expect(page.locator("h1")).to_contain_text("assed")
    somebody.check()
    page.goto(somebody.address + "/training/undertaking")
    somebody.check()
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Sign", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Signed.")
    page.get_by_role("link", name="certificate of").click()
    somebody.check()


def test_who_is_ready_and_who_is_not(mixed: Site, person: Callable[..., Person]) -> None:
    """The numbers, a person, grace given by the keyboard; and what somebody without training is told."""
    lead, untrained = person(), person()
    lead.sign_in("supervisor")
    lead.go("/training/people")
    lead.check()
    lead.go("/training/certificates?code=ABC")
    lead.check()
    lead.page.go_back()
    lead.page.get_by_role("link", name="Tracer1 Example").press("Enter")
    expect(lead.page.locator("h1")).to_have_text("Tracer1 Example")
    lead.check()
    lead.press("button", "Let them work")
    expect(lead.page.get_by_text("Write why they may work")).to_be_visible()
    lead.check()
    lead.page.get_by_label("Why").focus()
    lead.page.keyboard.type("Needed for the outbreak at the mill")
    lead.page.keyboard.press("Enter")
    expect(lead.page.get_by_text("by grace until")).to_be_visible()
    lead.check()
    untrained.sign_in("tracer2")
    expect(untrained.page.get_by_text("You see no records yet")).to_be_visible()
    expect(untrained.page.get_by_role("button", name="Get next case")).to_have_count(0)
    untrained.check()
    untrained.press("link", "See what to do next")
    expect(untrained.page.locator("h1")).to_have_text("Your training")
    untrained.check()
