"""A question from a call to its answer, a review, and the live board, looked at closely and by the keyboard alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import world
from tests.browser.conftest import Person
from tests.site import Site
from tests.web.test_record_questions import answered, asked_of, skilled
from tests.web.test_reviews import MARKS, drawn, finished
from tracer import clock
from tracer.models import Case, Task
from tracer.schemas.review_forms import ASKED

pytestmark = pytest.mark.browser
AT_ONCE = "document.dispatchEvent(new Event('visibilitychange'))"


def held(site: Site, number: int = 1, account: str = "tracer1") -> tuple[Case, Task]:
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, account)
    return case, task


def fill(somebody: Person, label: str, words: str) -> None:
    """With the keyboard alone."""
    somebody.page.get_by_label(label, exact=True).focus()
    somebody.page.keyboard.type(words)


def ask(somebody: Person, words: str, of: str) -> None:
    expect(somebody.page.locator("h1")).to_have_text("Ask my supervisor")
    somebody.press("button", "Ask")
    expect(somebody.page.get_by_role("alert")).to_contain_text("Write your question")
    somebody.check()
    fill(somebody, "Your question", words)
    somebody.press("radio", of)
    somebody.press("button", "Ask")
    expect(somebody.page.get_by_text("The answer stands on this record")).to_be_visible()


def test_from_a_question_to_the_answer(site: Site, person: Callable[..., Person]) -> None:
    case, _ = held(site)
    skilled(site, "tracer4", "clinical")
    asker, lead, expert = person(), person(), person()
    asker.sign_in("tracer1")
    asker.go(f"/cases/{case.id}")
    asker.press("button", "Ask my supervisor")
    ask(asker, "May he see his mother through the window?", "My supervisor")
    asker.check()
    asker.press("button", "Ask my supervisor")
    ask(asker, "Does a tight chest since noon call for an ambulance?", "A clinical expert")
    lead.sign_in("supervisor")
    lead.press("link", "Questions of your teams")
    expect(lead.page.get_by_role("heading", name="2 wait")).to_be_visible()
    lead.check()
    lead.press("link", "May he see his mother")
    expect(lead.page.locator("h1")).to_contain_text("A question of Tracer1 Example")
    lead.check()
    fill(lead, "Your answer", "Yes, from outside, with the window shut.")
    lead.press("button", "Answer")
    expect(lead.page.get_by_text("You, ", exact=False).first).to_be_visible()
    expert.sign_in("tracer4")
    expect(expert.page.get_by_text("for an expert like you")).to_be_visible()
    expert.check()
    expert.press("link", "answer")
    expect(expert.page.locator("h1")).to_have_text("Questions")
    expert.check()
    expert.press("link", "Clinical question on")
    expect(expert.page.locator("h1")).to_contain_text("A colleague’s question")
    expert.check()
    expert.press("button", "Take this question up")
    expect(expert.page.get_by_text("Does a tight chest")).to_be_visible()
    expert.check()
    expert.press("link", "Open the case")
    expect(expert.page.get_by_role("heading", name="You see this record to answer a question on it")).to_be_visible()
    expert.check()
    expert.press("link", "Go to the question and answer it")
    fill(expert, "Your answer", "Yes: 999, while you stay on the line.")
    expert.press("button", "Answer")
    expect(expert.page.get_by_text("The record is closed to you.")).to_be_visible()
    asker.go("/caseload")
    expect(asker.page.get_by_text("2 of your questions are answered:")).to_be_visible()
    asker.check()
    asker.press("link", "what you asked")
    expect(asker.page.locator("h1")).to_have_text("Questions")
    asker.check()
    asker.press("link", "Does a tight chest")
    expect(asker.page.get_by_text("while you stay on the line")).to_be_visible()
    asker.check()
    asker.press("button", "I have read it")
    expect(asker.page.locator("h1")).to_have_text("Questions")
    asker.go(f"/cases/{case.id}")
    expect(asker.page.get_by_text("with the window shut")).to_be_visible()
    asker.check()


def test_in_the_middle_of_a_call_the_question_opens_beside_it(site: Site, person: Callable[..., Person]) -> None:
    case, _ = held(site)
    caller = person()
    caller.sign_in("tracer1")
    caller.go(f"/cases/{case.id}")
    caller.press("button", "Start or go on with the interview")
    with caller.page.context.expect_page() as opened:
        caller.press("link", "Ask my supervisor")
    expect(opened.value.locator("h1")).to_have_text("Ask my supervisor")
    assert "/interviews/" in caller.page.url


def test_the_answer_comes_to_the_call_that_goes_on(site: Site, person: Callable[..., Person]) -> None:
    """Nobody looks it up: the page of the call says that it is there. The focus stays where it is, on a line too."""
    case, task = held(site)
    caller = person()
    caller.sign_in("tracer1")
    asked_of(site, case, "supervisor")
    caller.go(f"/cases/{case.id}")
    expect(caller.page.locator("#signals")).to_have_attribute("data-wait", "10")
    caller.press("button", "Start or go on with the interview")
    caller.page.clock.install()
    caller.page.reload()
    caller.page.get_by_role("radio").first.focus()
    answered(site, "Ring 999 while you stay on the line.")
    caller.page.clock.run_for(11_000)
    line = caller.page.locator("#signals").get_by_text("Your question is answered:")
    expect(line).to_be_visible()
    assert caller.page.evaluate("document.activeElement.type") == "radio"
    caller.check()
    caller.page.locator("#signals a").focus()
    with site.system() as session:
        promised = session.get_one(Task, task.id)
        promised.callback, promised.not_before = True, clock.now() + timedelta(minutes=5)
    caller.page.clock.run_for(61_000)
    expect(caller.page.locator("#signals p")).to_have_text([re.compile("Callback"), re.compile("Your question")])
    assert caller.page.evaluate("document.activeElement.closest('p').textContent").startswith("Your question")
    caller.page.locator("#signals p").nth(1).get_by_role("link").click()
    expect(caller.page.get_by_text("while you stay on the line")).to_be_visible()


def test_whoever_is_on_a_call_is_shown_nobody_elses_question(site: Site, person: Callable[..., Person]) -> None:
    case, _ = held(site)
    other, _ = held(site, 2, "tracer2")
    skilled(site, "tracer1", "clinical")
    asked_of(site, other, "clinical", "tracer2")
    caller = person()
    caller.sign_in("tracer1")
    line = caller.page.locator("#signals").get_by_text("A question waits for an expert like you")
    expect(line).to_be_visible()
    caller.go(f"/cases/{case.id}")
    caller.press("button", "Start or go on with the interview")
    expect(caller.page.locator(".call")).to_be_visible()
    expect(line).to_be_hidden()
    caller.check()


def test_a_review_by_the_keyboard(site: Site, person: Callable[..., Person]) -> None:
    drawn(site, finished(site))
    lead, tracer = person(), person()
    lead.sign_in("supervisor")
    lead.press("link", "Reviews of finished work")
    expect(lead.page.locator("h1")).to_have_text("Reviews of finished work")
    lead.check()
    lead.press("link", "Review the interview")
    expect(lead.page.locator("h1")).to_contain_text("Tracer1 Example’s")
    lead.press("button", "Save the review")
    expect(lead.page.get_by_role("alert")).to_contain_text("needs an answer")
    lead.check()
    for name, value in [("can_review", "yes"), ("reviewed_by", "record"), *((mark, "full") for mark in MARKS)]:
        radio = lead.page.locator(f"input[name='{ASKED}{name}'][value='{value}']")
        radio.focus()
        lead.page.keyboard.press("Space")
    lead.page.locator(f"input[name='{ASKED}decision'][value='approve']").focus()
    lead.page.keyboard.press("Space")
    fill(lead, "What was done well?", "A calm beginning")
    lead.press("button", "Save the review")
    expect(lead.page.get_by_text("Nothing waits.")).to_be_visible()
    lead.check()
    tracer.sign_in("tracer1")
    tracer.press("link", "Your finished work was reviewed")
    expect(tracer.page.get_by_text("A calm beginning")).to_be_visible()
    tracer.check()
    tracer.press("button", "I have read it")
    expect(tracer.page.locator("h1")).to_have_text("Your caseload")


def test_the_board_is_live_and_keeps_what_one_is_at(site: Site, person: Callable[..., Person]) -> None:
    _, first = held(site)
    _, second = held(site, 2)
    lead = person()
    lead.sign_in("supervisor")
    lead.check()
    page = lead.page
    box = page.locator(f"[data-row='{first.id}'] input")
    box.focus()
    page.keyboard.press("Space")
    with site.system() as session:
        world.give(session, session.get_one(Task, second.id), "tracer2")
        session.get_one(Task, first.id).due_at = clock.now() - timedelta(hours=1)
        world.make_case(session, 3)
    page.evaluate(AT_ONCE)
    expect(page.locator(f"[data-row='{second.id}'] [data-label=State]")).to_have_text("Tracer2 Example")
    expect(page.locator(f"[data-row='{first.id}']").get_by_text("late")).to_be_visible()
    expect(page.locator("[data-live=figures] li").first).to_contain_text("1")
    expect(page.get_by_text("The list has changed")).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("1 waiting, 1 late")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    lead.check()
    assert page.url.endswith("/team")
    lead.press("button", "Stop updating")
    with site.system() as session:
        world.make_case(session, 4)
    page.evaluate(AT_ONCE)
    page.wait_for_timeout(300)
    expect(page.locator("[data-live=figures] li").first).to_contain_text("1")
    lead.press("button", "Stop updating")
    expect(page.locator("[data-live=figures] li").first).to_contain_text("2")


def test_all_that_match_are_moved_by_the_keyboard(site: Site, person: Callable[..., Person]) -> None:
    for number in (1, 2, 3):
        held(site, number)
    lead = person()
    lead.sign_in("supervisor")
    lead.page.get_by_label("Show", exact=True).select_option("held")
    lead.press("button", "Show these tasks")
    lead.press("link", "Choose all 3 that match")
    expect(lead.page.get_by_text("All 3 that match are chosen")).to_be_visible()
    lead.check()
    lead.page.get_by_label("To", exact=True).select_option(label="Back to the pool")
    fill(lead, "Why?", "The shift ends")
    lead.press("button", "Move")
    expect(lead.page.get_by_text("3 moved to the pool.")).to_be_visible()
    expect(lead.page.get_by_label("Show", exact=True)).to_have_value("held")
    lead.check()
