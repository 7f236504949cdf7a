"""What calls for somebody stands on every page of theirs, and comes to a page that stays open."""

from datetime import timedelta

from flask.testing import FlaskClient

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tests.web.test_record_questions import answered, asked_of, held, skilled
from tracer import clock
from tracer.casework import record_questions, records
from tracer.clock import london
from tracer.models import RecordQuestion, SignIn, Task


def said(site: Site, account: str, client: FlaskClient | None = None) -> tuple[list[str], int]:
    """The lines as they are read, and the seconds until the next look."""
    found = (client or site.browser(account)).get("/signals").get_json()
    return [f"{one['words']} {one['called']}" for one in found["lines"]], found["wait"]


def test_an_answer_is_looked_for_every_ten_seconds_and_leads_to_it(site: Site, later: Clock) -> None:
    case = held(site)
    assert said(site, "tracer1") == ([], 60)
    question = asked_of(site, case, "supervisor")
    assert said(site, "tracer1") == ([], 10)
    answered(site, "Yes.")
    client = site.browser("tracer1")
    assert said(site, "tracer1", client) == ([f"Your question is answered: {case.reference}"], 60)
    page = client.get("/help").text
    assert f'href="/questions/{question.id}">{case.reference}</a>' in page
    later(timedelta(seconds=1))
    asked_of(site, case, "supervisor")
    assert said(site, "tracer1")[1] == 10, "the other one waits"
    answered(site, "No.")
    assert said(site, "tracer1") == (["2 of your questions are answered: what you asked"], 60)
    with site.acting("tracer1") as session:
        record_questions.mark_read(records.get(session, RecordQuestion, question.id), clock.now())
    assert said(site, "tracer1") == ([f"Your question is answered: {case.reference}"], 60)


def test_who_leads_hears_of_what_waits_and_nobody_else(site: Site, later: Clock) -> None:
    case = held(site)
    assert said(site, "supervisor") == ([], 20)
    first = f"{london(clock.now()):%H:%M}"
    asked_of(site, case, "supervisor")
    assert said(site, "supervisor") == ([f"A question waits in your teams since {first}: answer"], 20)
    later(timedelta(minutes=2))
    asked_of(site, case, "supervisor")
    assert said(site, "supervisor") == ([f"2 questions wait in your teams, the oldest since {first}: answer"], 20)
    assert said(site, "supervisor2") == ([], 20)
    assert said(site, "tracer2") == ([], 60)
    answered(site, "Yes.")
    assert said(site, "supervisor") == ([f"A question waits in your teams since {first}: answer"], 20)


def test_an_expert_hears_of_it_until_somebody_takes_it_up(site: Site, later: Clock) -> None:
    case = held(site)
    skilled(site, "tracer4", "clinical")
    skilled(site, "tracer3", "clinical")
    assert said(site, "tracer4") == ([], 20)
    at = f"{london(clock.now()):%H:%M}"
    question = asked_of(site, case, "clinical")
    for account, where in (("tracer4", "for an expert like you"), ("supervisor", "in your teams")):
        assert said(site, account) == ([f"A question waits {where} since {at}: answer"], 20)
    with site.acting("tracer4") as session:
        record_questions.take(records.get(session, RecordQuestion, question.id), question.version, clock.now())
    for account in ("tracer3", "tracer4", "supervisor"):
        assert said(site, account) == ([], 20)
    later(record_questions.EXPERTS_TIME + timedelta(seconds=1))
    assert said(site, "tracer3") == ([f"A question waits for an expert like you since {at}: answer"], 20)


def test_a_callback_stands_above_an_answer(site: Site) -> None:
    case = held(site)
    asked_of(site, case, "supervisor")
    answered(site, "Yes.")
    with site.system() as session:
        task = session.query(Task).filter(Task.case_id == case.id).one()
        task.callback, task.not_before = True, clock.now() + timedelta(minutes=3)
    lines, wait = said(site, "tracer1")
    assert [line.split()[0] for line in lines] == ["Callback", "Your"]
    assert 2 <= wait <= 60


def test_to_look_keeps_nobody_signed_in(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    client.get("/caseload")
    with site.system() as session:
        me = world.account(session, "tracer1").id
        before = session.query(SignIn.seen_at).filter(SignIn.staff_id == me, SignIn.ended_at.is_(None)).scalar()
    later(timedelta(minutes=5))
    assert client.get("/signals").status_code == 200
    with site.system() as session:
        assert session.query(SignIn.seen_at).filter(SignIn.staff_id == me, SignIn.ended_at.is_(None)).scalar() == before
