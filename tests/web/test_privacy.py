"""The privacy officer's page: who read and changed what, by record, person, day; it opens no identity."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import contacts, people, routine
from tracer.casework.contacts import Named
from tracer.models import AuditEvent, Case, Contact, Task
from tracer.schemas.identity import Identity


def opened(site: Site, account: str = "tracer1") -> Case:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, account)
    client = site.browser(account)
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.post(f"/people/{case.person_id}/reveal/phone").status_code == 200
    return case


def text_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_who_saw_a_record_is_answered_by_its_reference_alone(site: Site) -> None:
    case = opened(site)
    client = site.browser("privacy")
    spaced = f"{case.reference[:4]}%20{case.reference[4:].lower()}"
    page = client.get(f"/privacy?record={spaced}").text
    said = text_of(page)
    assert "Who saw this record" in said and "Tracer1 Example" in said
    assert "read the telephone number of a person, during identity.reveal" in said
    for secret in ("Canary1", "Quillfeather1", "100001", "Marigold"):
        assert secret not in page
    assert client.get(f"/cases/{case.id}").status_code == 404


def test_a_record_that_nobody_opened(site: Site) -> None:
    with site.system() as session:
        case, _ = world.make_case(session)
    assert "Nobody has opened it" in site.browser("privacy").get(f"/privacy?record={case.reference}").text


def test_what_somebody_did_and_on_which_day(site: Site) -> None:
    opened(site)
    client, today = site.browser("privacy"), clock.today()
    mine = f"/privacy?email={world.address('tracer1')}"
    assert "read the telephone number" in client.get(f"{mine}&day={today}&did=read").text
    assert "Nothing of that kind" in client.get(f"{mine}&day={today - timedelta(days=1)}").text
    assert "read the telephone number" not in client.get(f"{mine}&did=change").text
    assert "Nothing of that kind" in client.get(f"/privacy?email={world.address('tracer2')}").text


def test_an_id_of_the_list_finds_what_happened_to_it(site: Site) -> None:
    case = opened(site)
    assert "read the telephone number" in site.browser("privacy").get(f"/privacy?record={case.person_id}").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("record=ZZZZZZZZ", "No case or contact has this reference"),
        ("record=%3Cscript%3E", "No case or contact has this reference"),
        ("email=nobody@demo.example", "Nobody works or worked here"),
        ("day=27+March", "Write the day like"),
    ],
)
def test_what_cannot_be_found_is_said_beside_the_field(site: Site, query: str, words: str) -> None:
    answer = site.browser("privacy").get(f"/privacy?{query}")
    assert answer.status_code == 422
    assert words in answer.text and "<script>" not in answer.text.partition("</head>")[2].partition("<footer")[0]


def test_a_long_audit_comes_in_pages_without_a_gap(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(site)
    monkeypatch.setattr("tracer.reporting.events.PAGE", 1)
    client, ids, address = site.browser("privacy"), [], f"/privacy?email={world.address('tracer1')}"
    whole = 0
    while address:
        page = client.get(address).text
        rows = page.partition("<tbody")[2].count("<tr")
        ids.append(rows)
        whole += rows
        found = re.search(r'href="(/privacy\?[^"]*before=\d+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    monkeypatch.setattr("tracer.reporting.events.PAGE", 1000)
    all_at_once = client.get(f"/privacy?email={world.address('tracer1')}").text.partition("<tbody")[2].count("<tr")
    assert whole == all_at_once and len(ids) > 1


@pytest.mark.parametrize("account", ["admin", "supervisor", "tracer1", "trainer", "analyst"])
def test_nobody_else_reads_the_audit(site: Site, account: str) -> None:
    assert site.browser(account).get("/privacy").status_code == 403


def test_whoever_looks_at_the_audit_is_on_record_too(site: Site) -> None:
    case = opened(site)
    client = site.browser("privacy")
    client.get(f"/privacy?record={case.reference}")
    client.get(f"/privacy?email={world.address('tracer1')}")
    with site.system() as session:
        me, tracer = world.account(session, "privacy").id, world.account(session, "tracer1").id
        query = select(AuditEvent.entity_id).where(AuditEvent.actor_id == me, AuditEvent.entity == "audit_event")
        assert list(session.scalars(query.order_by(AuditEvent.id))) == [case.reference, f"of {tracer}"]


def test_a_page_goes_on_only_from_an_event_that_is_there(site: Site) -> None:
    assert site.browser("privacy").get("/privacy?before=999999999").status_code == 422


def test_who_read_a_contact_is_found_after_it_was_recognised_as_another_person(site: Site) -> None:
    """The double is taken away with its person; what was read stays with the contact."""
    with site.system() as session:
        case, _ = world.make_case(session)
        who = Identity("Nora", "Known", date_of_birth=date(1970, 1, 2), phone="+447400100055")
        session.add(people.new(who, clock.now() - timedelta(days=9)))
        contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer1")
    assert site.browser("tracer1").get(f"/contacts/{contact.id}").status_code == 200
    with site.system("routine.recognise") as session:
        routine.recognise(session, clock.now())
        assert session.get_one(Contact, contact.id).person_id != contact.person_id
    page = text_of(site.browser("privacy").get(f"/privacy?record={contact.reference}").text)
    assert "Tracer1 Example" in page.partition("Who saw this record")[2]
