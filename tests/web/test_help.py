"""Help: by role, searched, asked of the training desk, answered for one or for everybody; what does not work."""

import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import KINDS
from tests.site import Site
from tracer import clock
from tracer.access.permissions import Permission
from tracer.courses import markdown
from tracer.courses.faults import Faults
from tracer.help import impersonal, search, topics
from tracer.ids import new_id
from tracer.models import AuditEvent, HelpQuestion

POLICIES = pytest.mark.parametrize("database", [kind for kind in KINDS if kind == "postgresql"], indirect=True)
QUESTION = "Where do I see what I did <today>?"


def ask(client: FlaskClient, question: str = QUESTION, **more: str) -> TestResponse:
    return client.post("/help/questions", data={"question": question, **more})


def waiting(client: FlaskClient) -> str:
    """The page of the first question in the list."""
    found = re.search(r'href="(/help/questions/[0-9a-f-]{36})"', client.get("/help/questions").text)
    assert found is not None
    return found[1]


def answer(client: FlaskClient, page: str, **given: str) -> TestResponse:
    found = re.search(r'name="version" value="(\d+)"', client.get(page).text)
    assert found is not None
    return client.post(page, data={"answer": "On My day.", "version": found[1], **given})


def test_topics_are_for_whoever_they_are_for(site: Site) -> None:
    tracer, analyst = site.browser("tracer1").get("/help").text, site.browser("analyst").get("/help").text
    assert "Working a case</h2>" in tracer and "Answers for analysis</h2>" not in tracer
    assert "Working a case</h2>" not in analyst and "Answers for analysis</h2>" in analyst
    assert "Breaking the glass</h2>" in tracer and "Your supervisor is Supervisor Example" in tracer
    assert re.search(r'<footer.*href="/help\?from=/help"', tracer, re.DOTALL), "from every page, in one place"


def test_every_topic_is_well_formed() -> None:
    for one in topics.every():
        Permission(one.needs)
        faults = Faults()
        markdown.check(markdown.blocks(one.body), frozenset(), faults)
        assert not faults.found, one.name
    with pytest.raises(ValueError, match="begin with"):
        topics.read("x", "# No needs\n\ntext")


def test_search_finds_every_word_however_it_is_written() -> None:
    texts = [("Breaks", "Have a café crème"), ("Cafe", "closed"), ("Other", "creme")]

    def found(words: str) -> list[str]:
        return [one[0] for one in search.find(words, texts, lambda one: one[0], lambda one: one[1])]

    assert found("CAFE") == ["Cafe", "Breaks"], "titles first"
    assert found("Crème café") == ["Breaks"] and found("cafe tea") == [] and found(" ") == []


def test_a_search_in_the_page_is_kept_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    client = site.browser("tracer1")
    client.get("/help")
    caplog.set_level(logging.DEBUG)
    with site.system() as session:
        before = session.scalars(select(AuditEvent.id)).all()
    page = client.get("/help?q=PASSKEY+zwiebelfisch").text
    assert "Nothing is found" in page and 'href="#ask"' in page and 'value="PASSKEY zwiebelfisch"' in page
    page = client.get("/help?q=Pássk%C3%A8y").text
    assert "Signing in and second factors</h2>" in page and "A hard call" not in page
    assert "analysis" not in client.get("/help?q=analysis").text.partition("<main")[2].replace('"analysis"', "")
    with site.system() as session:
        assert session.scalars(select(AuditEvent.id)).all() == before
    assert "zwiebelfisch" not in caplog.text


def test_from_a_question_to_help_for_everybody(site: Site) -> None:
    asker, other, trainer = site.browser("tracer1"), site.browser("tracer2"), site.browser("trainer")
    assert ask(asker, page="/cases/…").status_code == 302
    assert "&lt;today&gt;" in asker.get("/help").text and "waits for an answer" in asker.get("/help").text
    assert "&lt;today&gt;" not in other.get("/help").text and other.get("/help/questions").status_code == 403
    assert "to answer</span>" in trainer.get("/help").text, "the badge"
    page = waiting(trainer)
    shown = trainer.get(page).text
    assert "from the page /cases/…" in shown and "Tracer1" not in shown, "nobody sees who asked"
    assert other.get(page).status_code == 404
    assert answer(trainer, page).status_code == 302
    assert "On My day." in asker.get("/help").text and "On My day." not in other.get("/help").text
    answered = answer(trainer, page, published="yes")
    assert answered.status_code == 422 and "Give a title" in answered.text and " checked" in answered.text
    assert answer(trainer, page, published="yes", title="What I did", version="1").status_code == 409, "stale"
    assert answer(trainer, page, published="yes", title="What I did").status_code == 302
    found = other.get("/help?q=what+did+today").text
    assert "What I did</h3>" in found and "On My day." in found and "Tracer1" not in found
    assert answer(trainer, page, title="What I did").status_code == 302
    assert "On My day." not in other.get("/help").text, "taken back"


