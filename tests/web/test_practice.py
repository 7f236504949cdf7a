"""Practice: a whole mock call apart from everything real; the trainee's view, the trainer's mark, and what it opens."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import KINDS
from tests.reach import dump
from tests.site import Site
from tracer import clock
from tracer.courses import library
from tracer.ids import new_id
from tracer.models import Base, Case, Completion, FinalTest, PracticeCall, PracticeMark, ScriptVersion

PERSON = "rowena-maltby"
POLICIES = pytest.mark.parametrize("database", [kind for kind in KINDS if kind == "postgresql"], indirect=True)
# A call that ends early, and so asks for little.
SHORT = {"introduction": {"who_answers": "wrong"}, "close": {"outcome": "not_identified"}}
NOTE = "Wait a little longer when it is heavy."


@pytest.fixture
def site(site: Site) -> Site:
    """With two tracers and a supervisor who have everything but the mock call."""
    with site.system() as session:
        for name in ("tracer1", "tracer2", "supervisor"):
            me = world.account(session, name).id
            made = select(Completion).where(Completion.staff_id == me, Completion.key == library.MOCK_CALL)
            session.delete(session.scalars(made).one())
    return site


def begin(client: FlaskClient, person: str = PERSON) -> str:
    """A call with somebody; its address."""
    answer = client.post("/training/practice", data={"brief": person})
    assert answer.status_code == 302, answer.text
    return answer.location


def say(client: FlaskClient, call: str, section: str, do: str = "next", **answers: Any) -> TestResponse:
    form: dict[str, Any] = {"as_do": do}
    for key, value in answers.items():
        key = key.replace("__", "/")
        form |= {key: value, f"{key}:shown": "0"}
    return client.post(f"{call}/call/{section}", data=form)


def marks(points: int = 2, **other: int) -> dict[str, str]:
    """A form with so many points for each, but for some."""
    keys = {one.key: points for one in library.rubric().criteria}
    given = keys | {key.replace("_", "-"): value for key, value in other.items()}
    return {f"mark-{key}": str(value) for key, value in given.items()}


def handed_in(client: FlaskClient, person: str = PERSON) -> str:
    """A short call from its beginning to where it waits; its address."""
    call = begin(client, person)
    for section, answers in SHORT.items():
        assert say(client, call, section, **answers).status_code == 302
    assert client.post(f"{call}/finish").status_code == 302
    assert client.post(f"{call}/check", data=marks(opening=1)).status_code == 302
    return call


def mark(client: FlaskClient, call: str, note: str = NOTE, points: int = 2, **other: int) -> TestResponse:
    return client.post(f"{call}/marking", data={**marks(points, **other), "note": note})


def number_of_cases(site: Site, account: str) -> int:
    with site.acting(account) as session:
        return len(session.scalars(select(Case)).all())


def changed(site: Site, before: dict[str, list[Any]]) -> set[str]:
    with site.system() as session:
        after = dump(session)
    return {table for table, rows in after.items() if rows != before[table]}


def test_a_whole_practice_call_adds_nothing_but_itself(site: Site) -> None:
    client, trainer = site.browser("tracer1"), site.browser("trainer")
    client.get("/training"), trainer.get("/training")
    with site.system() as session:
        before = dump(session)
    call = begin(client)
    say(client, call, "introduction", who_answers="person", good_time="yes")
    say(client, call, "identity", birth_fits="yes", postcode_fits="yes")
    say(client, call, "consent", agrees="yes")
    say(client, call, "household", lives_with_others="yes")
    say(client, call, "household", do="add:people_at_home")
    say(client, call, "household", people_at_home__1__home_given_name="Kit")
    say(client, call, "contacts", had_contacts="yes")
    say(client, call, "contacts", do="add:contact")
    assert "Kit" in client.get(f"{call}/call/household").text
    assert say(client, call, "needs", safe_at_home="no").status_code == 302, "what calls for help on a real call"
    assert say(client, call, "close", outcome="refused").status_code == 302
    for section, answers in SHORT.items():
        say(client, call, section, **answers)
    assert client.post(f"{call}/finish").status_code == 302
    assert client.post(f"{call}/check", data=marks()).status_code == 302
    assert changed(site, before) == {"practice_call", "audit_event"}
    assert mark(trainer, call).status_code == 302
    assert changed(site, before) == {"practice_call", "practice_mark", "completion", "audit_event"}


def test_the_tables_of_practice_lead_to_no_record() -> None:
    tables = Base.metadata.tables.values()
    keys = [(table.name, key.column.table.name) for table in tables for key in table.foreign_keys]
    assert {target for name, target in keys if name.startswith("practice")} == {"staff", "script", "practice_call"}
    others = {name for name, target in keys if target.startswith("practice")}
    assert others == {"practice_mark"}


def test_what_is_entered_is_there_after_a_reload(site: Site) -> None:
    client = site.browser("tracer1")
    call = begin(client)
    page = client.get(call, follow_redirects=True)
    assert "Practice: nothing here is real." in page.text and "Rowena Maltby" in page.text
    assert re.search(r"Am I speaking to Rowena Maltby\?", page.text) and "14 March 1971" in page.text
    answer = say(client, call, "introduction", do="stay", who_answers="person")
    assert answer.status_code == 200 and 'id="preview"' in answer.text, "as the page's script asks, on every change"
    assert re.search(r'value="person" checked', client.get(f"{call}/call/introduction").text)
    assert begin(client) == call, "an open call is gone on with"
    say(client, call, "introduction", who_answers="person", good_time="yes")
    say(client, call, "identity", birth_fits="yes", postcode_fits="yes")
    say(client, call, "consent", agrees="yes")
    answer = say(client, call, "symptoms", has_symptoms="yes", onset_date="the day of the cup final")
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert "the day of the cup final" in client.get(f"{call}/call/symptoms").text
    with site.system() as session:
        kept = session.scalars(select(PracticeCall)).one()
        assert kept.answers["who_answers"] == "person" and kept.finished_at is None


def test_a_text_of_the_script_that_is_changed_meanwhile_leaves_the_call_as_it_is(site: Site) -> None:
    client = site.browser("tracer1")
    call = begin(client)
    say(client, call, "introduction", who_answers="person")
    with site.system() as session:
        live = session.get_one(ScriptVersion, session.scalars(select(PracticeCall.script_id)).one())
        live.retired_at = clock.now()
    assert re.search(r'value="person" checked', client.get(f"{call}/call/introduction").text)


def test_days_in_a_part_are_those_of_the_call(site: Site) -> None:
    page = site.browser("tracer2").get(f"/training/practice/people/{PERSON}").text
    ill = clock.today() - timedelta(days=5)
    assert f"{ill:%A} {ill.day} {ill:%B}" in page and "{-" not in page
    assert site.browser("tracer2").get("/training/practice/people/nobody").status_code == 404


def test_nothing_is_finished_or_handed_in_too_early(site: Site) -> None:
    client = site.browser("tracer1")
    answer = client.post("/training/practice", data={})
    assert answer.status_code == 422 and "Choose whom to call." in answer.text
    call = begin(client)
    assert client.post(f"{call}/finish").status_code == 409
    end = client.get(f"{call}/end").text
    assert "still to answer" in end and f"{call}/call/introduction#who_answers" in end and "Finish the call" not in end
    assert client.post(f"{call}/check", data=marks()).status_code == 409
    for section, answers in SHORT.items():
        say(client, call, section, **answers)
    client.post(f"{call}/finish")
    assert say(client, call, "introduction", who_answers="person").status_code == 409, "it stays as it was"
    form = marks()
    del form["mark-opening"]
    answer = client.post(f"{call}/check", data=form)
    assert answer.status_code == 422 and "Choose one answer: Opens without telling anything." in answer.text
    assert answer.text.count(" checked>") == len(form), "nothing chosen is lost"
    assert client.post(f"{call}/check", data=marks(opening=7)).status_code == 422
    assert client.post(f"{call}/check", data=marks()).status_code == 302
    assert client.post(f"{call}/check", data=marks()).status_code == 409


def test_a_pass_is_a_completion_by_the_trainer_and_opens_the_work(site: Site) -> None:
    with site.system() as session:
        _, task = world.make_case(session, 1)
        world.give(session, task, "tracer1")
    client, trainer = site.browser("tracer1"), site.browser("trainer")
    assert "to do" in client.get("/training").text and number_of_cases(site, "tracer1") == 0
    call = handed_in(client)
    assert "waits for a trainer" in client.get("/training").text
    assert "19 points" not in client.get(call).text and "21 of 22 points" in client.get(call).text
    assert number_of_cases(site, "tracer1") == 0, "handed in is not passed"
    assert "Practice calls to mark</a>: 1" in trainer.get("/training").text
    assert "Tracer1, with Rowena Maltby" in trainer.get("/training/practice/waiting").text
    page = trainer.get(f"{call}/marking").text
    assert "They said: partly." in page and "It was not the right person" in page and "14 March 1971" in page
    assert "Example" not in page.partition("<main")[2], "the given name is all that a trainer learns"
    assert mark(trainer, call, note="").status_code == 302
    assert number_of_cases(site, "tracer1") == 1
    with site.system() as session:
        me, by = world.account(session, "tracer1"), world.account(session, "trainer")
        mine = select(Completion).where(Completion.staff_id == me.id, Completion.key == library.MOCK_CALL)
        made = session.scalars(mine).one()
        assert (made.by_id, made.course_version, made.score, made.of) == (by.id, library.rubric().version, 22, 22)
        assert timedelta(days=365 * 5) <= made.until_at - made.passed_at <= timedelta(days=365 * 5 + 2)
    assert "passed" in client.get(call).text
    certificate = client.get(f"/training/completions/{made.id}").text
    assert made.code in certificate and library.rubric().title in certificate
    assert mark(trainer, call).status_code == 409, "a mark stands"


def test_what_does_not_pass_says_why_and_is_tried_again(site: Site) -> None:
    client, lead = site.browser("tracer1"), site.browser("trainer")
    call = handed_in(client)
    answer = mark(lead, call, note=" ", safety=0)
    assert answer.status_code == 422 and "write what they should try" in answer.text
    assert answer.text.count(" checked>") == len(library.rubric().criteria)
    assert mark(lead, call, note="x" * 2001).status_code == 422
    assert mark(lead, call, safety=0).status_code == 302, "20 of 22, and the one that must be shown was not"
    page = client.get(call).text
    assert "not passed yet" in page and NOTE in page and "Try again" in page
    assert "to do" in client.get("/training").text
    with site.system() as session:
        me = world.account(session, "tracer1").id
        assert library.MOCK_CALL not in session.scalars(select(Completion.key).where(Completion.staff_id == me)).all()
    again = handed_in(client)
    assert again != call and mark(lead, again).status_code == 302


def test_who_sees_and_marks_whose(site: Site) -> None:
    client = site.browser("tracer1")
    call = begin(client)
    for account in ("trainer", "supervisor2", "tracer2", "admin"):
        assert site.browser(account).get(call).status_code == 404, "an open call is its trainee's alone"
    for section, answers in SHORT.items():
        say(client, call, section, **answers)
    client.post(f"{call}/finish")
    client.post(f"{call}/check", data=marks())
    for account, status in {"trainer": 200, "supervisor2": 404, "tracer2": 404, "admin": 404, "privacy": 404}.items():
        assert site.browser(account).get(f"{call}/marking").status_code == status, account
        if status == 404:
            assert mark(site.browser(account), call).status_code == 404
    assert site.browser("trainer").post(f"{call}/check", data=marks()).status_code == 403
    assert site.browser("supervisor").get(f"{call}/marking").status_code == 404, "not cleared, so nobody's lead"
    with site.system() as session:
        world.untrain(session, "supervisor")
        world.train(session, world.account(session, "supervisor"), clock.now())
    assert "Tracer1" in site.browser("supervisor").get("/training/practice/waiting").text
    assert mark(site.browser("supervisor"), call).status_code == 302


@pytest.mark.parametrize("account", ["trainer", "supervisor2"])
def test_nobody_marks_their_own(site: Site, account: str) -> None:
    client = site.browser(account)
    call = handed_in(client)
    assert client.get(f"{call}/marking").status_code == 302
    assert mark(client, call).status_code == 403
    assert "None waits." in client.get("/training/practice/waiting").text


# Who enters a completion of the mock call, for whom, after a call of whose that was marked how, by whom.
FORGED = {
    "for oneself": ("tracer1", "tracer1", "tracer1", True, "trainer"),
    "for oneself, as a trainer": ("trainer", "trainer", "tracer1", True, "trainer"),
    "for oneself, on one's own mark": ("trainer", "trainer", "trainer", True, "trainer"),
    "without a mark": ("trainer", "tracer1", "tracer1", None, ""),
    "of a call that did not pass": ("trainer", "tracer1", "tracer1", False, "trainer"),
    "of somebody else's call": ("trainer", "tracer2", "tracer1", True, "trainer"),
    "on another's mark": ("trainer", "tracer1", "tracer1", True, "supervisor"),
    "by a colleague": ("tracer2", "tracer1", "tracer1", True, "tracer2"),
    "by another team's lead": ("supervisor2", "tracer1", "tracer1", True, "supervisor2"),
}


def marked(site: Site, whose: str, passed: bool | None, by: str) -> None:
    """A call of somebody's that was handed in, and perhaps a mark, whoever could make one (as SYSTEM)."""
    now = clock.now()
    with site.system() as session:
        script = session.scalars(select(ScriptVersion.id).where(ScriptVersion.number == 1).limit(1)).one()
        call = PracticeCall(id=new_id(), staff_id=world.account(session, whose).id, caller=whose, script_id=script)
        call.brief, call.on_day, call.answers, call.started_at = PERSON, clock.today(), {}, now
        call.finished_at, call.handed_in_at, call.self_marks = now, now, {}
        session.add(call)
        session.flush()
        if passed is None:
            return
        mark = PracticeMark(practice_call_id=call.id, by_id=world.account(session, by).id, by_name=by, at=now)
        mark.rubric_version, mark.marks, mark.score, mark.of, mark.passed, mark.note = 1, {}, 22, 22, passed, ""
        session.add(mark)


