"""Answers that act: one piece of work for those who have taken it on, withdrawn or noted when the answer changes."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import world
from tests.interviewing import TALKATIVE, OpenPage, begin, complete
from tests.site import Site
from tracer import clock, policy
from tracer.casework import contacts, staff, teams
from tracer.casework.contacts import Named
from tracer.interview.fields import FLAGS
from tracer.models import Case, Contact, Flag, Person, Role, Task, TaskKind, TaskState, Team
from tracer.policy.flags import consequence, duties, flags
from tracer.schemas.identity import Identity

COVID, ALERT = ("covid-19", "index-case"), ("covid-19", "contact-alert")
OPEN = TALKATIVE | {"setting": "none", "lives_with_others": "no", "had_contacts": "no", "has_symptoms": "no"}


def protect(site: Site, duty: str = "health protection") -> None:
    """A team that has taken this on, and `protector` in it."""
    with site.system() as session:
        top = session.scalars(select(Team).where(Team.parent_id.is_(None))).one()
        team, now = teams.add(session, duty.capitalize(), top, duty=duty), clock.now()
        named: dict[str, Any] = {"given_name": "Pro", "family_name": "Tector", "password": world.PASSWORD}
        person = staff.add(session, email=world.address("protector"), role=Role.TRACER, team=team, now=now, **named)
        world.train(session, person, now)


def on_a_call(site: Site, number: int = 1) -> tuple[Case, FlaskClient, OpenPage]:
    """tracer1, on a call that has come to work and settings."""
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, "tracer1")
    client = site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    complete(client, interview, COVID, OPEN, until="work")
    return case, client, OpenPage(client, interview, "work")


def work(session: Session) -> list[Task]:
    """What answers called for, in order."""
    return list(session.scalars(select(Task).where(Task.kind != TaskKind.INTERVIEW, Task.kind != TaskKind.ALERT)))


def raised(site: Site) -> list[tuple[str, str, str]]:
    """Kind, state and outcome of all that answers called for."""
    with site.system() as session:
        return [(one.kind.value, one.state.value, one.outcome or "") for one in work(session)]


def test_policy_says_what_follows_from_each_flag() -> None:
    assert set(flags()) == FLAGS
    for disease in policy.diseases():
        for flag in FLAGS:
            what = consequence(flag, disease)
            assert TaskKind(what.kind) in (TaskKind.ESCALATION, TaskKind.SUPPORT) and 0 < what.due_hours <= 24
            assert what.duty in duties() and len(what.words) > 5
    assert consequence("school", "measles").due_hours < consequence("school", "covid-19").due_hours


def test_an_answer_makes_one_piece_of_work_for_those_who_have_taken_it_on(site: Site) -> None:
    """At once, with the time that policy gives; given again it is not made again."""
    protect(site)
    case, client, page = on_a_call(site)
    page.give(setting="care_home")
    page.give(setting_name="Greenfields")
    page.give(setting="care_home")
    with site.system() as session:
        [task] = work(session)
        pool = session.get_one(Team, task.pool_id)
        assert (task.kind, task.state, pool.name) == (TaskKind.ESCALATION, TaskState.WAITING, "Health protection")
        assert task.case_id == case.id and timedelta(hours=3.9) < task.due_at - clock.now() < timedelta(hours=4)
        assert session.scalars(select(Flag)).one().name == "care_home"
    shown = client.get(f"/cases/{case.id}").text
    assert "Lives, works or is cared for in a care home" in shown and "waits" in shown
    page.give(cares_for_others="yes")
    assert len(raised(site)) == 2


def test_corrected_before_anybody_took_it_it_is_withdrawn(site: Site) -> None:
    """And raised anew if it was right after all."""
    protect(site)
    case, client, page = on_a_call(site)
    page.give(setting="care_home")
    page.give(setting="none")
    assert raised(site) == [("escalation", "done", "withdrawn")]
    assert "withdrawn" in client.get(f"/cases/{case.id}").text
    page.give(setting="care_home")
    assert sorted(raised(site)) == [("escalation", "done", "withdrawn"), ("escalation", "waiting", "")]
    with site.system() as session:
        assert session.scalars(select(Flag)).one().withdrawn_at is None


def test_corrected_after_somebody_took_it_they_read_so(site: Site) -> None:
    protect(site)
    case, _, page = on_a_call(site)
    page.give(setting="care_home")
    protector = site.browser("protector")
    taken = protector.post("/caseload/next").headers["Location"]
    assert taken == f"/cases/{case.id}"
    page.give(setting="none")
    assert raised(site) == [("escalation", "held", "")]
    shown = protector.get(taken).text
    assert "The answer was corrected" in shown and "Canary1" in shown
    assert "Record an attempt" not in shown and "go on with the interview" not in shown
    page.give(setting="care_home")
    assert "The answer was corrected" not in protector.get(taken).text
    assert raised(site) == [("escalation", "held", "")], "it is not made twice"


def test_whoever_took_it_reads_the_answers_and_says_what_became_of_it(site: Site) -> None:
    """The record opens with it and closes with it; they cannot answer for the caller."""
    protect(site)
    case, client, page = on_a_call(site)
    page.give(setting="care_home", setting_name="Greenfields")
    protector = site.browser("protector")
    assert protector.get(f"/cases/{case.id}").status_code == 404
    protector.post("/caseload/next")
    assert "Escalation: lives, works or is cared for in a care home" in protector.get("/caseload").text
    answers = protector.get(f"{page.interview}/check")
    assert "Greenfields" in answers.text and ">Change<" not in answers.text and "Finish" not in answers.text
    assert protector.get(f"{page.interview}/work").headers["Location"].endswith("/check")
    theirs = OpenPage(protector, page.interview, "work")
    assert theirs.send(theirs.change("setting", "none")).status_code == 403
    assert protector.post(f"/cases/{case.id}/interview").status_code == 404
    with site.system() as session:
        [task] = work(session)
    assert client.post(f"/tasks/{task.id}/done", data={"outcome": "dealt with", "version": "1"}).status_code == 404
    form = {"outcome": "dealt with", "version": str(task.version)}
    assert protector.post(f"/tasks/{task.id}/done", data={**form, "outcome": "lost"}).status_code == 422
    assert protector.post(f"/tasks/{task.id}/done", data=form).status_code == 302
    assert raised(site) == [("escalation", "done", "dealt with")]
    assert protector.get(f"/cases/{case.id}").status_code == 404
    assert "with the team" in client.get(f"/cases/{case.id}").text
    page.give(setting="none")
    assert raised(site) == [("escalation", "done", "dealt with")], "what was done stays done"


def test_a_call_is_not_settled_so_and_what_is_no_call_has_no_attempts(site: Site) -> None:
    protect(site)
    case, client, page = on_a_call(site)
    with site.system() as session:
        interview = session.scalars(select(Task).where(Task.case_id == case.id)).one()
    form = {"outcome": "dealt with", "version": str(interview.version)}
    assert client.post(f"/tasks/{interview.id}/done", data=form).status_code == 409
    page.give(setting="care_home")
    protector = site.browser("protector")
    protector.post("/caseload/next")
    tried = {"once": "0190a0b0-0000-7000-8000-000000000001", "outcome": "no answer", "note": ""}
    assert protector.post(f"/cases/{case.id}/attempts", data=tried).status_code == 409


def test_where_nobody_has_taken_it_on_it_waits_for_the_areas_supervisor(site: Site) -> None:
    """No tracer draws it with "next"; the board shows it as what it is."""
    _, _, page = on_a_call(site)
    page.give(setting="food_production")
    assert "Nothing is waiting" in site.browser("tracer2").post("/caseload/next", follow_redirects=True).text
    board = site.browser("supervisor").get("/team?kind=escalation").text
    assert "Escalation (works where food is made or packed)" in board
    with site.system() as session:
        [task] = work(session)
        assert session.get_one(Team, task.pool_id).name == "Leeds"


def standing(site: Site) -> set[str]:
    """The flags that are not withdrawn."""
    with site.system() as session:
        return set(session.scalars(select(Flag.name).where(Flag.withdrawn_at.is_(None))))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"safe_at_home": "no"}, {"safety"}),
        ({"wants_help": "yes", "needs_help": ["food", "medicine"]}, {"food_or_medicine"}),
        ({"wants_help": "yes", "needs_help": ["money", "safety"]}, {"other_needs", "safety"}),
    ],
)
def test_needs_and_safety(site: Site, answers: dict[str, Any], expected: set[str]) -> None:
    """And what is not asked any more, for somebody who did not agree to go on, calls for nothing."""
    _, client, page = on_a_call(site)
    complete(client, page.interview, COVID, OPEN, until="needs")
    OpenPage(client, page.interview, "needs").give(**answers)
    assert standing(site) == expected
    consent = OpenPage(client, page.interview, "consent")
    consent.poll()
    consent.give(agrees="no")
    assert standing(site) == set()


def test_what_a_contact_says_calls_for_work_on_the_contact_alone(site: Site) -> None:
    """Whoever takes it on opens the contact and not the case that named them."""
    protect(site, "safeguarding")
    with site.system() as session:
        case, _ = world.make_case(session, 7)
        who = Identity(given_name="Wren", family_name="Sparrow", phone="+447400100555")
        contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer1")
    client = site.browser("tracer1")
    call = begin(client, f"/contacts/{contact.id}")
    complete(client, call, ALERT, TALKATIVE | {"lives_with_others": "no", "has_symptoms": "no"}, until="needs")
    OpenPage(client, call, "needs").give(safe_at_home="no")
    assert "May not be safe at home" in client.get(f"/contacts/{contact.id}").text
    protector = site.browser("protector")
    assert protector.post("/caseload/next").headers["Location"] == f"/contacts/{contact.id}"
    record = protector.get(f"/contacts/{contact.id}").text
    assert "Wren" in record and "yours" in record and "Quillfeather" not in record
    assert protector.get(f"/cases/{case.id}").status_code == 404
    assert protector.get(f"{call}/check").status_code == 200
    assert contact.reference in protector.get("/caseload").text
    with site.system() as session:
        assert session.get_one(Contact, contact.id).person_id == session.scalars(select(Contact.person_id)).one()


def test_nobody_draws_work_about_their_own_family(site: Site) -> None:
    """New work about somebody is compared with the staff's own details before anything else is done with it."""
    protect(site)
    case, _, page = on_a_call(site)
    with site.system() as session:
        session.get_one(Case, case.id)
        person = page_person(session, case)
        person.compared_at = clock.now()
    page.give(setting="care_home")
    with site.system() as session:
        assert page_person(session, case).compared_at is None


def page_person(session: Session, case: Case) -> Person:
    """The person of a case."""
    return session.get_one(Person, case.person_id)
