"""The case and contact pages: masks, reveals, attempts, hand-back, and forms posted twice, stale or wrong."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import cases, contacts
from tracer.casework.contacts import Named
from tracer.models import Attempt, AuditEvent, Case, Contact, Notice, NoticeState, Task, TaskState
from tracer.schemas.identity import Identity

LATER = (clock.today() + timedelta(days=1)).isoformat()


def held(site: Site, account: str = "tracer1", number: int = 1) -> tuple[Case, Task]:
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, account)
    return case, task


def attempt(**given: Any) -> dict[str, Any]:
    return {"once": str(uuid4()), "outcome": "no answer", "note": "", "callback_day": "", "callback_time": "", **given}


def test_masked_until_revealed_and_on_record(site: Site) -> None:
    case, _ = held(site)
    client = site.browser("tracer1")
    page = client.get(f"/cases/{case.id}").text
    assert "Canary1" in page
    for secret in ("07400 100001", "canary1@example.com", "Marigold Row"):
        assert secret not in page
    shown = client.post(f"/people/{case.person_id}/reveal/phone")
    assert "07400 100001" in shown.text
    with site.system() as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.entity == "person", AuditEvent.did == "read")
        ).all()
        assert [event.fields for event in events] == [["identity"], ["phone"]]
        assert all(event.actor_kind == "tracer" for event in events)


def test_get_next_takes_the_most_urgent_of_my_pool_first(site: Site) -> None:
    with site.system() as session:
        late, _ = world.make_case(session, 1, specimen_date=clock.today() - timedelta(days=9), onset_date=None)
        urgent, task = world.make_case(session, 2)
        world.make_case(session, 3, area="SE1")
        assert task.priority > session.scalars(select(Task).where(Task.case_id == late.id)).one().priority
    client = site.browser("tracer1")
    assert client.post("/caseload/next").headers["Location"] == f"/cases/{urgent.id}"
    assert client.post("/caseload/next").headers["Location"] == f"/cases/{late.id}"
    assert client.post("/caseload/next").headers["Location"] == "/caseload"
    page = client.get("/caseload").text
    assert "Nothing is waiting" in page
    assert urgent.reference in page
    assert "Canary" not in page


def test_a_callback_stays_with_its_holder(site: Site) -> None:
    case, task = held(site)
    client = site.browser("tracer1")
    form = attempt(outcome="call back", callback_day=LATER, callback_time="3pm")
    assert client.post(f"/cases/{case.id}/attempts", data=form).status_code == 302
    assert "callback" in client.get("/caseload").text
    with site.system() as session:
        found = session.get_one(Task, task.id)
        assert found.not_before is not None
        assert f"{clock.london(found.not_before):%H:%M}" == "15:00"
        assert found.held_until is not None
        assert found.held_until > found.not_before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"outcome": "call back"}, "Enter the day and time"),
        ({"outcome": "call back", "callback_day": LATER, "callback_time": "teatime"}, "Enter a time like"),
        ({"outcome": "call back", "callback_day": LATER, "callback_time": "23:00"}, "between 08:00 and 20:00"),
        ({"outcome": "call back", "callback_day": "2020-01-01", "callback_time": "9:00"}, "still to come"),
        ({"outcome": "flew away"}, "Choose what happened"),
        ({"note": "x" * 2001}, "under 2,000"),
    ],
)
def test_a_wrong_attempt_is_shown_again_with_what_was_typed(site: Site, given: dict[str, Any], words: str) -> None:
    case, _ = held(site)
    answer = site.browser("tracer1").post(f"/cases/{case.id}/attempts", data=attempt(**{"note": "Kept words", **given}))
    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>Error: " in answer.text
    assert ("Kept words" in answer.text) or ("xxx" in answer.text)


def test_a_form_posted_twice_counts_once(site: Site) -> None:
    case, _ = held(site)
    client, form = site.browser("tracer1"), attempt()
    assert client.post(f"/cases/{case.id}/attempts", data=form).status_code == 302
    again = client.post(f"/cases/{case.id}/attempts", data=form)
    assert again.status_code == 409
    assert "not recorded twice" in again.text
    with site.system() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


def test_unknown_fields_and_stale_pages_are_refused(site: Site) -> None:
    case, task = held(site)
    client = site.browser("tracer1")
    assert client.post(f"/cases/{case.id}/attempts", data=attempt(holder_id="me")).status_code == 422
    stale = client.post(f"/tasks/{task.id}/return", data={"reason": "my shift ends", "version": "1"})
    assert stale.status_code == 409
    with site.system() as session:
        version = session.get_one(Task, task.id).version
    answer = client.post(f"/tasks/{task.id}/return", data={"reason": "my shift ends", "version": str(version)})
    assert answer.status_code == 302
    assert client.get(f"/cases/{case.id}").status_code == 404


def test_the_last_attempt_closes_the_case(site: Site) -> None:
    case, task = held(site)
    client = site.browser("tracer1")
    with site.system() as session:
        almost = session.get_one(Task, task.id)
        almost.attempts, almost.created_at = 14, clock.now() - timedelta(hours=97)
    assert client.post(f"/cases/{case.id}/attempts", data=attempt()).headers["Location"] == "/caseload"
    with site.system() as session:
        assert session.get_one(Task, task.id).state is TaskState.DONE
        assert session.get_one(Case, case.id).outcome == "not reached"


def test_a_contact_page_after_its_message_went(site: Site) -> None:
    case, _ = held(site)
    with site.system() as session:
        who = Named(Identity("Wren", "Sparrow", phone="+447400100009"), clock.today(), "face_to_face")
        contact = contacts.record(cases.get(session, case.id), [who], Identity(), clock.now())[0]
        notice = session.scalars(select(Notice)).one()
        notice.state, notice.settled_at = NoticeState.SENT, clock.now()
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer3")
    page = site.browser("tracer3").get(f"/contacts/{contact.id}")
    assert page.status_code == 200
    assert "Message sent" in page.text
    assert "Canary" not in page.text
    assert case.reference not in page.text
    own = site.browser("tracer1").get(f"/contacts/{contact.id}")
    assert case.reference in own.text
    with site.system() as session:
        assert session.scalars(select(Contact)).one().reference == contact.reference


def test_old_cookies_are_worth_nothing(site: Site) -> None:
    client = site.browser("tracer1")
    cookie = client.get_cookie("tracer")
    assert cookie is not None
    client.post("/sign-out")
    thief = site.browser()
    thief.set_cookie("tracer", cookie.value)
    assert thief.get("/caseload").status_code == 302
    for headers in (thief.get("/sign-in").headers, thief.get("/nothing").headers):
        assert headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    client = site.browser("tracer1")
    site.app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/caseload/next")
    assert answer.status_code == 400
    assert "reload it and send it again" in answer.text


def test_no_name_stands_in_the_database_file(site: Site) -> None:
    """A database file opened with a text tool shows nobody."""
    case, _ = held(site)
    client = site.browser("tracer1")
    client.post(f"/cases/{case.id}/attempts", data=attempt(note="Canary1 asked for Wednesday"))
    file = site.instance / "tracer.sqlite"
    if not file.exists():
        with site.system() as session:
            rows = session.execute(select(Case, Attempt.sealed_note).join(Attempt, Attempt.case_id == Case.id)).all()
            assert b"Canary" not in repr([vars(row[0]) for row in rows]).encode()
            assert all(b"Canary" not in (row[1] or b"") for row in rows)
        return
    data = file.read_bytes()
    for secret in (b"Canary1", b"Quillfeather", b"400100001", b"Marigold", b"canary1@"):
        assert secret not in data
