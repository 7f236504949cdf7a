"""Ask my supervisor: the link and no data, who sees and answers, and an expert's sight while the question is open."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from tests import world
from tests.conftest import KINDS
from tests.glass import arrange as in_london
from tests.site import Site
from tracer import clock
from tracer.casework import cases, grants_told, notices, record_questions, teams
from tracer.ids import new_id
from tracer.models import AuditEvent, Case, Contact, Grant, GrantKind, Notice, QuestionKind, RecordQuestion, Staff, Team

WORDS = "He says that his chest feels tight since noon: do I ring for help?"
POLICIES = pytest.mark.parametrize("database", [kind for kind in KINDS if kind == "postgresql"], indirect=True)


def held(site: Site, account: str = "tracer1") -> Case:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, account)
    return case


def ask(client: FlaskClient, record: Case | Contact, kind: str = "supervisor", words: str = WORDS) -> Any:
    where = "cases" if isinstance(record, Case) else "contacts"
    return client.post(f"/{where}/{record.id}/question", data={"question": words, "kind": kind})


def asked(site: Site) -> RecordQuestion:
    with site.system() as session:
        return session.scalars(select(RecordQuestion).order_by(RecordQuestion.asked_at.desc())).first()  # type: ignore[return-value]


def step(client: FlaskClient, question: RecordQuestion, what: str, **more: str) -> Any:
    return client.post(f"/questions/{question.id}/{what}", data={"version": str(question.version), **more})


def skilled(site: Site, account: str, *skills: str) -> None:
    with site.system() as session:
        world.account(session, account).skills = list(skills)


def asked_of(site: Site, case: Case, kind: str, account: str = "tracer1") -> RecordQuestion:
    """A question about a case, of whoever holds it."""
    with site.acting(account) as session:
        record, task = cases.with_task(session, case.id)
        record_questions.ask(task, record, QuestionKind(kind), WORDS, clock.now())
    return asked(site)


def answered(site: Site, words: str) -> None:
    """The last question, by the supervisor."""
    last = asked(site)
    with site.acting("supervisor") as session:
        record_questions.answer(session.get_one(RecordQuestion, last.id), words, last.version, clock.now())


def test_a_question_is_answered_read_and_on_the_record(site: Site) -> None:
    case = held(site)
    tracer, lead = site.browser("tracer1"), site.browser("supervisor")
    assert "Ask my supervisor" in tracer.get(f"/cases/{case.id}").text
    assert ask(tracer, case).headers["Location"] == f"/cases/{case.id}"
    page = lead.get("/team/questions").text
    assert WORDS in page and case.reference in page and "Tracer1 Example" in page and "Quillfeather" not in page
    assert 'ways__count">1<' in page
    question = asked(site)
    assert f"/cases/{case.id}" in lead.get(f"/questions/{question.id}").text
    assert "is answered" not in tracer.get("/caseload").text
    assert step(lead, question, "answer", answer="Ring 999, now.").status_code == 302
    assert "Your question is answered:" in tracer.get("/caseload").text
    page = tracer.get(f"/cases/{case.id}").text
    assert "Ring 999, now." in page and "Supervisor Example" in page and "Mark as read" in page
    assert step(tracer, question, "read").status_code == 302
    assert "is answered" not in tracer.get("/caseload").text
    assert "Answered within a day" in lead.get("/team/questions").text and 'ways__count">' not in lead.get("/team").text


def test_only_who_asked_and_who_leads_them_see_it(site: Site) -> None:
    ask(site.browser("tracer1"), held(site))
    question = asked(site)
    for account in ("tracer2", "tracer4", "supervisor2"):
        client = site.browser(account)
        assert client.get(f"/questions/{question.id}").status_code == 404
        assert step(client, question, "answer", answer="Yes").status_code == 404
        assert WORDS not in client.get("/questions").text
    assert site.browser("admin").get("/questions").status_code == 403


def test_the_words_are_sealed_and_reading_them_is_on_record(site: Site) -> None:
    case = held(site)
    ask(site.browser("tracer1"), case)
    question = asked(site)
    assert WORDS.encode() not in question.sealed_question
    lead = site.browser("supervisor")
    lead.get(f"/questions/{question.id}")
    with site.system() as session:
        me = world.account(session, "supervisor").id
        read = select(AuditEvent).where(AuditEvent.actor_id == me, AuditEvent.entity_id == str(question.id))
        assert [one.did for one in session.scalars(read)] == ["read"]


def test_only_the_holder_asks_and_five_wait_at_most(site: Site) -> None:
    case = held(site)
    assert ask(site.browser("supervisor"), case).status_code == 403
    client = site.browser("tracer1")
    for words in ({"question": "Why?"}, {"question": WORDS, "kind": "anybody"}, {"question": WORDS}):
        answer = client.post(f"/cases/{case.id}/question", data=words)
        assert answer.status_code == 422 and "There is a problem" in answer.text
    assert [ask(client, case).status_code for _ in range(6)] == [302] * 5 + [422]


def test_nobody_answers_their_own_nor_twice_nor_over_a_newer_page(site: Site) -> None:
    ask(site.browser("tracer1"), held(site))
    question, lead = asked(site), site.browser("supervisor")
    assert step(site.browser("tracer1"), question, "answer", answer="Yes").status_code == 403
    assert step(lead, question, "answer", answer=" ").status_code == 422
    assert step(lead, question, "answer", answer="Yes").status_code == 302
    assert step(lead, question, "answer", answer="No").status_code == 409
    question.version += 1
    assert step(lead, question, "answer", answer="No").status_code == 409


def test_an_expert_sees_the_record_only_through_the_open_question(site: Site) -> None:
    case, contact = in_london(site)
    skilled(site, "tracer2", "clinical")
    ask(site.browser("tracer4"), case, "clinical")
    question, expert = asked(site), site.browser("tracer2")
    assert "A question waits for an expert like you" in expert.get("/caseload").text
    page = expert.get(f"/questions/{question.id}").text
    assert WORDS not in page and "Take the question up" in page and "Open the case" not in page
    assert expert.get(f"/cases/{case.id}").status_code == 404
    assert step(expert, question, "answer", answer="Yes").status_code == 403
    assert step(expert, question, "take").status_code == 302
    question = asked(site)
    page = expert.get(f"/questions/{question.id}").text
    assert WORDS in page and f"/cases/{case.id}" in page and "tracer4" not in page.lower()
    for path in (f"/cases/{case.id}", f"/contacts/{contact.id}"):
        shown = expert.get(path)
        assert shown.status_code == 200 and "You see this record to answer a question" in shown.text, path
    with site.system() as session:
        grant = session.scalars(select(Grant)).one()
        assert grant.kind is GrantKind.EXPERT and grant.until_at - grant.from_at <= record_questions.EXPERTS_TIME
    assert "to answer a question" in site.browser("privacy").get("/glass").text
    assert step(expert, question, "answer", answer="Ring 999.").status_code == 302
    assert expert.get(f"/cases/{case.id}").status_code == 404
    page = expert.get(f"/questions/{question.id}").text
    assert "Ring 999." in page and "The record is closed to you." in page
    assert "A clinical expert" in site.browser("tracer4").get(f"/cases/{case.id}").text


def test_each_who_must_know_is_told_that_an_expert_sees_it(site: Site) -> None:
    case, _ = in_london(site)
    skilled(site, "tracer2", "clinical")
    ask(site.browser("tracer4"), case, "clinical")
    step(site.browser("tracer2"), asked(site), "take")
    with site.system("routine.tell_of_grants") as session:
        grants_told.tell(session, clock.now())
    with site.system() as session:
        owed = session.scalars(select(Notice).where(Notice.kind == "record-opened-for-answer")).all()
        to = {session.get_one(Staff, notice.staff_id).email for notice in owed}
        assert all(
            case.reference in str(notices.opened(one)) and "Quill" not in str(notices.opened(one)) for one in owed
        )
    assert to == {world.address("supervisor"), world.address("privacy")}


# PostgreSQL goes by its own clock, which stands in no test.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_experts_time_ends_and_another_takes_it_up(site: Site) -> None:
    case, _ = in_london(site)
    skilled(site, "tracer2", "conversation")
    skilled(site, "tracer3", "conversation")
    with time_machine.travel(clock.now(), tick=False) as watch:
        ask(site.browser("tracer4"), case, "conversation")
        question, first, second = asked(site), site.browser("tracer2"), site.browser("tracer3")
        step(first, question, "take")
        question = asked(site)
        assert step(second, question, "take").status_code == 409
        assert step(site.browser("supervisor2"), question, "answer", answer="Yes").status_code == 409
        watch.shift(record_questions.EXPERTS_TIME + timedelta(seconds=1))
        first, second = site.browser("tracer2"), site.browser("tracer3")
        assert first.get(f"/cases/{case.id}").status_code == 404
        assert step(first, question, "answer", answer="Yes").status_code == 403
        assert step(second, question, "take").status_code == 302
        assert second.get(f"/cases/{case.id}").status_code == 200
        assert step(second, asked(site), "release").status_code == 302
        assert second.get(f"/cases/{case.id}").status_code == 404


def test_only_who_has_the_skill_takes_it_up(site: Site) -> None:
    case, _ = in_london(site)
    skilled(site, "tracer2", "complex settings", "conversation")
    skilled(site, "tracer4", "clinical")
    ask(site.browser("tracer4"), case, "clinical")
    question = asked(site)
    assert step(site.browser("tracer2"), question, "take").status_code == 404
    assert step(site.browser("tracer4"), question, "take").status_code == 403
    assert step(site.browser("supervisor2"), question, "take").status_code == 403
    assert step(site.browser("supervisor2"), question, "answer", answer="Ring 111.").status_code == 302


def test_a_question_on_a_contact_opens_the_contact_and_not_the_case(site: Site) -> None:
    case, contact = in_london(site)
    skilled(site, "tracer2", "clinical")
    ask(site.browser("tracer4"), contact, "clinical")
    expert = site.browser("tracer2")
    step(expert, asked(site), "take")
    shown = expert.get(f"/contacts/{contact.id}")
    assert shown.status_code == 200 and case.reference not in shown.text
    assert expert.get(f"/cases/{case.id}").status_code == 404


def test_a_lead_of_nobody_else_is_asked_by_those_under_them(site: Site) -> None:
    """A supervisor's own question goes to whoever leads above them."""
    case = held(site, "supervisor")
    with site.system() as session:
        top = session.scalars(select(Team).where(Team.name == "National")).one()
        teams.lead(session, world.account(session, "supervisor2"), top)
    client = site.browser("supervisor")
    ask(client, case)
    assert WORDS not in client.get("/team/questions").text and WORDS in client.get("/questions").text
    assert WORDS in site.browser("supervisor2").get("/team/questions").text


def test_the_untrained_ask_and_see_nothing(site: Site) -> None:
    case = held(site)
    ask(site.browser("tracer1"), case)
    question, client = asked(site), site.browser("tracer1")
    with site.system() as session:
        world.untrain(session, "tracer1")
    assert client.get(f"/questions/{question.id}").status_code == 404
    assert WORDS not in client.get("/questions").text
    assert ask(client, case).status_code in {403, 404}


@POLICIES
def test_the_database_opens_no_record_to_an_expert_without_a_question(site: Site) -> None:
    case, _ = in_london(site)
    skilled(site, "tracer2", "clinical")
    ask(site.browser("tracer4"), case, "conversation")
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting("tracer2") as session:
        me: UUID = world.account(session, "tracer2").id
        now = clock.now()
        made = Grant(id=new_id(), kind=GrantKind.EXPERT, staff_id=me, reference=case.reference, case_id=case.id)
        made.record_key, made.person_key, made.sealed_reason = str(case.id), str(case.person_id), b"x"
        made.from_at, made.until_at = now, now + timedelta(hours=1)
        session.add(made)
