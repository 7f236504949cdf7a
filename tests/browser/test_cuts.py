"""Random cuts of a call: the line, the sign-in, the page and the browser go at any moment, and no answer is lost.

An answer is lost when what was typed does not stand in the database once the page says that it is saved, or, where the
browser was killed or the page left, when what the page had called saved is not there.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route
from sqlalchemy import select, update

from tests import scripting, world
from tests.browser.conftest import Person
from tests.conftest import FULL
from tests.site import Site
from tracer import clock
from tracer.casework import interview_memory
from tracer.interview import xlsform
from tracer.models import Interview, SignIn
from tracer.models.staff import Ended

pytestmark = pytest.mark.browser

CUTS = int(os.environ.get("TRACER_CUTS", "250" if FULL else "60"))
WORDS = ("first", "second", "third")
SCRIPT = """## survey
| type | name | label | required | bind::tracer:field |
|---|---|---|---|---|
| begin_group | open | Open | | |
| text | first | What happened first? | | |
| text | second | And then? | | |
| text | third | And at the end? | | |
| select_one feeling | feeling | How do you feel? | | |
| end_group | | | | |
| begin_group | close | Close | | |
| select_one ending | outcome | How did it end? | yes | interview.outcome |
| end_group | | | | |
## choices
| list_name | name | label |
|---|---|---|
| feeling | well | Well |
| feeling | ill | Ill |
| feeling | tired | Tired |
| ending | completed | Completed |
## settings
| form_title | form_id | version |
|---|---|---|
| Cuts | cuts | 1 |
"""


@dataclass
class Call:
    """A tracer at the page, what they typed last, and what the page called saved."""

    site: Site
    make: Callable[[], Person]
    chance: random.Random
    interview: UUID
    tracer: Person
    typed: dict[str, object] = field(default_factory=dict)
    sure: dict[str, object] = field(default_factory=dict)
    count: int = 0

    @property
    def page(self) -> Page:
        return self.tracer.page

    def say(self, most: int = 3, *, by_letter: bool = True) -> None:
        """One answer or more."""
        for _ in range(self.chance.randint(1, most)):
            self.count += 1
            if self.chance.random() < 0.3:
                # Another one than before: the same again is no answer given.
                others = [one for one in ("well", "ill", "tired") if one != self.typed.get("feeling")]
                which = self.chance.choice(others)
                self.page.locator(f"input[name=feeling][value={which}]").check()
                self.typed["feeling"] = which
            else:
                key = self.chance.choice(WORDS)
                self.page.locator(f"[name={key}]").fill("" if by_letter else f"a{self.count}")
                if by_letter:
                    self.page.locator(f"[name={key}]").press_sequentially(f"a{self.count}")
                self.typed[key] = f"a{self.count}"

    def standing(self) -> dict[str, object]:
        with self.site.system() as session:
            return dict(interview_memory.ledger(session, self.interview).answers())

    def saved(self) -> None:
        """The line is whole: everything typed is saved, the page says so, and it is true."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")
        self.page.locator("#saved[data-state=saved]").wait_for()
        stands = self.standing()
        assert {key: stands.get(key) for key in self.typed} == self.typed
        self.sure = dict(self.typed)

    def came_back(self) -> None:
        """The page was left: what it had called saved is there or what was typed since; going on from that."""
        stands = self.arrived()
        for key, value in self.typed.items():
            now = stands.get(key, "")
            begun = str(value).startswith(str(now)) if key in WORDS else now == value
            assert begun or now == self.sure.get(key, ""), f"{key}: {now!r} stands, {value!r} was typed"
            shown = self.told(key, str(now))
            assert shown == now, f"{key}: {now!r} stands, {shown!r} is shown"
        self.typed = {key: stands.get(key, "") for key in self.typed}
        self.sure = dict(self.typed)

    def arrived(self) -> dict[str, object]:
        """What stands once what the page sent as it went has come in, or had the time to."""
        stands = self.standing()
        for _ in range(20):
            if all(stands.get(key) == value for key, value in self.typed.items()):
                break
            self.page.wait_for_timeout(100)
            stands = self.standing()
        return stands

    def told(self, key: str, wanted: str) -> str:
        """What the page shows, which looks again for what came after it was made."""
        for _ in range(80):
            if self.shown(key) == wanted:
                break
            self.page.wait_for_timeout(100)
        return self.shown(key)

    def shown(self, key: str) -> str:
        if key in WORDS:
            return self.page.locator(f"[name={key}]").input_value()
        checked = self.page.locator("input[name=feeling]:checked")
        return str(checked.get_attribute("value")) if checked.count() else ""


