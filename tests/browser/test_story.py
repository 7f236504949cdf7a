"""The main job as three people do it: a batch comes in, a case is worked, its contacts are alerted, work moves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator
from sqlalchemy import select

from tests import world
from tests.browser.conftest import Person
from tests.site import Site
from tracer import clock, config
from tracer.delivery.worker import Worker
from tracer.models import Answer, Contact, Interview, Notice, Task, TaskState

pytestmark = pytest.mark.browser


def load(site: Site, batch: Path) -> None:
    """The batch as the command loads it: two loaded, one rejected."""
    runner = site.app.test_cli_runner()
    result = runner.invoke(args=["intake", "load", str(batch)])
    assert result.exit_code == 2, result.output
    assert "2 loaded" in result.output


def go_on(tracer: Person) -> None:
    """Save the section and look at the next."""
    tracer.check()
    before = tracer.page.url
    tracer.press("button", "Save and continue", 0)
    tracer.page.wait_for_url(lambda url: url != before)


def choose(tracer: Person, question: str, answer: str) -> None:
    """Answer a question by its words."""
    group = tracer.page.get_by_role("group", name=question)
    option = group.get_by_label(answer, exact=True)
    option.focus()
    tracer.page.keyboard.press("Space")
    assert option.is_checked()


def interview(tracer: Person) -> None:
    """The COVID-19 interview, or the alert call, to the page that shows every answer."""
    page = tracer.page
    for _ in range(40):
        heading = page.get_by_role("heading", level=1).inner_text()
        if heading == "Check answers":
            return
        answer_section(tracer, heading)
        go_on(tracer)
    raise AssertionError("The interview did not end.")


# The rest gets the first choice.
SAID = {"under_18": "no", "went_out": "no", "wants_help": "no", "setting": "none", "lives_with_others": "no"}
TYPED = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea"


def answer_one(tracer: Person, ask: Locator, kind: str) -> bool:
    """Answer one question with the first choice, or something that fits its kind."""
    if kind in {"select_one", "select_multiple"}:
        wanted = SAID.get(str(ask.get_attribute("data-key")), "")
        option = ask.locator(f"input[value='{wanted}']" if wanted else "input:not([type=hidden])").first
        option.focus()
        tracer.page.keyboard.press("Space")
    else:
        ask.locator(TYPED).first.focus()
        tracer.page.keyboard.type({"date": "yesterday", "integer": "20"}.get(kind, "Wren"))
    return True


def answer_section(tracer: Person, heading: str) -> None:
    """Whatever the section asks that is required: yes to everything, the first choice elsewhere."""
    page = tracer.page
    for _ in range(30):
        answered = False
        for ask in page.locator(".ask:visible").all():
            kind = ask.get_attribute("data-kind")
            if "(if they can say)" in ask.inner_text() or ask.locator("input:checked").count():
                continue
            if ask.locator(TYPED).count() and ask.locator(TYPED).first.input_value():
                continue
            with page.expect_response(lambda reply: reply.url.endswith("/answers")):
                answered = answer_one(tracer, ask, str(kind))
            page.locator("#saved", has_text="Saved").wait_for()
            break
        if not answered:
            break
    if heading.startswith("People you were near") and not page.locator(".instance").count():
        tracer.press("button", "Add a ")
        page.locator(".instance").wait_for()
        answer_section(tracer, heading)
        with page.expect_response(lambda reply: reply.url.endswith("/answers")):
            page.locator("input[name$='contact_email']").fill("wren@example.com")


def test_the_story(site: Site, person: Callable[..., Person], batch: Path) -> None:
    """Steps 2 to 9, by keyboard, every page accessible and narrow enough."""
    load(site, batch)
    tracer = person()
    tracer.page.goto(f"{tracer.address}/sign-in")
    tracer.check()
    tracer.sign_in("tracer1")
    tracer.check()
    tracer.press("button", "Get next case")
    tracer.page.wait_for_url("**/cases/*")
    tracer.check()
    record = tracer.page.url
    assert "07400 10010" not in tracer.page.content()
    tracer.press("button", "Reveal Telephone")
    tracer.page.get_by_text("07400 10010").wait_for()
    tracer.press("radio", "No answer")
    tracer.press("button", "Record")
    tracer.page.get_by_text("Recorded: no answer.").wait_for()
    tracer.press("button", "Start or go on with the interview")
    tracer.page.wait_for_url("**/interviews/**")
    interview(tracer)
    tracer.check()
    assert not tracer.page.locator(".govuk-error-summary").count(), tracer.page.locator("main").inner_text()
    tracer.press("button", "Finish the interview")
    tracer.page.wait_for_url("**/caseload")
    tracer.page.get_by_text("written to the record").wait_for()
    assert tracer.page.goto(record).status == 404  # type: ignore[union-attr]
    tracer.complaints.clear()  # the browser says of a 404 that it failed
    alert(site, person)
    hand_over(site, person, tracer)


def alert(site: Site, person: Callable[..., Person]) -> None:
    """The worker sends the message; another tracer calls the contact, and never sees who the case is."""
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    worker.tick()
    with site.system() as session:
        contact = session.scalars(select(Contact).where(Contact.risk == "close")).one()
        assert session.scalars(select(Notice)).one().state.value == "sent"
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer2")
    caller = person()
    caller.sign_in("tracer2")
    caller.page.goto(f"{caller.address}/contacts/{contact.id}")
    caller.check()
    assert "Thistlewood" not in caller.page.content()
    caller.press("button", "Start or go on with the alert call")
    caller.page.wait_for_url("**/interviews/**")
    interview(caller)
    caller.check()
    for word in ("Thistlewood", "Amara", "Beatrix"):
        assert word not in caller.page.content()
    caller.press("button", "Finish the alert call")
    caller.page.get_by_text("written to the record").wait_for()
    with site.system() as session:
        assert session.get_one(Task, contact.alert_task_id).state is TaskState.DONE


def hand_over(site: Site, person: Callable[..., Person], tracer: Person) -> None:
    """A tracer takes the next case; their supervisor moves it, and it is closed to them from then on."""
    tracer.page.goto(f"{tracer.address}/caseload")
    tracer.press("button", "Get next case")
    tracer.page.wait_for_url("**/cases/*")
    record = tracer.page.url
    supervisor = person()
    supervisor.sign_in("supervisor")
    supervisor.page.wait_for_url("**/team")
    supervisor.check()
    supervisor.page.goto(f"{supervisor.address}/team?state=held")
    supervisor.press("checkbox", "Interview")
    supervisor.page.get_by_label("To", exact=True).select_option(label="Tracer3 Example (holds 0)")
    supervisor.page.get_by_label("Why?").fill("Shift ends")
    supervisor.press("button", "Move")
    supervisor.page.get_by_text("1 moved to Tracer3 Example.").wait_for()
    supervisor.check()
    assert tracer.page.goto(record).status == 404  # type: ignore[union-attr]
    with site.system() as session:
        moved = session.scalars(select(Task).where(Task.state == TaskState.HELD)).one()
        assert moved.holder_id == world.account(session, "tracer3").id


@pytest.mark.parametrize("account", ["admin", "privacy", "trainer", "tracer1"])
def test_other_pages(site: Site, person: Callable[..., Person], account: str, batch: Path) -> None:
    """Every page in the navigation of every role is accessible and narrow enough."""
    load(site, batch)
    somebody = person()
    somebody.sign_in(account)
    ways = [way.get_attribute("href") for way in somebody.page.locator(".ways__way").all()]
    assert ways
    for way in ways:
        somebody.page.goto(somebody.address + str(way))
        somebody.check()
        for inner in somebody.page.locator("main a[href^='/']").all()[:1]:
            somebody.page.goto(somebody.address + str(inner.get_attribute("href")))
            somebody.check()


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
    tracer.page.get_by_text("Saved ").wait_for()
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
