"""A batch sent from a browser: its page says that it waits, and shows the receipt when a worker has loaded it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import batches
from tests.browser.conftest import Person
from tests.site import Site

pytestmark = pytest.mark.browser


def send(admin: Person, batch: Path) -> None:
    """Choose the file and send it."""
    admin.sign_in("admin")
    admin.page.goto(f"{admin.address}/intake")
    admin.page.get_by_label("File", exact=True).set_input_files(str(batch))
    admin.press("button", "Send")
    admin.page.wait_for_url("**/intake/0*")


def test_the_page_of_a_batch_shows_its_receipt_by_itself(
    site: Site, person: Callable[..., Person], batch: Path
) -> None:
    admin = person()
    send(admin, batch)
    admin.page.get_by_text("waiting to be loaded").wait_for()
    admin.check()
    link = admin.page.get_by_role("link", name="See how far it is")
    link.focus()
    assert batches.work(site) == 1
    admin.page.get_by_text("3 rows: 2 loaded, 0 joined, 1 rejected").first.wait_for(timeout=30_000)
    assert admin.page.get_by_role("status").first.text_content() == "3 rows: 2 loaded, 0 joined, 1 rejected"
    assert admin.page.evaluate("document.getElementById('receipt').contains(document.activeElement)")
    admin.check()


def test_without_a_script_the_link_does_the_same(site: Site, person: Callable[..., Person], batch: Path) -> None:
    admin = person(javascript=False)
    send(admin, batch)
    assert batches.work(site) == 1
    admin.page.get_by_role("link", name="See how far it is").click()
    admin.page.get_by_text("3 rows: 2 loaded, 0 joined, 1 rejected").first.wait_for()
