"""The main job as three people do it, and the two who look after them: a batch comes in, a case is worked,
its contact is called, work moves, staff come and go, and who saw what is on record."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import batches, world
from tests.browser.calls import NEAR, interview
from tests.browser.conftest import Person
from tests.conftest import KINDS
from tests.site import Site
from tracer import clock, config
from tracer.delivery.worker import Worker
from tracer.models import Contact, ContactState, Notice, Task, TaskState

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", KINDS, indirect=True)]
# The two cases of the batch: nothing of them may reach whoever calls their contacts.
SECRETS = ("Thistlewood", "Amara", "Beatrix", "Marigold")
CHOSEN = "seven owls above the quarry"


def test_the_story(site: Site, person: Callable[..., Person], batch: Path) -> None:
    """Steps 2 to 10, by keyboard, every page accessible and narrow enough."""
    result = site.app.test_cli_runner().invoke(args=["intake", "load", str(batch)])
    assert result.exit_code == 2 and "2 loaded, 0 joined, 1 rejected" in result.output
    tracer, caller, supervisor = person(), person(), person()
    come_in(tracer)
    first = take(tracer)
    reveal(tracer)
    ask_to_be_called(tracer)
    second = at_the_same_address(tracer)
    nobody_answers(tracer)
    caseload_in_order(tracer, second, first)
    work(tracer, first)
    send_messages(site)
    call_contact(site, caller)
    hand_over(supervisor, tracer, caller, second)
    give_back(caller, second)
    administer(site, person, batch)
    look_into(site, person())


def come_in(tracer: Person) -> None:
    """Asked to sign in, refused once, and then at a caseload that is still empty."""
    tracer.go("/caseload")
    assert "/sign-in" in tracer.page.url
    tracer.check()
    tracer.sign_in("tracer1", "not-the-password")
    tracer.page.get_by_text("The e-mail address or the password is not right").first.wait_for()
    tracer.check()
    tracer.sign_in("tracer1")
    tracer.page.get_by_text("You hold nothing").wait_for()
    tracer.check()


def take(tracer: Person) -> str:
    """The next case is theirs; the address of its record."""
    tracer.go("/caseload")
    tracer.press("button", "Get next case")
    tracer.page.wait_for_url("**/cases/*")
    tracer.page.get_by_text("You hold this now, and 1 more at the same address").wait_for()
    tracer.check()
    return tracer.page.url


def at_the_same_address(tracer: Person) -> str:
    """The other case of the household came with the first; the address of its record."""
    tracer.page.get_by_role("heading", name="At the same address, yours too").wait_for()
    link = tracer.page.get_by_role("listitem").filter(has_text="Interview").get_by_role("link")
    tracer.go(str(link.get_attribute("href")))
    tracer.page.get_by_role("button", name="Start or go on with the interview").wait_for()
    tracer.check()
    return tracer.page.url


def reveal(tracer: Person) -> None:
    """Masked until asked for; shown in place, where the reader's focus then is."""
    assert "07400 10010" not in tracer.page.content() and "Marigold" not in tracer.page.content()
    tracer.press("button", "Reveal Telephone")
    tracer.page.get_by_text("07400 10010").wait_for()
    assert "07400 10010" in tracer.page.evaluate("document.activeElement.textContent")
    tracer.press("button", "Reveal Address")
    tracer.page.get_by_text("Marigold Row").wait_for()
    tracer.check()


def ask_to_be_called(tracer: Person) -> None:
    """An attempt with nothing chosen, then with no time, and then as they asked: in three days at ten."""
    page = tracer.page
    tracer.press("button", "Record")
    page.get_by_role("alert").get_by_text("Choose what happened.").wait_for()
    tracer.check()
    tracer.press("link", "Choose what happened.")
    assert page.get_by_label("No answer").evaluate("one => one === document.activeElement")
    tracer.press("radio", "Call back at a time")
    page.get_by_label("Note").fill("Asked for the morning")
    tracer.press("button", "Record")
    page.get_by_role("alert").get_by_text("Enter the day and time they asked for.").wait_for()
    assert page.get_by_label("Note").input_value() == "Asked for the morning"
    tracer.check()
    page.get_by_label("Call back on").select_option((clock.today() + timedelta(days=3)).isoformat())
    page.get_by_label("At what time").fill("10am")
    tracer.press("button", "Record")
    page.get_by_text("Recorded: call back at a time.").wait_for()
    page.get_by_text("Asked for the morning").wait_for()
    tracer.check()


def nobody_answers(tracer: Person) -> None:
    """The next try is set for them."""
    tracer.press("radio", "No answer")
    tracer.press("button", "Record")
    tracer.page.get_by_text("Recorded: no answer.").wait_for()


