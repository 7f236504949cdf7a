"""A script from an editor's file to the next call, by keyboard: sent, previewed, approved by another, and used."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import scripting, world
from tests.browser.conftest import Person
from tests.site import Site
from tracer import clock
from tracer.casework import script_drafts
from tracer.casework.script_texts import Sent
from tracer.interview import xlsform

pytestmark = pytest.mark.browser
EVERYTHING = Path(__file__).parents[1] / "interview/everything.md"


def choose_file(person: Person, path: Path) -> None:
    """What the browser's own dialogue would do; nobody can type into that."""
    person.page.get_by_label("File", exact=True).set_input_files(str(path))


def write(person: Person, label: str, words: str) -> None:
    """Fill a field in by the keyboard."""
    person.page.get_by_label(label).focus()
    person.page.keyboard.type(words)


def pick(person: Person, label: str, option: str) -> None:
    """Choose from a list by typing the start of an option."""
    person.page.get_by_label(label).focus()
    person.page.keyboard.type(option)


def test_from_a_file_to_the_next_call(site: Site, person: Callable[..., Person], tmp_path: Path) -> None:
    good, bad = tmp_path / "script.md", tmp_path / "bad.md"
    words = scripting.text("Interview for the summer").replace("Am I speaking to", "Could this be")
    good.write_text(words, encoding="utf-8")
    bad.write_text(words.replace("| select_one ", "| telepathy ", 1), encoding="utf-8")
    editor = person()
    editor.sign_in("trainer")
    address = sent(editor, bad, good)
    looked_through(editor, address)
    with editor.page.expect_navigation():
        editor.press("button", "Ask for approval")
    editor.page.get_by_text("It waits for a second person").wait_for()
    editor.check()
    approved(person(), address)
    used(site, person())


def sent(editor: Person, bad: Path, good: Path) -> str:
    """A file with a fault is refused with its place; put right, it is a draft."""
    with editor.page.expect_navigation():
        editor.press("link", "Scripts")
    editor.check()
    pick(editor, "Disease", "COVID")
    pick(editor, "Kind of call", "Interview")
    write(editor, "What did you change, and why?", "Plainer words for the summer")
    choose_file(editor, bad)
    with editor.page.expect_navigation():
        editor.press("button", "Check and keep as a draft")
    editor.page.get_by_role("heading", name="What is wrong in the file").wait_for()
    assert editor.page.get_by_label("Disease").input_value() == "covid-19"
    editor.check()
    editor.press("link", "must be put right first")
    assert editor.page.evaluate("document.activeElement.id") == "faults"
    choose_file(editor, good)
    with editor.page.expect_navigation():
        editor.press("button", "Check and keep as a draft")
    editor.page.get_by_text("Kept as a draft").wait_for()
    editor.check()
    return editor.page.url


def looked_through(editor: Person, address: str) -> None:
    """The text, what differs, the history of a question, and a walk in which an answer opens a branch at once."""
    page = editor.page
    for link in ("Read it", "What differs"):
        page.goto(address)
        with page.expect_navigation():
            editor.press("link", link)
        editor.check()
    assert page.locator("ins").count()
    page.goto(f"{address}/text")
    with page.expect_navigation():
        editor.press("link", "who_answers")
    editor.check()
    page.goto(address)
    with page.expect_navigation():
        editor.press("link", "Preview it")
    page.get_by_text("Preview: nothing is saved.").wait_for()
    editor.check()
    page.get_by_label("Show what is not asked").focus()
    page.keyboard.press("Space")
    page.locator(".unasked", has_text="Is this a good time to talk?").wait_for()
    editor.check()
    answer = page.locator("[data-key=who_answers] input[value=person]")
    answer.focus()
    page.keyboard.press("Space")
    page.locator("[data-key=good_time]").wait_for()
    assert answer.is_checked() and page.evaluate("document.activeElement.value") == "person", "the focus stays"
    assert not page.locator(".unasked").count()
    with page.expect_navigation():
        editor.press("button", "The end")
    page.get_by_role("heading", name="What it would write to the record").wait_for()
    editor.check()
    page.goto(address)


def approved(other: Person, address: str) -> None:
    """Another person finds it by the number in the navigation, and agrees."""
    other.sign_in("admin")
    other.page.locator(".ways__count").wait_for()
    with other.page.expect_navigation():
        other.press("link", "Scripts")
    with other.page.expect_navigation():
        other.press("link", "Draft of COVID-19: interview with a case")
    assert other.page.url == address
    other.check()
    with other.page.expect_navigation():
        other.press("button", "Approve")
    other.page.get_by_text("Version 2").first.wait_for()
    other.page.get_by_text("Approved by Admin Example").wait_for()
    other.check()


def used(site: Site, tracer: Person) -> None:
    """The next interview says the new words."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    tracer.sign_in("tracer1")
    tracer.go(f"/cases/{case.id}")
    with tracer.page.expect_navigation():
        tracer.press("button", "Start or go on")
    tracer.page.get_by_text("Could this be").first.wait_for()


def test_a_preview_from_right_to_left(site: Site, person: Callable[..., Person]) -> None:
    """Words in Arabic stand in their own direction, every page of it accessible; and without JavaScript too."""
    script = xlsform.read_markdown(EVERYTHING.read_text(encoding="utf-8"))
    with site.acting("trainer", "script.begin") as session:
        draft = script_drafts.begin(session, *scripting.COVID, Sent(script, scripting.NOTE), clock.now())
        address = f"/scripts/{draft.id}"
    for javascript in (True, False):
        reader = person(javascript=javascript)
        reader.sign_in("supervisor")
        reader.go(f"{address}/preview")
        page = reader.page
        page.get_by_label("Words in").select_option("ar")
        if not javascript:
            with page.expect_navigation():
                reader.press("button", "Bring this page up to date")
        page.get_by_text("مرحبا").wait_for()
        words = page.locator("[data-words]").first
        assert words.get_attribute("dir") == "rtl" and words.get_attribute("lang") == "ar"
        assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
        page.locator("[data-key=ill] input[value=yes]").focus()
        page.keyboard.press("Space")
        if not javascript:
            with page.expect_navigation():
                reader.press("button", "Bring this page up to date")
        page.locator("[data-key=which]").wait_for(state="visible")
        if javascript:
            reader.check()
        with page.expect_navigation():
            reader.press("button", "Continue")
        assert re.search("End", page.get_by_role("heading", level=1).inner_text())
        if javascript:
            reader.go(f"{address}/text?language=ar")
            reader.check()
