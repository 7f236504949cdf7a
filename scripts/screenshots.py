"""The pictures of the documentation: a fresh demonstration, a browser, and the pages that people see most."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tracer.app import create_app  # noqa: E402 - after the path is set

IMAGES = ROOT / "docs/images"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def sign_in(page: Page, address: str, account: str) -> None:
    """As a demo account."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(f"{account}@demo.example")
    page.get_by_label("Password").fill("tracer-demo")
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def take(page: Page, name: str) -> None:
    """One picture, as wide as a desk and as a telephone."""
    for width, suffix in ((1280, ""), (400, "-narrow")):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(IMAGES / f"{name}{suffix}.png"))
    page.set_viewport_size({"width": 1280, "height": 900})


def tour(page: Page, address: str) -> None:
    """Tracer's home, a case, its interview; the supervisor's board."""
    sign_in(page, address, "tracer1")
    take(page, "home")
    page.get_by_role("button", name="Get next case").click()
    page.wait_for_url("**/cases/**")
    take(page, "case")
    page.get_by_role("button", name="Start or go on").click()
    page.wait_for_url("**/interviews/**")
    page.get_by_label("Yes, it is them").check()
    page.locator("#saved[data-state=saved]").wait_for()
    take(page, "interview")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, address, "supervisor")
    take(page, "board")


def main() -> None:
    """Run it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "TRACER_INSTANCE": folder}
        for command in (("db", "upgrade"), ("demo", "load")):
            flask = [sys.executable, "-m", "flask", "--app", "tracer.app", *command]
            subprocess.run(flask, env=environ, check=True, cwd=ROOT)
        server = make_server("127.0.0.1", 0, create_app(environ), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
            tour(browser.new_page(), f"http://127.0.0.1:{server.server_port}")
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
