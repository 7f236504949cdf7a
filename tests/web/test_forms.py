"""Every form of the site, made from the URL map: a field that nobody asked for is refused with what to do."""

import re
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import world
from tests.interviewing import OpenPage, begin, save
from tests.site import Site
from tracer import clock
from tracer.access.allow import PUBLIC
from tracer.access.permissions import Permission, may
from tracer.casework import contacts, tokens
from tracer.casework.contacts import Named
from tracer.models import Answer, ApiToken, AuditEvent, Interview, Task
from tracer.schemas.identity import Identity
from tracer.web import guard

# Who sends a form: the first of them whose role may.
ORDER = ("tracer1", "supervisor", "admin", "privacy", "trainer", "analyst")


def arrange(site: Site) -> dict[str, object]:
    """One of each record that a form is about, held by or in reach of whoever sends it."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        who = Named(Identity("Wren", "Sparrow", phone="+447400100009"), clock.today(), "face_to_face")
        contact = contacts.record(case, [who], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer1")
        tokens.add(session, "lab", world.account(session, "importer"), 3, clock.now())
        token = session.scalars(select(ApiToken)).one()
        ids = {"case_id": case.id, "contact_id": contact.id, "task_id": task.id, "person_id": case.person_id}
        ids |= {"staff_id": world.account(session, "tracer2").id, "token_id": token.id}
    interview = begin(site.browser("tracer1"), f"/cases/{case.id}").rpartition("/")[2]
    return {**ids, "interview_id": interview, "section": "introduction", "field": "phone"}


def forms(site: Site) -> list[tuple[str, str]]:
    """Who sends it, and the address with its parts still to fill in."""
    found = []
    for rule in site.app.url_map.iter_rules():
        needed = guard.permission_of(site.app, rule.endpoint)
        if "POST" in (rule.methods or ()) and needed != PUBLIC and not rule.rule.startswith("/api/"):
            roles = {account: world.ACCOUNTS[account][0] for account in ORDER}
            account = next(one for one in ORDER if may(roles[one], Permission(needed)))
            found.append((account, rule.rule))
    return found


def test_no_form_takes_a_field_that_nobody_asked_for(site: Site) -> None:
    """A record's owner cannot be set by adding it to a form; nothing is changed by one that carries more."""
    ids = arrange(site)
    browsers: dict[str, FlaskClient] = {account: site.browser(account) for account in ORDER}
    changes = select(func.count()).select_from(AuditEvent).where(AuditEvent.did.in_(("added", "changed", "removed")))
    with site.system() as session:
        before = session.scalar(changes)
    wrong = []
    for account, rule in forms(site):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(ids.get(part[1], uuid4())), rule)
        extra = {"holder_id": str(uuid4()), "sealed": "x"}
        page = {"page": str(uuid4()), "section": "introduction", "since": 0, **extra}
        scripted = {"answers": {**page, "changes": []}, "call": page}.get(path.rpartition("/")[2])
        sent = {"json": scripted} if scripted else {"data": extra}
        answer = browsers[account].post(path, **sent)
        there = set(re.findall(r"<(?:\w+:)?(\w+)>", rule)) <= set(ids)
        if answer.status_code not in ({409, 422} if there else {404}):
            wrong.append((account, rule, answer.status_code))
    assert wrong == []
    with site.system() as session:
        assert session.scalar(changes) == before


def test_a_page_that_was_open_twice_loses_nothing(site: Site) -> None:
    """Somebody was taken off the list in another window: what else was typed is saved, and the page says so."""
    ids = arrange(site)
    client, interview = site.browser("tracer1"), f"/interviews/{ids['interview_id']}"
    save(client, interview, "contacts", {}, do="add:contact")
    save(client, interview, "contacts", {}, do="add:contact")
    save(client, interview, "contacts", {}, do="remove:contact/1")
    typed = {"had_contacts": "yes", "contact/1/contact_given_name": "Gone", "contact/2/contact_given_name": "Kept"}
    answer = save(client, interview, "contacts", typed)
    assert answer.status_code == 409
    assert "changed in another window" in answer.text and 'value="Kept"' in answer.text
    with site.system() as session:
        keys = set(session.scalars(select(Answer.key)))
        assert "contact/2/contact_given_name" in keys and "contact/1/contact_given_name" not in keys
        assert session.scalars(select(Interview)).one().finished_at is None


def test_an_answer_to_no_question_is_refused(site: Site) -> None:
    """Autosave names the question that is not there, in words, and takes down the rest."""
    ids = arrange(site)
    page = OpenPage(site.browser("tracer1"), f"/interviews/{ids['interview_id']}", "introduction")
    wrong = {"nonsense": "x", "contact/1/nonsense": "x", "say_hello": "x", "who_answers": 7, "good_time": "yes"}
    assert set(page.give(**wrong)["refused"]) == set(wrong) - {"good_time"}
    with site.system() as session:
        assert session.scalars(select(Answer.key)).all() == ["good_time"]
