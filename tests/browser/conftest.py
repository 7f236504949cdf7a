"""A real server and a real browser; every page that is looked at is also checked."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests import world
from tests.site import Site

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
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def sign_in(self, account: str) -> None:
        """With the keyboard alone."""
        self.page.goto(f"{self.address}/sign-in")
        self.page.focus("#email")
        self.page.keyboard.type(world.address(account))
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(world.PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def press(self, role: str, name: str, nth: int = 0) -> None:
        """Reach a control by the keyboard and press it, as somebody without a mouse does."""
        control = self.page.get_by_role(role, name=name).nth(nth)  # type: ignore[arg-type]
        control.focus()
        assert control.evaluate("one => one === document.activeElement"), f"{name} takes no focus"
        self.page.keyboard.press("Space" if role in {"radio", "checkbox"} else "Enter")

    def check(self) -> None:
        """No accessibility fault, no fault in a script, and nothing wider than a narrow window."""
        found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self.page.set_viewport_size(_NARROW)  # type: ignore[arg-type]
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(_WIDE)  # type: ignore[arg-type]
        assert width <= _NARROW["width"], f"{self.page.url} is {width} wide"
        assert self.complaints == [], self.page.url


@pytest.fixture
def person(chromium: Browser, address: str) -> Iterator[Callable[[], Person]]:
    """Make people, each with a browser context of their own."""
    contexts = []

    def make(javascript: bool = True) -> Person:
        context = chromium.new_context(viewport=_WIDE, java_script_enabled=javascript)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Person(context.new_page(), address)

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
