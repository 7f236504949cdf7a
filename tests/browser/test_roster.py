"""A roster in a browser: the form, its faults and the receipt are accessible and narrow enough; the file comes down."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.browser.test_training_sessions import look
from tests.rosters import person as row
from tests.rosters import text
from tests.site import Site

pytestmark = pytest.mark.browser


def test_brought_in_read_and_fetched(site: Site, person: Callable[..., Person], tmp_path: Path) -> None:
    """An administrator sends a wrong file, then a right one, and fetches the rows that were not taken."""
    somebody, file = person(), tmp_path / "roster.csv"
    somebody.sign_in("admin")
    somebody.go("/staff")
    with somebody.page.expect_navigation():
        somebody.press("link", "Bring in a roster")
    look(somebody, "roster-form")
    wrong = row(51, email="a@b.example,c@d.example")
    for content, words in (("email,given_name\n", "There is a problem"), ("", "What became of the roster")):
        lines = text(*(row(one) for one in range(40)), row(50, team="Nowhere"), wrong)
        file.write_text(content or lines, encoding="utf-8")
        somebody.page.set_input_files("#file", file)
        with somebody.page.expect_navigation():
            somebody.press("button", "Bring them in")
        expect(somebody.page.locator("main")).to_contain_text(words)
        look(somebody, "roster-wrong" if content else "roster-receipt")
    with somebody.page.expect_download() as download:
        somebody.press("button", "Download the rejected rows")
    fetched = Path(download.value.path()).read_text(encoding="utf-8")
    assert len(fetched.splitlines()) == 3 and "Nowhere" in fetched
