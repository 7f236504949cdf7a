"""Links that set a password: invitations, forgotten passwords; once, for 48 hours, to one mailbox."""

import re
from datetime import timedelta
from email import message_from_bytes

from sqlalchemy import select

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tracer import config
from tracer.access import links
from tracer.delivery.worker import Worker
from tracer.models import AuditEvent, Notice, PasswordLink, PasswordRequest, Staff

NEW = {"email": "wren@demo.example", "given_name": "Wren", "family_name": "Example", "role": "analyst"}
GOOD = "plinth gravel monsoon"


def work(site: Site) -> list[tuple[str, str]]:
    """Let the worker work; what came, as (to, text)."""
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    while worker.tick():
        pass
    worker.close()
    mails = [message_from_bytes(path.read_bytes()) for path in sorted((site.instance / "outbox").rglob("*.eml"))]
    return [(str(mail["To"]), bytes(mail.get_payload(decode=True)).decode()) for mail in mails]


def link_in(text: str) -> str:
    return str(re.findall(r"/join/[\w-]+", text)[0])


def test_who_is_invited_chooses_a_password_once(site: Site, later: Clock) -> None:
    admin = site.browser("admin")
    answer = admin.post("/staff", data=NEW)
    assert answer.status_code == 200 and "is invited" in answer.text
    shown = re.findall(r"http://localhost:8000(/join/[\w-]+)", answer.text)[0]
    mails = work(site)
    assert [to for to, _ in mails] == [NEW["email"]]
    link = link_in(mails[0][1])
    assert link == shown and "http://localhost:8000/join/" in mails[0][1]
    with site.system() as session:
        kept = session.scalars(select(PasswordLink)).one()
        assert kept.token_hash == links.digest(link.removeprefix("/join/"))
        account, notice = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.entity.in_(("staff", "notice")))
            .where(AuditEvent.action == "staff.add")
            .order_by(AuditEvent.entity.desc())
        ).all()
        assert (account.did, notice.did) == ("added", "added")

    client = site.browser()
    page = client.get(link)
    assert all(word in page.text for word in ("Wren Example", "wren@demo.example", "analyst"))
    assert client.get(link).status_code == 200, "looking does not use it up"
    weak = client.post(link, data={"password": "wrenwrenwrenwren"})
    assert weak.status_code == 422 and "common words, names" in weak.text
    done = client.post(link, data={"password": GOOD}, follow_redirects=True)
    assert "Your password is set" in done.text
    assert client.post("/sign-in", data={"email": NEW["email"], "password": GOOD}).status_code == 302
    assert site.browser().post(link, data={"password": GOOD + "!"}).status_code == 404


def test_used_replaced_expired_and_unknown_links_read_alike(site: Site, later: Clock) -> None:
    admin = site.browser("admin")
    used = link_in(admin.post("/staff", data=NEW).text)
    site.browser().post(used, data={"password": GOOD})
    second = {**NEW, "email": "robin@demo.example"}
    replaced = link_in(admin.post("/staff", data=second).text)
    with site.system() as session:
        robin = session.scalars(select(Staff.id).where(Staff.email == second["email"])).one()
    newest = link_in(admin.post(f"/staff/{robin}/link").text)
    assert site.browser().get(newest).status_code == 200
    unknown = "/join/" + "x" * 43
    before = {site.browser().get(one).data for one in (used, replaced, unknown)}
    later(timedelta(hours=48, minutes=1))
    after = {site.browser().get(one).data for one in (used, replaced, newest, unknown)}
    posted = {site.browser().post(one, data={"password": GOOD}).data for one in (used, replaced, newest, unknown)}
    assert len(before | after | posted) == 1
    assert b"ask for a new link" in before.pop()
    with site.system() as session:
        assert session.get_one(Staff, robin).password_hash is None


def test_an_ended_account_is_not_invited_and_its_link_stops(site: Site) -> None:
    admin = site.browser("admin")
    link = link_in(admin.post("/staff", data=NEW).text)
    with site.system() as session:
        wren = session.scalars(select(Staff).where(Staff.email == NEW["email"])).one()
        version = wren.version
    assert admin.post(f"/staff/{wren.id}/end", data={"version": str(version)}).status_code == 302
    assert site.browser().get(link).status_code == 404
    assert admin.post(f"/staff/{wren.id}/link").status_code == 409


def test_an_administrator_never_sees_the_link_of_somebody_with_a_password(site: Site) -> None:
    with site.system() as session:
        privacy = world.account(session, "privacy").id
    answer = site.browser("admin").post(f"/staff/{privacy}/link", follow_redirects=True)
    assert "/join/" not in answer.text and "on its way to privacy@demo.example" in answer.text
    assert site.browser("supervisor").post(f"/staff/{privacy}/link").status_code == 404
    mails = work(site)
    assert [to for to, _ in mails] == ["privacy@demo.example"]
    assert "Somebody asked for a new password" in mails[0][1]


def test_a_forgotten_password_is_answered_alike_and_looked_up_by_nobody_here(site: Site) -> None:
    pages = set()
    for email in ("tracer1@demo.example", "nobody@demo.example", "importer@demo.example"):
        answer = site.browser().post("/forgotten-password", data={"email": email})
        pages.add((answer.status_code, answer.data))
    assert len(pages) == 1
    with site.system() as session:
        asked = session.scalars(select(PasswordRequest)).all()
        assert len(asked) == 3
        assert all(b"tracer1" not in one.sealed for one in asked)
        assert session.scalars(select(Notice)).all() == [], "the web did not look"
    mails = work(site)
    assert [to for to, _ in mails] == ["tracer1@demo.example"]
    with site.system() as session:
        assert session.scalars(select(PasswordRequest)).all() == []
    working = site.browser("tracer1")
    assert working.get("/caseload").status_code == 200, "the old password goes on working until the link is used"
    site.browser().post(link_in(mails[0][1]), data={"password": GOOD})
    assert working.get("/caseload").status_code == 302, "then every sign-in ends"
    form = {"email": "tracer1@demo.example", "password": GOOD}
    assert site.browser().post("/sign-in", data=form).status_code == 302


def test_a_mailbox_is_not_flooded(site: Site, later: Clock) -> None:
    answers = {
        site.browser().post("/forgotten-password", data={"email": "tracer1@demo.example"}).data for _ in range(9)
    }
    assert len(answers) == 1
    with site.system() as session:
        assert len(session.scalars(select(PasswordRequest)).all()) == 3


def test_links_that_stopped_long_ago_leave_no_row(site: Site, later: Clock) -> None:
    site.browser("admin").post("/staff", data=NEW)
    later(timedelta(days=33))
    work(site)
    with site.system() as session:
        assert session.scalars(select(PasswordLink)).all() == []


def test_staff_are_invited_on_the_command_line(site: Site) -> None:
    runner = site.app.test_cli_runner(env={"TRACER_INSTANCE": str(site.instance)})
    names = ("--given-name", "Wren", "--family-name", "Example", "--role", "analyst")
    done = runner.invoke(args=["staff", "add", "wren@demo.example", *names, "--invite"])
    assert done.exit_code == 0, done.output
    assert site.browser().get(link_in(done.output)).status_code == 200
    assert [to for to, _ in work(site)] == ["wren@demo.example"]