def caseload_in_order(tracer: Person, *records: str) -> None:
    """What they hold, the next to work first; a callback is shown by its time."""
    tracer.go("/caseload")
    rows = tracer.page.locator("main tbody tr")
    links = [tracer.address + str(one.get_attribute("href")) for one in rows.locator("a").all()]
    assert links == list(records)
    assert "callback" not in rows.nth(0).inner_text().lower()
    for words in ("callback", ", 10:00"):
        assert words in rows.nth(1).inner_text().lower()
    tracer.check()


def work(tracer: Person, record: str) -> None:
    """They ring back early: the interview, the answers checked before and after, and the record closes."""
    page = tracer.page
    page.goto(record)
    tracer.press("button", "Start or go on with the interview")
    page.wait_for_url("**/interviews/**")
    tracer.press("link", "Check answers")
    page.get_by_role("heading", name="still to answer").wait_for()
    tracer.check()
    tracer.press("button", "Finish the interview")
    page.get_by_role("alert").get_by_text("still to answer").wait_for()
    tracer.check()
    tracer.press("link", "Introduction", 0)
    page.wait_for_url("**/introduction**")
    interview(tracer)
    assert not page.locator(".govuk-error-summary").count(), page.locator("main").inner_text()
    tracer.check()
    tracer.press("button", "Finish the interview")
    page.wait_for_url("**/caseload")
    page.get_by_text("written to the record").wait_for()
    tracer.finds_nothing_at(record)


def send_messages(site: Site) -> None:
    """The worker sends the message that the contact is owed; its envelope and its text name one mailbox."""
    Worker(config.read({"TRACER_INSTANCE": str(site.instance)})).tick()
    with site.system() as session:
        assert session.scalars(select(Notice)).one().state.value == "sent"
    [sent] = (site.instance / "outbox").glob("*.eml")
    message = sent.read_text()
    assert message.count("@example.com") == message.count(NEAR) >= 1
    assert not any(word in message for word in SECRETS)


def call_contact(site: Site, caller: Person) -> None:
    """Another tracer takes what waits: the contact. They never see who the case is."""
    caller.sign_in("tracer2")
    caller.press("button", "Get next case")
    caller.page.wait_for_url("**/contacts/*")
    record = caller.page.url
    caller.check()
    caller.press("button", "Reveal E-mail")
    caller.page.get_by_text(NEAR).wait_for()
    caller.check()
    caller.says_nothing_of(SECRETS)
    caller.press("button", "Start or go on with the alert call")
    caller.page.wait_for_url("**/interviews/**")
    interview(caller, SECRETS)
    caller.check()
    caller.press("button", "Finish the alert call")
    caller.page.get_by_text("written to the record").wait_for()
    caller.finds_nothing_at(record)
    with site.system() as session:
        contact = session.scalars(select(Contact).where(Contact.risk == "close")).one()
        assert contact.state is ContactState.ALERTED
        assert session.get_one(Task, contact.alert_task_id).state is TaskState.DONE


def hand_over(supervisor: Person, tracer: Person, caller: Person, record: str) -> None:
    """A supervisor moves a held case, once they have said which, to whom and why: it closes and opens at once."""
    page = supervisor.page
    supervisor.sign_in("supervisor")
    page.wait_for_url("**/team")
    supervisor.check()
    page.get_by_label("Show", exact=True).select_option(label="Held")
    supervisor.press("button", "Show these tasks")
    page.wait_for_url("**state=held**")
    supervisor.press("button", "Move")
    page.get_by_role("alert").get_by_text("Choose at least one task.").wait_for()
    supervisor.check()
    supervisor.press("checkbox", "Interview")
    page.get_by_label("To", exact=True).select_option(label="Tracer2 Example (holds 0)")
    page.get_by_label("Why?").fill("Shift ends")
    supervisor.press("button", "Move")
    page.get_by_text("1 moved to Tracer2 Example.").wait_for()
    supervisor.check()
    tracer.finds_nothing_at(record)
    tracer.go("/caseload")
    tracer.page.get_by_text("You hold nothing").wait_for()
    caller.go("/caseload")
    assert str(caller.page.locator("main tbody a").get_attribute("href")) in record
    caller.page.goto(record)
    caller.page.get_by_text("Shift ends").wait_for()
    caller.check()


def give_back(caller: Person, record: str) -> None:
    """Its new holder gives it back to the pool, and it closes."""
    caller.page.locator("summary", has_text="Give this back to the pool").focus()
    caller.page.keyboard.press("Enter")
    caller.page.get_by_label("Why?").fill("My shift ends too")
    caller.check()
    caller.press("button", "Give back")
    caller.page.get_by_text("It is back in the pool.").wait_for()
    caller.finds_nothing_at(record)


