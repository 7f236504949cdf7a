"""Two windows on one interview: what one gives appears in the other, and nothing that is being typed is disturbed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.calls import at_an_interview
from tests.browser.conftest import Person
from tests.site import Site
from tracer.interview.answers import from_document
from tracer.models import Answer
from tracer.vault import current

pytestmark = pytest.mark.browser


MAIL, PHONE = "best_email", "best_phone"


def standing(site: Site) -> dict[str, object]:
    """What was said last to each of the two questions."""
    with site.system() as session:
        rows = session.scalars(
            select(Answer).where(~Answer.beside, Answer.key.in_((MAIL, PHONE))).order_by(Answer.id)
        ).all()
        return {one.key: from_document(current().open(one.sealed, one.interview_id)) for one in rows}


def saved(page: Page) -> None:
    """The page says that everything is saved."""
    page.locator("#saved[data-state=saved]").wait_for()


@pytest.fixture
def windows(site: Site, person: Callable[..., Person]) -> tuple[Page, Page]:
    """The same section in two windows."""
    tracer = at_an_interview(site, person, "reaching")
    pages = tracer.page, tracer.page.context.new_page()
    pages[1].goto(tracer.page.url)
    return pages


def test_different_questions_meet(site: Site, windows: tuple[Page, Page]) -> None:
    one, two = windows
    one.locator("#best_phone").fill("07400 100200")
    two.locator("#best_email").fill("two@example.com")
    saved(one)
    saved(two)
    expect(two.locator("#best_phone")).to_have_value("07400 100200")
    expect(one.locator("#best_email")).to_have_value("two@example.com")
    expect(one.locator("[data-key=best_email] [data-elsewhere]")).to_be_visible()
    two.locator("#best_email").blur()
    one.locator("#best_email").fill("better@example.com")
    expect(two.locator("#best_email")).to_have_value("better@example.com")
    expect(one.locator("[data-key=best_email] [data-elsewhere]")).to_be_hidden()
    assert one.locator("[data-dispute]:visible").count() == 0
    assert standing(site) == {"best_phone": "07400 100200", "best_email": "better@example.com"}


def test_what_is_being_typed_is_left_alone_and_a_conflict_is_picked(site: Site, windows: tuple[Page, Page]) -> None:
    """The other window's answer comes while somebody types: their words, caret and focus stay; both are shown."""
    one, two = windows
    field = two.locator("#best_email")
    two.route("**/answers", lambda route: route.abort())
    two.route("**/call", lambda route: route.abort())
    field.focus()
    two.keyboard.type("mine@example.com")
    one.locator("#best_email").fill("theirs@example.com")
    saved(one)
    two.keyboard.press("Home")
    two.unroute("**/answers")
    two.unroute("**/call")
    two.keyboard.type("x")
    dispute = two.locator("[data-key=best_email] [data-dispute]")
    expect(dispute).to_contain_text("theirs@example.com", timeout=15_000)
    expect(field).to_be_focused()
    assert two.evaluate("document.activeElement.selectionStart") == 1
    two.keyboard.type("y")
    expect(field).to_have_value("xymine@example.com")
    expect(one.locator("[data-key=best_email] [data-dispute]")).to_contain_text("mine@example.com")
    saved(two)
    expect(dispute).to_contain_text("xymine@example.com")

    dispute.get_by_label("theirs@example.com").focus()
    two.keyboard.press("Space")
    expect(dispute).to_be_hidden()
    expect(field).to_have_value("theirs@example.com")
    expect(one.locator("[data-key=best_email] [data-dispute]")).to_be_hidden()
    assert standing(site)["best_email"] == "theirs@example.com"
    one.locator("#best_email").fill("last@example.com")
    saved(one)
    expect(field).to_have_value("last@example.com")


def test_somebody_who_is_put_on_a_list_or_taken_off_in_another_window(
    site: Site, person: Callable[..., Person]
) -> None:
    """They appear, or go with a way back, while the caret stays where it is."""
    tracer = at_an_interview(site, person, "contacts")
    one, two = tracer.page, tracer.page.context.new_page()
    one.get_by_role("group", name="Was there anybody like that").get_by_label("Yes", exact=True).check()
    saved(one)
    two.goto(one.url)
    two.get_by_role("button", name="Add a person").click()
    two.locator("#contact-1-contact_given_name").fill("Wren")
    saved(two)
    one.locator("#_notes").evaluate("notes => { document.getElementById('notes').open = true; notes.focus(); }")
    one.keyboard.type("Sounds tired")
    expect(one.locator("#contact-1-contact_given_name")).to_have_value("Wren")
    expect(one.locator("#_notes")).to_be_focused()
    one.locator("#contact-1-contact_family_name").fill("Sparrow")
    saved(one)
    expect(two.locator("#contact-1-contact_family_name")).to_have_value("Sparrow")
    two.get_by_role("button", name="Take off the list").click()
    two.wait_for_url("**#contact")
    expect(one.get_by_text("was taken off the list in another window")).to_be_visible()
    one.get_by_role("button", name="Put back").click()
    one.wait_for_url("**#contact-1")
    expect(one.locator("#contact-1-contact_family_name")).to_have_value("Sparrow")
    tracer.check()


def test_an_answer_that_comes_while_the_field_has_the_focus_waits(windows: tuple[Page, Page]) -> None:
    one, two = windows
    two.locator("#best_email").focus()
    one.locator("#best_email").fill("new@example.com")
    saved(one)
    two.wait_for_timeout(600)
    expect(two.locator("#best_email")).to_have_value("")
    two.locator("#best_phone").focus()
    expect(two.locator("#best_email")).to_have_value("new@example.com")
