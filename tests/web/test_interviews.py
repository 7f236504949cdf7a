"""The interview through the pages: a whole COVID-19 interview, its branches, and what it writes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import world
from tests.interviewing import TALKATIVE, OpenPage, begin, complete, save
from tests.site import Site
from tracer import clock, db
from tracer.casework import cases, contacts
from tracer.casework.contacts import Named
from tracer.models import Answer, Case, Contact, Exposure, Interview, Notice, Task, TaskKind, TaskState
from tracer.schemas.identity import Identity

DAY = clock.today() - timedelta(days=4)


def held_case(site: Site, to: str = "tracer1", **given: Any) -> Case:
    """A case whose interview task an account holds."""
    with site.system() as session:
        case, task = world.make_case(session, **given)
        world.give(session, task, to)
    return case


COVID = ("covid-19", "index-case")
OPEN = TALKATIVE | {"onset_date": DAY.strftime("%d %m %Y"), "setting": "none", "lives_with_others": "no"}
OPEN |= {"had_contacts": "no", "outcome": "completed", "has_symptoms": "yes", "which_symptoms": ["cough"]}


def walk(client: FlaskClient, interview: str) -> None:
    """Everything but the outcome: one person at home, one close contact, one far one, another number."""
    said = OPEN | {"lives_with_others": "yes", "had_contacts": "yes"}
    complete(client, interview, COVID, said, until="close")
    save(client, interview, "reaching", {"best_phone": "07400 100777"})
    save(client, interview, "household", {}, do="add:people_at_home")
    at_home = {"home_given_name": "Homer", "home_phone": "07400 100001"}
    save(client, interview, "household", {f"people_at_home/1/{key}": value for key, value in at_home.items()})
    for number, (name, near) in enumerate((("Closeby", "face_to_face"), ("Faraway", "other")), 1):
        save(client, interview, "contacts", {}, do="add:contact")
        told = {"given_name": name, "email": f"{name.lower()}@example.com", "closeness": near, "last": DAY.isoformat()}
        save(client, interview, "contacts", {f"contact/{number}/contact_{key}": value for key, value in told.items()})


def test_whole_interview_writes_the_record(site: Site) -> None:
    """Onset, dates, contacts, exposures, one alert task a household, notices; and the record closes."""
    case, client = held_case(site, onset_date=None), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    walk(client, interview)
    refused = client.post(f"{interview}/finish")
    assert refused.status_code == 422
    assert "How did the call end?" in refused.text
    save(client, interview, "close", {"outcome": "completed"})
    assert "Homer" in client.get(f"{interview}/check").text
    assert client.post(f"{interview}/finish").status_code == 302
    assert client.get(f"/cases/{case.id}").status_code == 404
    with site.system() as session:
        found = session.get(Case, case.id)
        assert found is not None
        assert (found.onset_date, found.outcome) == (DAY, "completed")
        assert found.window_from == DAY - timedelta(2)
        assert found.isolation_until == DAY + timedelta(10)
        people = session.scalars(select(Contact).order_by(Contact.risk)).all()
        assert sorted(one.risk for one in people) == ["close", "household", "other"]
        assert len(session.scalars(select(Exposure)).all()) == 3
        alerts = session.scalars(select(Task).where(Task.kind == TaskKind.ALERT)).all()
        assert len(alerts) == 2
        assert {one.channel.value for one in session.scalars(select(Notice))} == {"sms", "email"}
        assert session.scalars(select(Task).where(Task.case_id == case.id)).one().state is TaskState.DONE


def test_finishing_twice_changes_nothing(site: Site) -> None:
    """The second time there is nothing there to finish."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    walk(client, interview)
    save(client, interview, "close", {"outcome": "completed"})
    assert client.post(f"{interview}/finish").status_code == 302
    assert client.post(f"{interview}/finish").status_code == 404
    with site.system() as session:
        assert len(session.scalars(select(Contact)).all()) == 3


@pytest.mark.parametrize(("outcome", "state"), [("refused", TaskState.DONE), ("call_back", TaskState.HELD)])
def test_short_calls(site: Site, outcome: str, state: TaskState) -> None:
    """A refusal closes the task; a call back keeps it with its holder, and the answers stand."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    save(client, interview, "introduction", {"who_answers": "person", "good_time": "no"})
    save(client, interview, "close", {"outcome": outcome})
    assert client.post(f"{interview}/finish").status_code == 302
    with site.system() as session:
        assert session.scalars(select(Task)).one().state is state
    if state is TaskState.HELD:
        assert begin(client, f"/cases/{case.id}") == interview


def test_autosave_keeps_each_answer_and_says_what_changes(site: Site) -> None:
    """What is typed is there on reload; questions appear; what cannot be read is kept and named."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    complete(client, interview, COVID, OPEN, until="symptoms")
    open_page = OpenPage(client, interview, "symptoms")
    reply = open_page.give(has_symptoms="yes")
    assert reply["relevant"]["onset_date"] is True
    assert re.fullmatch(r"\d\d:\d\d", reply["saved_at"])
    bad = open_page.give(onset_date="the 45th")
    assert "Enter a date" in bad["faults"]["onset_date"]
    page = site.browser("tracer1").get(f"{interview}/symptoms").text
    assert 'value="the 45th"' in page
    assert "Error: " in page


