"""A practice call in a browser: by the keyboard alone, with and without JavaScript; pages accessible and narrow."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from tests import world
from tests.browser.conftest import Person
from tests.site import Site
from tracer.courses import library
from tracer.models import Completion

pytestmark = pytest.mark.browser
_PICTURES = os.environ.get("TRACER_PICTURES")  # a folder, for whoever wants to look


@pytest.fixture
def site(site: Site) -> Site:
    """With a tracer who has everything but the mock call."""
    with site.system() as session:
        mine = Completion.staff_id == world.account(session, "tracer1").id
        session.execute(delete(Completion).where(mine, Completion.key == library.MOCK_CALL))
    return site


def look(person: Person, name: str) -> None:
    """Check the page; keep a picture of it where somebody asked for that."""
    person.check()
    if _PICTURES:
        for width in (1280, 400):
            person.page.set_viewport_size({"width": width, "height": 900})
            person.page.evaluate("window.scrollTo(0, 0)")
            person.page.screenshot(path=str(Path(_PICTURES) / f"{name}-{width}.png"), full_page=True)
        person.page.set_viewport_size({"width": 1280, "height": 900})


def on(person: Person, name: str) -> None:
    """Press a button that leads to another page."""
    with person.page.expect_navigation():
        person.press("button", name)


def choose(person: Person, key: str, value: str) -> None:
    """Choose an answer; the page keeps it at once."""
    with person.page.expect_response(lambda answer: "/call/" in answer.url):
        person.page.locator(f"input[name='{key}'][value='{value}']").focus()
        person.page.keyboard.press("Space")


def rate(person: Person, word: str) -> None:
    """Say the same of every point."""
    for group in person.page.get_by_role("radio", name=word, exact=True).all():
        group.focus()
        person.page.keyboard.press("Space")


def test_a_call_from_the_part_to_the_pass(site: Site, person: Callable[..., Person]) -> None:
    """The trainee calls, hands in, is told what to try, tries again and passes; a trainer marks."""
    trainee, trainer = person(), person()
    trainee.sign_in("tracer1")
    trainee.go("/training")
    look(trainee, "training")
    with trainee.page.expect_navigation():
        trainee.press("link", "Begin Mock call")
    look(trainee, "practise")
    on(trainee, "Begin the call")
    expect(trainee.page.get_by_role("alert")).to_contain_text("Choose whom to call.")
    look(trainee, "nobody chosen")
    with trainee.page.expect_navigation():
        trainee.press("link", "Rowena Maltby: the part")
    look(trainee, "part")
    call(trainee, look)
    trainer.sign_in("trainer")
    trainer.go("/training")
    with trainer.page.expect_navigation():
        trainer.press("link", "Practice calls to mark")
    look(trainer, "waiting")
    with trainer.page.expect_navigation():
        trainer.press("link", "Tracer1, with Rowena Maltby")
    look(trainer, "to mark")
    rate(trainer, "Partly")
    on(trainer, "Save the marks")
    expect(trainer.page.get_by_role("alert")).to_contain_text("write what they should try")
    look(trainer, "without a note")
    trainer.page.get_by_label("A note for Tracer1").focus()
    trainer.page.keyboard.type("Leave more quiet when it is heavy.")
    on(trainer, "Save the marks")
    look(trainer, "marked")
    trainee.page.reload()
    expect(trainee.page.get_by_text("Leave more quiet")).to_be_visible()
    look(trainee, "not passed")
    call(trainee)
    trainer.go("/training/practice/waiting")
    with trainer.page.expect_navigation():
        trainer.page.get_by_role("link", name="Tracer1, with Rowena Maltby").first.press("Enter")
    rate(trainer, "Well")
    on(trainer, "Save the marks")
    expect(trainer.page.get_by_role("status")).to_contain_text("Passed.")
    trainee.page.reload()
    look(trainee, "passed")
    trainee.go("/training")
    expect(trainee.page.get_by_text("You have done all that your work here needs.")).to_be_visible()
    expect(trainee.page.get_by_text("You see no records yet")).to_have_count(0)


def call(trainee: Person, look: Callable[[Person, str], None] = lambda *_: None) -> None:
    """A short call by the keyboard, from choosing whom to handing in."""
    trainee.go("/training/practice")
    trainee.press("radio", "Rowena Maltby")
    on(trainee, "Begin the call")
    look(trainee, "section")
    choose(trainee, "who_answers", "person")
    expect(trainee.page.get_by_text("Is this a good time to talk?")).to_be_visible()
    trainee.page.reload()
    expect(trainee.page.locator("input[name='who_answers'][value='person']")).to_be_checked()
    choose(trainee, "good_time", "yes")
    trainee.page.locator("#part summary").press("Enter")
    look(trainee, "section with the part")
    on(trainee, "Save and continue")
    for key in ("birth_fits", "postcode_fits"):
        choose(trainee, key, "yes")
    on(trainee, "Save and continue")
    on(trainee, "Home")
    look(trainee, "not needed")
    on(trainee, "Close")
    choose(trainee, "outcome", "call_back")
    on(trainee, "Check answers")
    look(trainee, "end")
    on(trainee, "Finish the call")
    look(trainee, "how did it go")
    rate(trainee, "Partly")
    on(trainee, "Hand it in")
    expect(trainee.page.get_by_text("waits for a trainer")).to_be_visible()
    look(trainee, "handed in")


def test_without_javascript_nothing_is_lost_either(site: Site, person: Callable[..., Person]) -> None:
    trainee = person(javascript=False)
    trainee.sign_in("tracer1")
    trainee.go("/training/practice")
    trainee.press("radio", "Tobias Renshaw")
    on(trainee, "Begin the call")
    trainee.page.locator("input[name='who_answers'][value='person']").check()
    on(trainee, "Bring this page up to date")
    trainee.page.locator("input[name='good_time'][value='yes']").check()
    on(trainee, "Save and continue")
    expect(trainee.page.locator("h1")).to_have_text("Identity check")
    trainee.page.go_back()
    expect(trainee.page.locator("input[name='good_time'][value='yes']")).to_be_checked()
    trainee.go("/training/practice")
    with trainee.page.expect_navigation():
        trainee.press("link", "Tobias Renshaw, ")
    expect(trainee.page.locator("h1")).to_have_text("Identity check")
