"""Breaking the glass: exact lookup, a reason, at most an hour, marked pages, others told, and no way round it."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests import world
from tests.glass import REASON, arrange, break_
from tests.interviewing import OpenPage
from tests.site import Site
from tracer import clock
from tracer.casework import grants_told, notices
from tracer.models import AuditEvent, Case, Contact, Grant, Notice, Staff, Task

PERSON = {"given_name": "CANARY1", "family_name": "quillfeather1", "date_of_birth": "27/03/1980", "postcode": "se11aa"}
MISS = "No record found by exactly these"


def test_a_record_opens_by_its_reference_however_it_is_spaced(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    assert client.get(f"/cases/{case.id}").status_code == 404
    spaced = f" {case.reference[:4].lower()}  {case.reference[4:6]}-{case.reference[6:].lower()} "
    answer = break_(client, reference=spaced)
    assert answer.status_code == 302 and answer.headers["Location"] == f"/cases/{case.id}"
    page = client.get(f"/cases/{case.id}").text
    assert "Canary1 Quillfeather1" in page and "Wren Sparrowhawk" in page
    assert "You broke the glass" in page and "Close the record" in page and "Supervisor Example" in page


def test_a_record_opens_by_name_birth_date_and_postcode_together(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    assert break_(client, **PERSON).headers["Location"] == f"/cases/{case.id}"
    assert client.get(f"/cases/{case.id}").status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reference": "ZZZZZZZZ"}, MISS),
        ({**PERSON, "given_name": "Canar"}, MISS),
        ({**PERSON, "family_name": "Quill%"}, MISS),
        ({**PERSON, "date_of_birth": "28/03/1980"}, MISS),
        ({**PERSON, "postcode": "SE1 1AB"}, MISS),
        ({**PERSON, "postcode": ""}, "Give all four"),
        ({"family_name": "Quillfeather1"}, "Give all four"),
        ({"reference": "QUILL"}, "A reference is 8 letters and digits"),
        ({}, "Give a reference, or all four"),
        ({"reference": "ZZZZZZZZ", **PERSON}, "not both"),
        ({"reference": "ZZZZZZZZ", "reason": "because"}, "at least 15 characters"),
        ({"reference": "ZZZZZZZZ", "reason": "aaaaaaaaaaaaaaaaaaaaaa"}, "at least 15 characters"),
        ({"reference": "ZZZZZZZZ", "reason": "....... 1234567 ......."}, "at least 15 characters"),
        ({"reference": "ZZZZZZZZ", "reason": "xxx xxxx xxxxx xxxxxxx"}, "at least 15 characters"),
        ({"reference": "ZZZZZZZZ", "minutes": "600"}, "Choose for how long"),
    ],
)
def test_no_part_is_enough_and_no_reason_is_none(site: Site, given: dict[str, str], words: str) -> None:
    arrange(site)
    answer = break_(site.browser("tracer1"), **given)
    assert answer.status_code == 422
    assert words in answer.text
    with site.system() as session:
        assert session.scalar(select(Grant.id)) is None


def test_it_ends_to_the_second(site: Site) -> None:
    case, contact = arrange(site)
    start = clock.now()
    with time_machine.travel(start, tick=False) as watch:
        client = site.browser("tracer1")
        break_(client, reference=case.reference)
        paths = [f"/cases/{case.id}", f"/contacts/{contact.id}"]
        watch.move_to(start + timedelta(minutes=30) - timedelta(seconds=1))
        assert [client.get(path).status_code for path in paths] == [200, 200]
        watch.move_to(start + timedelta(minutes=30))
        if site.url.startswith("sqlite"):
            assert [client.get(path).status_code for path in paths] == [404, 404]
        reveal = client.post(f"/people/{case.person_id}/reveal/phone")
        assert reveal.status_code == 404


def test_it_lets_see_and_reveal_and_do_nothing(site: Site) -> None:
    case, contact = arrange(site)
    client = site.browser("tracer1")
    break_(client, reference=case.reference)
    shown = client.post(f"/people/{case.person_id}/reveal/phone")
    assert "07400 100001" in shown.text and "You broke the glass" in shown.text
    assert "You broke the glass" in client.get(f"/contacts/{contact.id}").text
    page = client.get(f"/cases/{case.id}").text
    assert "Record an attempt" not in page and "Start or go on" not in page and "Give this back" not in page
    tried = {"once": "6f1f4d43-7f1c-4fd3-9f0e-5b1f1a1f2a11", "outcome": "no answer"}
    assert client.post(f"/cases/{case.id}/attempts", data=tried).status_code == 409
    assert client.post(f"/cases/{case.id}/interview").status_code == 403
    with site.system() as session:
        task = session.scalars(select(Task).where(Task.case_id == case.id)).one()
        version = task.version
    back = client.post(f"/tasks/{task.id}/return", data={"reason": "not mine", "version": str(version)})
    assert back.status_code == 409
    with site.system() as session:
        assert session.get_one(Task, task.id).version == version


def test_the_answers_are_read_on_one_marked_page_and_none_is_taken(site: Site) -> None:
    case, _ = arrange(site)
    holder = site.browser("tracer4")
    begun = holder.post(f"/cases/{case.id}/interview").headers["Location"]
    section = holder.get(begun).headers["Location"]
    client = site.browser("tracer1")
    assert client.get(f"{begun}/check").status_code == 404
    break_(client, reference=case.reference)
    assert f"{begun}/check" in client.get(f"/cases/{case.id}").text
    page = client.get(f"{begun}/check").text
    assert "You broke the glass" in page and ">Change<" not in page and "Finish the" not in page
    assert client.get(section.partition("#")[0]).headers["Location"].endswith("/check")
    assert client.get(begun).headers["Location"].endswith("/check")
    typing = OpenPage(client, begun, section.rpartition("/")[2].partition("#")[0])
    assert typing.send(typing.change("who_answers", "person")).status_code in {403, 409}
    assert client.post(f"{begun}/finish").status_code in {403, 409, 422}
    assert holder.get(f"{begun}/check").status_code == 200


def test_a_contact_opens_without_its_case(site: Site) -> None:
    case, contact = arrange(site)
    client = site.browser("tracer1")
    assert break_(client, reference=contact.reference).headers["Location"] == f"/contacts/{contact.id}"
    page = client.get(f"/contacts/{contact.id}").text
    assert "Wren Sparrowhawk" in page and case.reference not in page
    assert client.get(f"/cases/{case.id}").status_code == 404


def test_it_is_closed_by_whoever_has_it_and_by_whoever_sees_it(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    for closer in ("tracer1", "supervisor", "privacy"):
        break_(client, reference=case.reference)
        with site.system() as session:
            grant = session.scalars(select(Grant).order_by(Grant.id.desc()).limit(1)).one()
        assert client.get(f"/cases/{case.id}").status_code == 200
        their = client if closer == "tracer1" else site.browser(closer)
        assert their.post(f"/glass/{grant.id}/end").status_code == 302
        assert client.get(f"/cases/{case.id}").status_code == 404
        assert their.post(f"/glass/{grant.id}/end").status_code == 409


def test_supervisor_and_privacy_officer_see_it_at_once_with_what_was_read(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    break_(client, reference=case.reference)
    client.get(f"/cases/{case.id}")
    client.post(f"/people/{case.person_id}/reveal/phone")
    with site.system() as session:
        grant = session.scalars(select(Grant)).one()
    for account in ("supervisor", "privacy"):
        watching = site.browser(account)
        page = watching.get("/glass").text
        assert case.reference in page and REASON in page and "Tracer1 Example" in page
        assert 'ways__count">1<' in page
        one = watching.get(f"/glass/{grant.id}").text
        assert "Read the telephone number of a person" in one and "Read the identity of a person" in one
        assert "Quillfeather1" not in one and "100001" not in one
    for account in ("supervisor2", "tracer2", "tracer4"):
        watching = site.browser(account)
        assert case.reference not in watching.get("/glass").text
        assert watching.get(f"/glass/{grant.id}").status_code == 404
        assert watching.post(f"/glass/{grant.id}/end").status_code == 404
    assert site.browser("admin").get("/glass").status_code == 403


def test_each_who_must_know_is_written_to_once_and_told_no_name_of_a_patient(site: Site) -> None:
    case, _ = arrange(site)
    break_(site.browser("tracer1"), reference=case.reference)
    for _ in range(2):
        with site.system("routine.tell_of_grants") as session:
            grants_told.tell(session, clock.now())
    with site.system() as session:
        owed = session.scalars(select(Notice).where(Notice.kind == "glass-broken")).all()
        to = {session.get_one(Staff, notice.staff_id).email: notices.opened(notice) for notice in owed}
    assert set(to) == {world.address("supervisor"), world.address("privacy")}
    for said in to.values():
        assert said["details"]["who"] == "Tracer1 Example" and said["details"]["reference"] == case.reference
        assert "Quillfeather" not in str(said) and REASON not in str(said)


def test_the_lookup_is_on_record_hit_or_miss_and_never_what_was_typed(site: Site) -> None:
    arrange(site)
    client = site.browser("tracer1")
    break_(client, **PERSON)
    break_(client, **{**PERSON, "given_name": "Somebody"})
    break_(client, reference="ZZZZ ZZZZ")
    with site.system() as session:
        who = world.account(session, "tracer1").id
        query = select(AuditEvent).where(AuditEvent.entity == "record_lookup", AuditEvent.actor_id == who)
        found = session.scalars(query.order_by(AuditEvent.id)).all()
    assert [one.did for one in found] == ["found", "missed", "missed"]
    assert all(re.fullmatch("[0-9a-f]{64}", one.entity_id) for one in found[:2])
    assert found[2].entity_id == "ZZZZZZZZ"


def test_ten_misses_within_an_hour_end_the_looking(site: Site) -> None:
    case, _ = arrange(site)
    start = clock.now()
    with time_machine.travel(start, tick=False) as watch:
        client = site.browser("tracer1")
        for _ in range(10):
            assert MISS in break_(client, reference="ZZZZZZZZ").text
        refused = break_(client, reference=case.reference)
        assert refused.status_code == 422 and "10 records within an hour" in refused.text
        other = site.browser("tracer2")
        assert break_(other, reference=case.reference).status_code == 302
        watch.move_to(start + timedelta(hours=1, seconds=1))
        again = site.browser("tracer1")  # an hour without doing anything has signed them out
        assert break_(again, reference=case.reference).headers["Location"] == f"/cases/{case.id}"


@pytest.mark.parametrize("account", ["admin", "trainer", "privacy", "analyst"])
def test_nobody_else_breaks_it(site: Site, account: str) -> None:
    case, _ = arrange(site)
    assert break_(site.browser(account), reference=case.reference).status_code == 403


def test_what_is_ones_own_breaks_nothing(site: Site) -> None:
    case, _ = arrange(site)
    answer = break_(site.browser("tracer4"), reference=case.reference)
    assert answer.headers["Location"] == f"/cases/{case.id}"
    with site.system() as session:
        assert session.scalar(select(Grant.id)) is None


def test_hidden_and_absent_stay_one_answer_before_and_after(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    absent = client.get("/cases/00000000-0000-7000-8000-000000000000")
    assert client.get(f"/cases/{case.id}").data == absent.data
    break_(client, reference=case.reference)
    with site.system() as session:
        grant = session.scalars(select(Grant)).one()
    client.post(f"/glass/{grant.id}/end")
    client.get("/glass")
    after = client.get(f"/cases/{case.id}")
    assert (after.status_code, after.data) == (404, absent.data)


def test_the_reason_is_in_no_address_no_log_and_no_column(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    case, _ = arrange(site)
    client, seen = site.browser("tracer1"), []
    with caplog.at_level(logging.DEBUG):
        answer = break_(client, reference=case.reference)
        while answer.status_code == 302:
            seen.append(answer.headers["Location"])
            answer = client.get(seen[-1])
        seen += re.findall(r'(?:href|action)="([^"]*)"', answer.text)
        client.get("/glass")
    words = [word for word in REASON.split() if len(word) > 4]
    assert not [one for one in seen if any(word.lower() in one.lower() for word in words)]
    assert REASON not in caplog.text and REASON not in str(answer.headers) and REASON not in answer.text
    with site.system() as session:
        grant: Any = session.scalars(select(Grant)).one()
        assert REASON.encode() not in grant.sealed_reason
        assert not [event for event in session.scalars(select(AuditEvent)) if REASON in str(vars(event))]


def test_a_get_breaks_nothing(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    client.get(f"/glass?reference={case.reference}&minutes=30")
    client.get(f"/glass/new?reference={case.reference}")
    assert client.get(f"/cases/{case.id}").status_code == 404


def test_several_records_of_one_person_open_together(site: Site) -> None:
    case, _ = arrange(site)
    with site.system() as session:
        first = session.get_one(Case, case.id)
        _, other = arrange_contact(session, first)
    client = site.browser("tracer1")
    assert break_(client, **PERSON).headers["Location"] == "/glass"
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.get(f"/contacts/{other.id}").status_code == 200


def arrange_contact(session: Any, case: Case) -> tuple[Case, Contact]:
    """The case's person is also a contact of another case."""
    from tracer.casework import contacts
    from tracer.casework.contacts import Named
    from tracer.schemas.identity import Identity

    another, _ = world.make_case(session, 7, area="SE1")
    who = Identity(given_name="Somebody", phone="+447400120009")
    contact = contacts.record(another, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
    contact.person_id = case.person_id
    session.flush()
    return another, contact