def administer(site: Site, person: Callable[..., Person], batch: Path) -> None:
    """A batch sent again changes nothing; somebody joins, is moved, and leaves at once; a team is added."""
    admin, newcomer = person(), person()
    admin.sign_in("admin")
    send_again(site, admin, batch)
    join(newcomer, add_somebody(admin))
    newcomer.sign_in("dot", CHOSEN)
    newcomer.page.get_by_text("You see no records yet").wait_for()
    with site.system() as session:  # tests/browser/test_recruit.py does it by hand
        world.train(session, world.account(session, "dot"), clock.now())
    admin.page.reload()  # the account has a password since
    admin.page.get_by_label("Role", exact=True).select_option("supervisor")
    admin.press("checkbox", "Leeds")
    admin.press("button", "Change")
    admin.page.get_by_text("They sign in again to go on.").wait_for()
    newcomer.has_to_sign_in("/caseload")
    newcomer.sign_in("dot", CHOSEN)
    newcomer.page.get_by_role("heading", name="Leeds", exact=True).wait_for()
    admin.press("link", "End this account")
    admin.page.get_by_role("button", name="End the account now").wait_for()
    admin.check()
    admin.press("button", "End the account now")
    admin.page.get_by_text("The account of Dot Newcomer has ended.").wait_for()
    admin.check()
    newcomer.has_to_sign_in("/team")
    newcomer.sign_in("dot", CHOSEN)
    newcomer.page.get_by_text("The e-mail address or the password is not right").first.wait_for()
    add_team(admin)


def send_again(site: Site, admin: Person, batch: Path) -> None:
    admin.go("/intake")
    admin.check()
    admin.page.get_by_label("File", exact=True).set_input_files(batch)
    admin.press("button", "Send")
    admin.page.get_by_text("waiting to be loaded").wait_for()
    assert batches.work(site) == 1
    admin.press("link", "See how far it is")
    admin.page.get_by_text("3 rows: 0 loaded, 2 joined, 1 rejected").first.wait_for()
    admin.page.get_by_text("not a date").wait_for()
    admin.check()


def add_somebody(admin: Person) -> str:
    """Invited; the way of the link that they choose their password by."""
    admin.go("/staff")
    admin.check()
    admin.press("link", "Add somebody")
    admin.page.get_by_label("First name").wait_for()
    admin.check()
    admin.press("button", "Add")
    admin.page.get_by_role("alert").wait_for()
    admin.check()
    for label, words in (("E-mail address", world.address("dot")), ("First name", "Dot"), ("Last name", "Newcomer")):
        admin.page.locator("main").get_by_label(label).fill(words)
    admin.page.get_by_label("Role", exact=True).select_option("tracer")
    admin.page.get_by_label("Team", exact=True).select_option(label="— — Leeds")
    admin.press("button", "Add")
    admin.page.get_by_role("heading", name="Dot Newcomer is invited").wait_for()
    admin.check()
    link = admin.page.locator("code.once").inner_text()
    admin.press("link", "Dot Newcomer")
    admin.page.get_by_role("link", name="End this account").wait_for()
    admin.check()
    return "/join/" + link.partition("/join/")[2]


def join(newcomer: Person, way: str) -> None:
    newcomer.go(way)
    newcomer.check()
    newcomer.page.locator("main").get_by_label("Password").fill(CHOSEN)
    newcomer.page.keyboard.press("Enter")
    newcomer.page.get_by_text("Your password is set").wait_for()


def add_team(admin: Person) -> None:
    admin.go("/teams")
    admin.check()
    admin.page.locator("main").get_by_label("Name").fill("Hull")
    admin.page.get_by_label("Under").select_option(label="— North")
    admin.page.get_by_label("Postcode areas").fill("HU")
    admin.press("button", "Add the team")
    admin.page.get_by_text("Hull is there.").wait_for()
    admin.check()


def look_into(site: Site, officer: Person) -> None:
    """The privacy officer gives a reference, and learns who opened the record and what they did."""
    with site.system() as session:
        contact = session.scalars(select(Contact).where(Contact.risk == "close")).one()
    officer.sign_in("privacy")
    officer.check()
    officer.page.get_by_label("Reference or id").fill(contact.reference)
    officer.press("button", "Show these")
    readers = officer.page.get_by_role("region", name="Who saw this record")
    readers.get_by_text("Tracer2 Example").wait_for()
    assert "Tracer1" not in readers.inner_text(), "whoever names a contact has not opened it"
    officer.page.get_by_text("read the e-mail address of a person").first.wait_for()
    officer.check()
    officer.says_nothing_of((*SECRETS, NEAR))
