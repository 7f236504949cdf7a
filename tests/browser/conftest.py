"""A real server and a real browser; every page that is looked at is also checked."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import world
from tests.conftest import ONE
from tests.serving import listening
from tests.site import Site


@pytest.fixture(params=ONE)
def database(request: pytest.FixtureRequest) -> str:
    """What a browser does is the same whichever database there is: one is enough, but for the story."""
    return str(request.param)


_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_NARROW, _WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else the one that playwright installed."""
    with sync_playwright() as playwright, TemporaryDirectory():
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The site, served on this machine; forgery tokens are checked as in real use."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    with listening(site.app) as port:
        yield f"http://127.0.0.1:{port}"


# Every control that can be seen, by a number given to it; of radio buttons of one name, the one that Tab reaches.
_CONTROLS = """
() => {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== "hidden"
      && one.tabIndex >= 0)
    .filter(one => {
      if (one.type !== "radio") return true;
      const checked = document.querySelector(`input[name='${one.name}']:checked`);
      if (checked ? checked !== one : groups.has(one.name)) return false;
      groups.add(one.name);
      return true;
    })
    .map((one, at) => (one.dataset.walk = `${at} ${one.tagName} ${one.name || one.textContent.trim()}`));
}
"""
# What has the focus, and whether its outline, shadow or background can be seen (govuk draws radios' on a sibling).
_HERE = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return ["the page", true];
  const shown = style => style.boxShadow !== "none" || (style.outlineStyle !== "none" && style.outlineWidth !== "0px");
  const around = [getComputedStyle(one)];
  const label = one.nextElementSibling;
  if (label) around.push(getComputedStyle(label, "::before"));
  return [one.dataset.walk || "something", around.some(shown)];
}
"""


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, address: str, looks_close: bool = True) -> None:
        self.page, self.address, self.looks_close = page, address, looks_close
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, said: ConsoleMessage) -> None:
        """An error is a complaint, but for the status of the page itself: a 404 or 422 may be meant."""
        if said.type == "error" and said.location["url"] != self.page.url:
            self.complaints.append(said.text)

    def go(self, path: str) -> None:
        """To a page of Tracer."""
        self.page.goto(self.address + path)

    def sign_in(self, account: str, password: str = world.PASSWORD) -> None:
        """With the keyboard alone; a wrong password leaves them at the sign-in."""
        self.go("/sign-in")
        self.page.focus("#email")
        self.page.keyboard.type(world.address(account))
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def has_to_sign_in(self, path: str) -> None:
        """Their next request, wherever it goes, ends at the sign-in."""
        self.go(path)
        assert "/sign-in" in self.page.url

    def finds_nothing_at(self, record: str) -> None:
        """A record that was theirs is closed, and its page says no more than one that never was."""
        assert self.page.goto(record).status == 404  # type: ignore[union-attr]
        self.check()

    def says_nothing_of(self, secrets: Iterable[str]) -> None:
        """None of these words stands anywhere in the page."""
        content = self.page.content()
        assert not [word for word in secrets if word in content], self.page.url

    def press(self, role: str, name: str, nth: int = 0) -> None:
        """Reach a control by the keyboard and press it, as somebody without a mouse does."""
        control = self.page.get_by_role(role, name=name).nth(nth)  # type: ignore[arg-type]
        control.focus()
        assert control.evaluate("one => one === document.activeElement"), f"{name} takes no focus"
        self.page.keyboard.press("Space" if role in {"radio", "checkbox"} else "Enter")

    def walk(self) -> None:
        """Tab through the page: every control is reached, is seen to have the focus, and lets it go."""
        self.page.evaluate("document.activeElement?.blur(); window.getSelection()?.removeAllRanges()")
        wanted = set(self.page.evaluate(_CONTROLS))
        for _ in range(2 * len(wanted) + 10):
            self.page.keyboard.press("Tab")
            here, seen = self.page.evaluate(_HERE)
            wanted.discard(here)
            assert seen, f"{self.page.url}: the focus on {here} cannot be seen"
            if not wanted:
                self.page.evaluate("document.activeElement?.blur()")  # the next look is at a page at rest
                return
        raise AssertionError(f"{self.page.url}: the keyboard does not reach {sorted(wanted)}")

    def check(self) -> None:
        """No accessibility fault, no fault in a script, and nothing wider than a narrow window.

        Which database a page came from changes nothing of the first and the last: they are looked for on one.
        """
        if self.looks_close:
            self._look_close()
        assert self.complaints == [], self.page.url

    def _look_close(self) -> None:
        found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self.walk()
        self.page.set_viewport_size(_NARROW)  # type: ignore[arg-type]
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(_WIDE)  # type: ignore[arg-type]
        assert width <= _NARROW["width"], f"{self.page.url} is {width} wide"


@pytest.fixture
def person(chromium: Browser, address: str, database: str) -> Iterator[Callable[[], Person]]:
    """Make people, each with a browser context of their own."""
    contexts = []

    def make(javascript: bool = True) -> Person:
        context = chromium.new_context(viewport=_WIDE, java_script_enabled=javascript)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Person(context.new_page(), address, database in ONE)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A batch of three synthetic results, two in one household."""
    rows = [
        "record_id,given_name,family_name,date_of_birth,phone,address_line_1,postcode,specimen_date",
        "B1,Amara,Thistlewood,1980-02-03,07400 100101,3 Marigold Row,LS6 1AA,{day}",
        "B2,Beatrix,Thistlewood,1982-04-05,07400 100102,3 Marigold Row,LS6 1AA,{day}",
        "B3,Callum,Pennywell,not a date,07400 100103,4 Marigold Row,LS6 1AB,{day}",
    ]
    from tracer import clock

    path = tmp_path / "batch.csv"
    path.write_text("\n".join(rows).format(day=clock.today().isoformat()) + "\n")
    return path