def test_what_looks_like_somebody_is_refused_and_not_lost(site: Site) -> None:
    client = site.browser("tracer1")
    for words, said in (
        ("What about the lady on 07400 100001?", "a telephone number or an NHS number"),
        ("What about 999 000 0018 then, please?", "a telephone number or an NHS number"),
        ("What about ann@example.com, please?", "an e-mail address"),
        ("What about whoever lives at ls6 1aa?", "a postcode"),
    ):
        page = ask(client, words)
        assert page.status_code == 422 and said in page.text and words in page.text, words
    assert ask(client, "short").status_code == 422 and ask(client, "x" * 501).status_code == 422
    with site.system() as session:
        assert session.scalars(select(HelpQuestion)).all() == []
    assert ask(client, "One\x00 line\r\nand another", page="/cases/0190aaaa").status_code == 302
    with site.system() as session:
        made = session.scalars(select(HelpQuestion)).one()
        assert made.question == "One line\nand another"
        assert made.page == "", "an address with a record in it is dropped"


def test_ordinary_words_look_like_nobody() -> None:
    for words in ("On 2026-11-29 at 14:02 step 3 of 10 failed", "After 15 or 30 minutes, 2 tries, 24/7", "29/11/2026"):
        assert impersonal.looks_like(words) == [], words
    assert impersonal.looks_like("\uff10\uff17\uff14\uff10\uff10 100001") and impersonal.looks_like("SW1A1AA")


def test_the_untrained_ask_and_answer_nothing(site: Site) -> None:
    with site.system() as session:
        world.untrain(session, "tracer1", "trainer")
    client, trainer = site.browser("tracer1"), site.browser("trainer")
    assert ask(client).status_code == 302 and "waits for an answer" in client.get("/help").text
    assert "No question waits." in trainer.get("/help/questions").text
    page = f"/help/questions/{new_id()}"
    assert trainer.post(page, data={"answer": "Yes", "version": "1"}).status_code == 403
    with site.acting("trainer") as session:
        assert session.scalars(select(HelpQuestion)).all() == []


def test_ten_questions_wait_at_most(site: Site) -> None:
    client = site.browser("tracer1")
    assert [ask(client).status_code for _ in range(11)] == [302] * 10 + [422]


def test_a_known_problem_is_shown_to_everybody_until_it_ends(site: Site) -> None:
    admin, tracer, trainer = site.browser("admin"), site.browser("tracer1"), site.browser("trainer")
    assert trainer.get("/help/problems").status_code == 403
    assert admin.post("/help/problems", data={"title": "", "text": "Wait an hour"}).status_code == 422
    admin.post("/help/problems", data={"title": "Reveal is slow", "text": "Wait an hour"})
    assert "Reveal is slow" in tracer.get("/help").text and "Reveal is slow" in trainer.get("/help/questions").text
    page = admin.get("/help/problems").text
    found = re.search(r'action="(/help/problems/[0-9a-f-]+/end)".*?name="version" value="(\d+)"', page)
    assert found is not None
    assert trainer.post(found[1], data={"version": found[2]}).status_code in {403, 404}
    assert admin.post(found[1], data={"version": found[2]}).status_code == 302
    assert admin.post(found[1], data={"version": found[2]}).status_code == 409
    assert "Reveal is slow" not in tracer.get("/help").text


@POLICIES
def test_the_database_takes_no_published_question_of_the_askers(site: Site) -> None:
    """Nor one in another's name."""
    with site.system() as session:
        me, other = (world.account(session, name).id for name in ("tracer1", "tracer2"))
    row = {"version": 1, "asked_at": clock.now(), "question": "q", "page": "", "title": "t"}
    told = {"answer": "a", "answered_at": clock.now(), "published": True}
    for given in ({"asked_by_id": me, **told}, {"asked_by_id": other, "published": False}):
        with pytest.raises(ProgrammingError, match="row-level security"), site.acting("tracer1") as session:
            session.connection().execute(insert(HelpQuestion).values(id=new_id(), **row, **given))