def before_it_arrives(call: Call) -> None:
    """The request never reaches the server."""
    call.page.route("**/answers", lambda route: route.abort())
    call.say()
    call.page.unroute("**/answers")
    call.saved()


def after_it_arrived(call: Call) -> None:
    """The server has it, and its reply is lost: it is sent once more."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    call.page.route("**/answers", lose)
    call.say()
    call.page.wait_for_timeout(call.chance.choice((0, 30, 120)))
    call.page.unroute_all(behavior="wait")
    call.saved()


def now_and_then(call: Call) -> None:
    """Some requests are lost on the way there, some on the way back, some come through."""

    def maybe(route: Route) -> None:
        fate = call.chance.random()
        if fate < 0.3:
            route.abort()
        elif fate < 0.6:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    call.page.route("**/answers", maybe)
    call.say()
    call.page.evaluate("window.dispatchEvent(new Event('online'))")
    call.say()
    call.page.unroute_all(behavior="wait")
    call.saved()


def no_line(call: Call) -> None:
    """The computer is off line, and on again."""
    call.page.context.set_offline(True)
    call.say()
    call.page.context.set_offline(False)
    call.saved()


def server_falls_over(call: Call) -> None:
    """The server answers with a fault of its own."""
    call.page.route("**/answers", lambda route: route.fulfill(status=503, body="away"))
    call.say()
    call.page.unroute("**/answers")
    call.saved()


def reloaded(call: Call) -> None:
    """The page is loaded again in the middle of it."""
    call.say()
    call.page.reload()
    call.came_back()
    call.saved()


def sign_in_ends(call: Call) -> None:
    """Signed in again on the page, and what waited is sent."""
    with call.site.system() as session:
        session.execute(
            update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=clock.now(), ended_why=Ended.IDLE)
        )
        session.commit()
    call.say(1, by_letter=False)  # the page is covered as soon as the server says so
    cover = call.page.get_by_role("alertdialog", name="You are signed out")
    cover.wait_for()
    call.page.get_by_label("E-mail address").fill(world.address("tracer1"))
    call.page.get_by_label("Password", exact=True).fill(world.PASSWORD)
    call.page.keyboard.press("Enter")
    cover.wait_for(state="hidden")
    call.saved()


def killed(call: Call) -> None:
    """The browser is gone in the middle of a word; another one is opened."""
    call.say()
    call.page.wait_for_timeout(call.chance.choice((0, 50, 400)))
    address = call.page.url
    call.page.context.close()
    call.tracer = call.make()
    call.tracer.sign_in("tracer1")
    call.page.goto(address)
    call.came_back()
    call.saved()


OFTEN = (before_it_arrives, after_it_arrived, now_and_then, no_line, server_falls_over)
SELDOM = (reloaded, sign_in_ends, killed)


@pytest.fixture
def call(site: Site, person: Callable[..., Person], request: pytest.FixtureRequest) -> Iterator[Call]:
    """A call that has just begun."""
    with site.system() as session:
        scripting.ship(session, "covid-19", "index-case", xlsform.read_markdown(SCRIPT))
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    tracer = person()
    tracer.sign_in("tracer1")
    tracer.page.goto(f"{tracer.address}/cases/{case.id}")
    tracer.press("button", "Start or go on with the interview")
    tracer.page.wait_for_url("**/interviews/**")
    tracer.page.goto(tracer.page.url.rpartition("/")[0] + "/open")
    with site.system() as session:
        interview = session.scalars(select(Interview.id)).one()
    yield Call(site, person, random.Random(request.node.name), interview, tracer)


def test_no_answer_is_lost_in_random_cuts(call: Call) -> None:
    happened: dict[str, int] = {}
    for at in range(CUTS):
        cut = call.chance.choice(OFTEN if call.chance.random() < 0.9 else SELDOM)
        happened[cut.__name__] = happened.get(cut.__name__, 0) + 1
        try:
            cut(call)
        except AssertionError as fault:
            raise AssertionError(f"cut {at}, {cut.__name__}: {fault}") from fault
    print(f"{sum(happened.values())} cuts, {call.count} answers, 0 lost:", happened)
    assert sum(happened.values()) == CUTS
