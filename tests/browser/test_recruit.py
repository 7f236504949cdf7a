"""A new recruit from the invitation to the first real case, by the keyboard alone; every page accessible."""

import re
from collections.abc import Callable
from email import message_from_bytes

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests import world
from tests.browser.conftest import Person
from tests.browser.test_practice import call, on, rate
from tests.site import Site
from tracer import config
from tracer.courses import final_test, library
from tracer.delivery.worker import Worker
from tracer.models import FinalTest, Role, Staff

pytestmark = pytest.mark.browser
PASSWORD = "seven owls above the quarry"
NAMES = {"given_name": "Juniper", "family_name": "Ashdown", "email": "juniper@demo.example"}


def test_from_the_invitation_to_the_first_case(site: Site, person: Callable[..., Person]) -> None:
    """No record before the last thing is done; the first one right after it."""
    with site.system() as session:
        case, _ = world.make_case(session)
    link = invited(site, person())
    recruit = person()
    join(recruit, link)
    nothing_yet(recruit, str(case.id))
    learn(site, recruit)
    sign(recruit)
    nothing_yet(recruit, str(case.id))
    call(recruit)
    pass_(person())
    sign_off(person())
    first_case(recruit)


def invited(site: Site, admin: Person) -> str:
    """An administrator adds them without a password; the link that comes by e-mail, to them alone."""
    admin.sign_in("admin")
    admin.go("/staff/new")
    for name, value in NAMES.items():
        admin.page.locator(f"#{name}").focus()
        admin.page.keyboard.type(value)
    admin.page.select_option("#role", Role.TRACER.value)
    admin.page.select_option("#team", label=admin.page.locator("#team option", has_text="Leeds").inner_text())
    with admin.page.expect_navigation():
        admin.page.locator("#email").press("Enter")
    admin.check()
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    while worker.tick():
        pass
    worker.close()
    [mail] = [message_from_bytes(one.read_bytes()) for one in (site.instance / "outbox").rglob("*.eml")]
    assert str(mail["To"]) == NAMES["email"]
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return str(re.findall(r"/join/[\w-]+", payload.decode())[0])


def join(recruit: Person, link: str) -> None:
    """A password of their own; then the first page says what to do."""
    recruit.go(link)
    recruit.check()
    recruit.page.locator("input[type=password]").first.focus()
    recruit.page.keyboard.type(PASSWORD)
    with recruit.page.expect_navigation():
        recruit.page.keyboard.press("Enter")
    recruit.check()
    recruit.go("/sign-in")
    recruit.page.focus("#email")
    recruit.page.keyboard.type(NAMES["email"])
    recruit.page.keyboard.press("Tab")
    recruit.page.keyboard.type(PASSWORD)
    with recruit.page.expect_navigation():
        recruit.page.keyboard.press("Enter")
    recruit.go("/")
    expect(recruit.page.locator("h1")).to_have_text("Your training")
    recruit.check()


def nothing_yet(recruit: Person, case_id: str) -> None:
    """No record, and no button that would give one."""
    recruit.go("/caseload")
    expect(recruit.page.get_by_text("You see no records yet")).to_be_visible()
    expect(recruit.page.get_by_role("button", name="Get next case")).to_have_count(0)
    recruit.finds_nothing_at(f"{recruit.address}/cases/{case_id}")


def learn(site: Site, recruit: Person) -> None:
    """Each course that a tracer needs: opened, its test taken with every answer right."""
    for number, key in enumerate(library.needed(list(Role)).of(Role.TRACER)):
        if key not in library.shipped():
            continue
        recruit.go("/training")
        with recruit.page.expect_navigation():
            recruit.press("link", f"Begin {library.load(key).title}")
        on(recruit, "Begin the test")
        answer(site, recruit, key)
        if not number:
            recruit.check()
        on(recruit, "Hand it in")
        expect(recruit.page.locator("h1")).to_contain_text("assed")
        if not number:
            recruit.check()


def answer(site: Site, recruit: Person, key: str) -> None:
    """All right, by the space bar."""
    with site.system() as session:
        mine = select(FinalTest).join(Staff, Staff.id == FinalTest.staff_id).where(Staff.email == NAMES["email"])
        seed = session.scalars(mine.where(FinalTest.course == key, FinalTest.marked_at.is_(None))).one().seed
    for number, question in enumerate(final_test.draw(library.load(key), seed), 1):
        for at, choice in enumerate(question.choices):
            if choice.right:
                recruit.page.locator(f"input[name='q{number}'][value='{at}']").focus()
                recruit.page.keyboard.press("Space")


def sign(recruit: Person) -> None:
    """The undertaking, read and signed."""
    recruit.go("/training")
    with recruit.page.expect_navigation():
        recruit.press("link", "Confidentiality undertaking")
    recruit.check()
    recruit.page.locator("main input[type=checkbox]").focus()
    recruit.page.keyboard.press("Space")
    with recruit.page.expect_navigation():
        recruit.page.locator("main button[type=submit]").last.press("Enter")
    expect(recruit.page.get_by_text("Signed.")).to_be_visible()


def pass_(trainer: Person) -> None:
    """A trainer marks the mock call."""
    trainer.sign_in("trainer")
    trainer.go("/training/practice/waiting")
    with trainer.page.expect_navigation():
        trainer.press("link", "Juniper, with Rowena Maltby")
    rate(trainer, "Well")
    on(trainer, "Save the marks")
    expect(trainer.page.get_by_role("status")).to_contain_text("Passed.")


def sign_off(lead: Person) -> None:
    """Their supervisor sees to each point; with one left out the page says so."""
    lead.sign_in("supervisor")
    lead.go("/training/people?q=Juniper")
    with lead.page.expect_navigation():
        lead.press("link", "Juniper Ashdown")
    lead.check()
    boxes = lead.page.get_by_role("checkbox").all()
    for box in boxes[:-1]:
        box.focus()
        lead.page.keyboard.press("Space")
    on(lead, "Sign them off")
    expect(lead.page.get_by_text("Tick every point")).to_be_visible()
    lead.check()
    assert all(box.is_checked() for box in lead.page.get_by_role("checkbox").all()[:-1])
    lead.page.get_by_role("checkbox").last.focus()
    lead.page.keyboard.press("Space")
    on(lead, "Sign them off")
    expect(lead.page.get_by_role("status")).to_contain_text("is signed off")


def first_case(recruit: Person) -> None:
    """Their work is open, and the first case is theirs."""
    recruit.go("/")
    expect(recruit.page.locator("h1")).to_have_text("Your caseload")
    recruit.press("button", "Get next case")
    recruit.page.wait_for_url("**/cases/*")
    recruit.page.get_by_text("You hold this now").wait_for()
    recruit.check()
