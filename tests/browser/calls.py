"""Going through an interview or an alert call in a browser, by keyboard, every page of it checked."""

from collections.abc import Callable, Iterable

from playwright.sync_api import Locator

from tests import world
from tests.browser.conftest import Person
from tests.interviewing import TALKATIVE, complete
from tests.site import Site
from tracer.models import Case

# What is said to these; the rest gets the first choice, or something that fits its kind.
SAID = {"under_18": "no", "went_out": "no", "wants_help": "no", "setting": "none", "lives_with_others": "no"}
TYPED = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea"
# The one person whom the case was near.
NEAR = "wren@example.com"


def at_a_case(site: Site, person: Callable[..., Person]) -> tuple[Person, Case]:
    """tracer1 at the page of a case whose interview they hold."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    tracer = person()
    tracer.sign_in("tracer1")
    tracer.page.goto(f"{tracer.address}/cases/{case.id}")
    return tracer, case


def at_an_interview(site: Site, person: Callable[..., Person], section: str = "introduction") -> Person:
    """tracer1 at a section of an interview, with all that comes before it answered."""
    tracer, _ = at_a_case(site, person)
    tracer.press("button", "Start or go on with the interview")
    tracer.page.wait_for_url("**/introduction**")
    if section != "introduction":
        _answer_all(site, tracer, section)
    return tracer


def _answer_all(site: Site, tracer: Person, section: str) -> None:
    """Without clicking through it; then they sign in again, for one person has one sign-in."""
    address = tracer.page.url.removeprefix(tracer.address).rpartition("/")[0]
    site.app.config["WTF_CSRF_ENABLED"], checked = False, site.app.config["WTF_CSRF_ENABLED"]
    complete(site.browser("tracer1"), address, ("covid-19", "index-case"), TALKATIVE, until="close")
    site.app.config["WTF_CSRF_ENABLED"] = checked
    tracer.sign_in("tracer1")
    tracer.page.goto(f"{tracer.address}{address}/{section}")


def interview(tracer: Person, secrets: Iterable[str] = ()) -> None:
    """Answer section after section to the page that shows every answer; no page says a word of `secrets`."""
    page = tracer.page
    for _ in range(40):
        heading = page.get_by_role("heading", level=1).inner_text()
        tracer.says_nothing_of(secrets)
        if heading == "Check answers":
            return
        answer_section(tracer, heading)
        tracer.says_nothing_of(secrets)
        tracer.check()
        with page.expect_navigation():
            tracer.press("button", "Save and continue")
    raise AssertionError("The interview did not end.")


def answer_section(tracer: Person, heading: str) -> None:
    """Whatever the section asks that is required: yes to everything, the first choice elsewhere."""
    page = tracer.page
    for _ in range(30):
        ask = next((one for one in page.locator(".ask:visible").all() if _unanswered(one)), None)
        if ask is None:
            break
        with page.expect_response(lambda reply: reply.url.endswith("/answers")):
            _answer(tracer, ask)
        page.locator("#saved[data-state=saved]").wait_for()
    if heading.startswith("People you were near") and not page.locator(".instance").count():
        tracer.press("button", "Add a ")
        page.locator(".instance").wait_for()
        answer_section(tracer, heading)
        with page.expect_response(lambda reply: reply.url.endswith("/answers")):
            page.locator("input[name$='contact_email']").fill(NEAR)


def choose(tracer: Person, question: str, answer: str) -> None:
    """Answer a question by its words."""
    option = tracer.page.get_by_role("group", name=question).get_by_label(answer, exact=True)
    option.focus()
    tracer.page.keyboard.press("Space")
    assert option.is_checked()


def _unanswered(ask: Locator) -> bool:
    if "(if they can say)" in ask.inner_text() or ask.locator("input:checked").count():
        return False
    typed = ask.locator(TYPED)
    return not (typed.count() and typed.first.input_value())


def _answer(tracer: Person, ask: Locator) -> None:
    kind = str(ask.get_attribute("data-kind"))
    if kind in {"select_one", "select_multiple"}:
        wanted = SAID.get(str(ask.get_attribute("data-key")), "")
        ask.locator(f"input[value='{wanted}']" if wanted else "input:not([type=hidden])").first.focus()
        tracer.page.keyboard.press("Space")
    else:
        ask.locator(TYPED).first.focus()
        tracer.page.keyboard.type({"date": "yesterday", "integer": "20"}.get(kind, "Wren"))