def test_declines_are_answers(site: Site) -> None:
    """ "Does not know" satisfies a required question and leaves the field blank."""
    case, client = held_case(site, onset_date=None), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    complete(client, interview, COVID, OPEN, until="symptoms")
    form = {
        "has_symptoms:shown": "1",
        "has_symptoms": "yes",
        "onset_date:shown": "1",
        "onset_date:declined": "does_not_know",
    }
    again = client.post(f"{interview}/symptoms", data={**form, "onset_date": "", "do": "next"})
    assert "more questions" in again.text
    assert "Does not know" in client.get(f"{interview}/check").text


def test_only_the_holder_answers(site: Site) -> None:
    """Another tracer, and the holder after a hand-over, find nothing there."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    other = site.browser("tracer2")
    for path in (interview, f"{interview}/symptoms", f"{interview}/check"):
        assert other.get(path).status_code == 404
    assert other.post(f"{interview}/finish").status_code == 404
    with site.system() as session:
        world.give(session, session.scalars(select(Task)).one(), "tracer2")
    assert client.get(f"{interview}/symptoms").status_code == 404
    open_page = OpenPage(client, interview, "close")
    late = open_page.send(open_page.change("outcome", "refused"))
    assert late.status_code == 404
    assert other.get(f"{interview}/symptoms").status_code == 200


def test_answers_are_sealed_and_appended(site: Site) -> None:
    """No answer stands in the clear in the database, and none can be changed or removed."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    save(client, interview, "introduction", {"who_answers": "person", "good_time": "yes"})
    with site.system() as session:
        rows = session.scalars(select(Answer)).all()
        assert rows
        assert all(b"person" not in row.sealed for row in rows)
    for statement in ("UPDATE answer SET key = 'x'", "DELETE FROM answer", "DELETE FROM audit_event"):
        with db.engine("system").connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.execute(text(statement))


def test_alert_call_never_shows_the_case(site: Site) -> None:
    """Who calls a contact sees nothing of the case, through the whole call."""
    case, client = held_case(site), site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    walk(client, interview)
    save(client, interview, "close", {"outcome": "completed"})
    client.post(f"{interview}/finish")
    with site.system() as session:
        contact = session.scalars(select(Contact).where(Contact.risk == "close")).one()
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer3")
        secrets = ("Canary", "Quillfeather", case.reference, str(case.id), "100777")
    caller = site.browser("tracer3")
    record = caller.get(f"/contacts/{contact.id}")
    assert "Closeby" in record.text
    call = begin(caller, f"/contacts/{contact.id}")
    alert = ("covid-19", "contact-alert")
    pages = [record.text, *complete(caller, call, alert, TALKATIVE | {"has_symptoms": "no", "lives_with_others": "no"})]
    assert "COVID-19" in "".join(pages)
    for secret in secrets:
        assert all(secret not in page for page in pages), secret
    assert caller.post(f"{call}/finish").status_code == 302
    with site.system() as session:
        assert session.get_one(Contact, contact.id).state.value == "alerted"
        assert session.scalars(select(Interview).where(Interview.contact_id == contact.id)).one().outcome == "completed"


def exposures(session: Session, contact: Contact) -> list[Exposure]:
    """The occasions of one contact."""
    return list(session.scalars(select(Exposure).where(Exposure.contact_id == contact.id)))


def test_whom_they_named_already_is_not_typed_again(site: Site) -> None:
    """Named at a place, put on the list with one press; whom the record has keeps their one record, met once more."""
    case, client = held_case(site), site.browser("tracer1")
    with site.system() as session:
        who = Identity(given_name="Carl", family_name="Quill", phone="+447400100555")
        named = [Named(who, DAY - timedelta(1), "face_to_face")]
        contacts.record(cases.get(session, case.id), named, Identity(), clock.now())
    interview = begin(client, f"/cases/{case.id}")
    complete(client, interview, COVID, OPEN | {"went_out": "yes", "had_contacts": "yes"}, until="close")
    save(client, interview, "places", {}, do="add:place/1")
    place = {"name": "Leeds Market", "day": DAY.isoformat(), "people": "Wren Sparrow"}
    save(client, interview, "places", {f"place/1/place_{key}": value for key, value in place.items()})
    page = client.get(f"{interview}/contacts").text
    offers = re.findall(r'value="(add:contact/1=[^"]+)"', page)
    assert len(offers) == 2 and "Carl Quill" in page and "Wren Sparrow" in page
    for number, offer in enumerate(offers, 1):
        save(client, interview, "contacts", {}, do=offer.replace("/1=", f"/{number}="))
        told = {"closeness": "face_to_face", "last": DAY.isoformat()}
        save(client, interview, "contacts", {f"contact/{number}/contact_{key}": value for key, value in told.items()})
    assert save(client, interview, "contacts", {}, do=offers[0]).status_code == 409, "stands on the list already"
    assert 'value="Leeds Market"' in client.get(f"{interview}/contacts").text
    save(client, interview, "close", {"outcome": "completed"})
    assert client.post(f"{interview}/finish").status_code == 302
    with site.system() as session:
        found = session.scalars(select(Contact)).all()
        assert len(found) == 2
        [carl] = [one for one in found if len(exposures(session, one)) == 2]
        assert carl.last_exposure == DAY