@POLICIES
@pytest.mark.parametrize("forged", FORGED)
def test_the_database_takes_no_other_completion(site: Site, forged: str) -> None:
    actor, taker, whose, passed, by = FORGED[forged]
    marked(site, whose, passed, by)
    with pytest.raises(ProgrammingError, match="row-level security"):
        enter(site, actor, taker)


def enter(site: Site, actor: str, taker: str, version: int = 1) -> None:
    with site.system() as session:
        ids = {name: world.account(session, name).id for name in (actor, taker)}
    now = clock.now()
    with site.acting(actor) as session:
        given = {"key": library.MOCK_CALL, "course_version": version, "passed_at": now, "until_at": now, "code": "x"}
        row = {"id": new_id(), "staff_id": ids[taker], "by_id": ids[actor], **given}
        session.connection().execute(insert(Completion).values(**row))


@POLICIES
def test_a_test_that_was_passed_is_no_mock_call(site: Site) -> None:
    """A final test is marked in the trainee's own name: one of a course that there is not gives nothing."""
    now = clock.now()
    with site.system() as session:
        test = FinalTest(staff_id=world.account(session, "tracer1").id, course=library.MOCK_CALL, course_version=1)
        test.seed, test.begun_at, test.marked_at, test.score, test.of, test.passed = "x", now, now, 1, 1, True
        session.add(test)
    with pytest.raises(ProgrammingError, match="row-level security"):
        enter(site, "tracer1", "tracer1")


@POLICIES
def test_the_database_takes_the_one_that_stands_on_a_mark_of_that_version(site: Site) -> None:
    marked(site, "tracer1", True, "trainer")
    with pytest.raises(ProgrammingError, match="row-level security"):
        enter(site, "trainer", "tracer1", version=2)
    enter(site, "trainer", "tracer1")


@POLICIES
@pytest.mark.parametrize(("by", "whose"), [("tracer1", "tracer1"), ("trainer", "trainer"), ("supervisor2", "tracer1")])
def test_the_database_takes_no_mark_of_one_s_own_or_out_of_reach(site: Site, by: str, whose: str) -> None:
    marked(site, whose, None, "")
    with site.system() as session:
        call, me = session.scalars(select(PracticeCall.id)).one(), world.account(session, by).id
    given = {"by_name": by, "at": clock.now(), "rubric_version": 1, "marks": {}, "score": 22, "of": 22, "passed": True}
    row = {"id": new_id(), "practice_call_id": call, "by_id": me, "note": "", **given}
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting(by) as session:
        session.connection().execute(insert(PracticeMark).values(**row))
