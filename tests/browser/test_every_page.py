"""Every page there is, as somebody who may see it: accessible, worked by keyboard, narrow enough. By the URL map, so
that a new page cannot escape."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Person
from tests.ground import PEOPLE, Ground
from tests.site import Site
from tests.sweep import Sweep, Try

pytestmark = pytest.mark.browser
# Who is asked first: the signed in, and of them whoever has records of their own.
ORDER = sorted(PEOPLE, key=lambda name: (name == "anonymous", name))
# Parts of pages, files, answers to scripts, ways that only lead on.
NO_PAGES = {"allocation.part", "intake.part", "team.live", "sign_in.healthz", "sign_in.home", "signals.show"}
NO_PAGES |= {"script_reading.questionnaire", "script_reading.workbook", "training_sessions.calendar", "static"}
NO_PAGES |= {"interviews.resume", "oidc.start", "oidc.back", "practice.end", "course_text.picture"}
# Seen by whoever is half signed in or has hidden the screen: test_passkeys.py and test_session.py look at them.
NO_PAGES |= {"second_factor.choose", "second_factor.onward", "veil.show"}


def pages(sweep: Sweep, name: str, seen: set[str]) -> list[Try]:
    """The pages that one of them may see and nobody before them saw; of their own records where it is about one."""
    found = []
    for one in sweep.tries(sweep.ground.whos[name]):
        if one.method != "GET" or one.kind == "other" or one.rule.startswith("/api/") or one.endpoint in seen:
            continue
        answer = sweep.send(one)
        if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
            seen.add(str(one.endpoint))
            found.append(one)
    return found


def test_every_page(site: Site, person: Callable[..., Person]) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False  # the ground signs in without a form; here nothing is sent
    sweep, seen, faults = Sweep(Ground(site)), set[str](), list[str]()
    for name in ORDER:
        somebody = person()
        sign_in(somebody, sweep.ground.whos[name].headers.get("Cookie", ""))
        for one in pages(sweep, name, seen):
            somebody.page.goto(somebody.address + one.path)
            try:
                somebody.check()
            except AssertionError as fault:
                faults.append(f"{one}: {fault}")
    assert faults == []
    asked = {rule.endpoint for rule in sweep.rules() if "GET" in (rule.methods or ()) and "/api" not in rule.rule}
    assert asked - seen == NO_PAGES, "a page that nobody has looked at, or one that is a page now"


def sign_in(somebody: Person, cookies: str) -> None:
    """The session that the ground has for them."""
    for pair in filter(None, cookies.split("; ")):
        name, _, value = pair.partition("=")
        somebody.page.context.add_cookies([{"name": name, "value": value, "url": somebody.address}])
