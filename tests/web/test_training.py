"""Training in the browser: what is needed, reading, the final test, its tries, the undertaking, certificates."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, insert, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from werkzeug.test import Client

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tracer import clock
from tracer.courses import final_test, library
from tracer.ids import new_id
from tracer.models import Completion, FinalTest

COURSE = "data-protection"


@pytest.fixture
def site(site: Site) -> Site:
    """With two tracers who have done nothing yet."""
    with site.system() as session:
        world.untrain(session, "tracer1", "tracer2")
    return site


def mine(session: Session) -> Select[Any]:
    """What tracer1 has passed or signed."""
    return select(Completion).where(Completion.staff_id == world.account(session, "tracer1").id)


def begun(client: Client) -> UUID:
    answer = client.post(f"/training/courses/{COURSE}/test")
    assert answer.status_code == 302, answer.text
    return UUID(answer.location.rpartition("/")[2])


def answers(site: Site, test_id: UUID, right: int) -> dict[str, list[str]]:
    """A form with so many right answers; the rest are wrong."""
    with site.system() as session:
        seed = session.get_one(FinalTest, test_id).seed
    form: dict[str, list[str]] = {}
    for number, question in enumerate(final_test.draw(library.load(COURSE), seed), 1):
        good = number <= right
        chosen = [str(at) for at, one in enumerate(question.choices) if one.right is good]
        form[f"q{number}"] = chosen if good else chosen[:1]
    return form


def handed_in(site: Site, client: Client, right: int) -> str:
    test_id = begun(client)
    answer = client.post(f"/training/tests/{test_id}", data=answers(site, test_id, right))
    assert answer.status_code == 302, answer.text
    return client.get(answer.location).text


@pytest.mark.parametrize("account", ["tracer1", "supervisor", "admin", "trainer", "privacy", "analyst"])
def test_each_role_sees_what_it_needs(site: Site, account: str) -> None:
    page = site.browser(account).get("/training").text
    role = world.ACCOUNTS[account][0]
    for key in library.shipped():
        assert (f"/training/courses/{key}" in page) is (key in library.needed(list(type(role))).of(role))
    assert "/training/undertaking" in page


def test_every_section_of_every_course_can_be_read_on_from(site: Site) -> None:
    client = site.browser("tracer1")
    for key in library.shipped():
        course, address, read = library.load(key), f"/training/courses/{key}/{library.load(key).sections[0].name}", 0
        while address.count("/") == 4:
            page = client.get(address)
            assert page.status_code == 200
            read += 1
            found = re.search(r'class="govuk-button" href="([^"#]*)', page.text)
            assert found
            address = found[1]
        assert read == len(course.sections) and address == f"/training/courses/{key}"


def test_the_open_test_shows_what_it_asks_and_not_what_is_right(site: Site) -> None:
    client = site.browser("tracer1")
    test_id = begun(client)
    page = client.get(f"/training/tests/{test_id}").text
    course = library.load(COURSE)
    assert page.count("<fieldset") == course.draw
    with site.system() as session:
        seed = session.get_one(FinalTest, test_id).seed
    assert seed not in page
    for question in final_test.draw(course, seed):
        assert question.key not in re.findall(r'(?:name|id|value)="([^"]*)"', page)
    assert begun(client) == test_id, "an open test is gone on with"


def test_a_pass_is_a_completion_and_a_certificate(site: Site) -> None:
    client, course = site.browser("tracer1"), library.load(COURSE)
    page = handed_in(site, client, course.needed)
    assert "Passed" in page and f"{course.needed} of {course.draw} right" in page
    with site.system() as session:
        made = session.scalars(mine(session)).one()
        assert made.staff_id == world.account(session, "tracer1").id
        assert (made.key, made.course_version, made.score, made.of) == (COURSE, 1, course.needed, course.draw)
        assert timedelta(days=364) < made.until_at - made.passed_at < timedelta(days=367)
    certificate = client.get(f"/training/completions/{made.id}")
    assert made.code in certificate.text and "Tracer1 Example" in certificate.text
    assert "done" in client.get("/training").text
    assert site.browser("tracer2").get(f"/training/completions/{made.id}").status_code == 404
    assert site.browser("supervisor").get(f"/training/completions/{made.id}").status_code == 200


def test_one_short_does_not_pass_and_every_question_is_explained(site: Site) -> None:
    client, course = site.browser("tracer1"), library.load(COURSE)
    page = handed_in(site, client, course.needed - 1)
    assert "Not passed yet" in page and page.count("<h2") >= course.draw
    with site.system() as session:
        assert session.scalars(mine(session)).all() == []


def test_tries_run_out_and_come_back(site: Site, later: Clock) -> None:
    course = library.load(COURSE)
    for _ in range(course.attempts):
        handed_in(site, site.browser("tracer1"), 0)
    refused = site.browser("tracer1").post(f"/training/courses/{COURSE}/test")
    assert refused.status_code in {403, 409}, refused.status_code
    assert "Begin the test" not in site.browser("tracer1").get(f"/training/courses/{COURSE}").text
    later(timedelta(hours=course.pause_hours, minutes=1))
    assert "Passed" in handed_in(site, site.browser("tracer1"), course.draw)


def test_a_question_left_out_is_named_and_nothing_given_is_lost(site: Site) -> None:
    client = site.browser("tracer1")
    test_id = begun(client)
    form = answers(site, test_id, 14)
    del form["q3"]
    answer = client.post(f"/training/tests/{test_id}", data=form)
    assert answer.status_code == 422 and "Answer question 3." in answer.text
    given = sum(len(chosen) for chosen in form.values())
    assert len(re.findall(r"<input[^>]*type=\"(?:radio|checkbox)\"[^>]* checked", answer.text)) == given


@pytest.mark.parametrize("more", [{"q99": "1"}, {"q1": "99999999999"}, {"q1": "-1"}])
def test_what_no_form_sends_is_refused(site: Site, more: dict[str, str]) -> None:
    client = site.browser("tracer1")
    test_id = begun(client)
    assert client.post(f"/training/tests/{test_id}", data={**answers(site, test_id, 14), **more}).status_code == 422
    with site.system() as session:
        assert session.get_one(FinalTest, test_id).marked_at is None


def test_a_mark_stands(site: Site) -> None:
    client = site.browser("tracer1")
    test_id = begun(client)
    assert client.post(f"/training/tests/{test_id}", data=answers(site, test_id, 0)).status_code == 302
    assert client.post(f"/training/tests/{test_id}", data=answers(site, test_id, 14)).status_code == 409
    assert "Not passed yet" in client.get(f"/training/tests/{test_id}").text


def test_nobody_sees_another_s_test(site: Site) -> None:
    test_id = begun(site.browser("tracer1"))
    for other in ("tracer2", "supervisor", "trainer", "admin"):
        client = site.browser(other)
        assert client.get(f"/training/tests/{test_id}").status_code == 404
        assert client.post(f"/training/tests/{test_id}", data={}).status_code == 404


def test_the_undertaking_is_signed_with_its_version(site: Site) -> None:
    client, version = site.browser("tracer1"), library.to_sign().version
    assert library.to_sign().signing in client.get("/training/undertaking").text
    assert "Tick the box" in client.post("/training/undertaking", data={"version": version}).text
    assert client.post("/training/undertaking", data={"version": version + 1, "agree": "yes"}).status_code == 409
    assert client.post("/training/undertaking", data={"version": version, "agree": "yes"}).status_code == 302
    with site.system() as session:
        made = session.scalars(mine(session)).one()
        assert (made.key, made.course_version, made.score) == (library.UNDERTAKING, version, None)


def test_a_completion_lapses(site: Site, later: Clock) -> None:
    handed_in(site, site.browser("tracer1"), 14)
    later(timedelta(days=340))
    assert "ends soon" in site.browser("tracer1").get("/training").text
    later(timedelta(days=30))
    assert "out of date" in site.browser("tracer1").get("/training").text


def test_no_completion_without_a_test_that_was_passed(site: Site) -> None:
    """What the database itself refuses, were a verb to be wrong."""
    if site.environ["TRACER_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("only PostgreSQL asks besides")
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting("tracer1") as session:
        me, now = world.account(session, "tracer1").id, clock.now()
        given = {"key": COURSE, "course_version": 1, "passed_at": now, "until_at": now, "code": "x"}
        session.connection().execute(insert(Completion).values(id=new_id(), staff_id=me, by_id=me, **given))


def test_a_picture_of_a_course_is_served_to_whoever_takes_courses(site: Site) -> None:
    client = site.browser("tracer1")
    page = client.get("/training/courses/infection-basics/the-contact-window").text
    address = re.search(r'<img src="([^"]+)" alt="Two rows of days', page)
    assert address is not None
    answer = client.get(address[1])
    assert answer.status_code == 200 and answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG")
    assert "no-store" in answer.headers["Cache-Control"]
    for other in ("gone.png", "..%2finfection-basics.md", "../infection-basics.md"):
        assert client.get(address[1].replace("contact-window.png", other)).status_code == 404
    assert client.get(address[1].replace("infection-basics", "no-course")).status_code == 404
    assert site.app.test_client().get(address[1]).status_code == 302
