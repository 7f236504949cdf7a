"""Help, looked at closely: asked by the keyboard, answered, found; what does not work, at the top."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person

pytestmark = pytest.mark.browser


def fill(somebody: Person, label: str, words: str) -> None:
    """With the keyboard alone."""
    somebody.page.get_by_label(label, exact=True).focus()
    somebody.page.keyboard.type(words)


def test_from_a_question_to_help(person: Callable[..., Person]) -> None:
    asker, desk, keeper = person(), person(), person()
    asker.sign_in("tracer1")
    asker.press("link", "Help", -1)
    expect(asker.page.locator("h1")).to_have_text("Help")
    asker.check()
    fill(asker, "Your question", "May I ring 07400 100001 back?")
    asker.press("button", "Ask")
    expect(asker.page.get_by_role("alert")).to_contain_text("telephone number")
    asker.check()
    asker.page.get_by_label("Your question", exact=True).fill("Where do I see what I did today?")
    asker.press("button", "Ask")
    expect(asker.page.get_by_text("waits for an answer")).to_be_visible()
    asker.check()
    keeper.sign_in("admin")
    keeper.go("/help/problems")
    fill(keeper, "What does not work", "Reveal is slow")
    fill(keeper, "What to do meanwhile", "Wait a minute; we are on it until noon.")
    keeper.press("button", "Show it to everybody")
    expect(keeper.page.get_by_role("button", name="It works again")).to_be_visible()
    keeper.check()
    desk.sign_in("trainer")
    desk.go("/help/questions")
    desk.check()
    desk.press("link", "Where do I see")
    expect(desk.page.get_by_text("from the page /caseload")).to_be_visible()
    desk.check()
    fill(desk, "Answer", "On “My day”, at the top of every page.")
    desk.press("checkbox", "Show this to everybody")
    desk.press("button", "Save the answer")
    expect(desk.page.get_by_role("alert")).to_contain_text("Give a title")
    desk.check()
    fill(desk, "Title", "What I did today")
    desk.press("button", "Save the answer")
    expect(desk.page.get_by_text("for everybody", exact=True)).to_be_visible()
    desk.check()
    asker.go("/help")
    fill(asker, "Search help", "MY DAY")
    asker.page.keyboard.press("Enter")
    expect(asker.page.get_by_role("heading", name="What I did today", exact=True)).to_be_visible()
    expect(asker.page.get_by_text("Reveal is slow")).to_be_visible()
    asker.check()
    asker.go("/help?q=nowhere+found")
    expect(asker.page.get_by_text("Nothing is found")).to_be_visible()
    asker.check()
