"""Saving answers as they are given, by more than one window at once: what is sent twice, late or against another."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests import world
from tests.interviewing import OpenPage, begin, save
from tests.site import Site
from tracer.casework import interview_memory
from tracer.interview.answers import from_document
from tracer.models import Answer, Interview, Task
from tracer.vault import current

PHONE, MAIL = "best_phone", "best_email"


@pytest.fixture
def interview(site: Site) -> str:
    """An interview that tracer1 has begun; its address."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    return begin(site.browser("tracer1"), f"/cases/{case.id}")


def two(site: Site, interview: str, section: str = "reaching") -> tuple[OpenPage, OpenPage]:
    """The same section in two windows of one browser."""
    client = site.browser("tracer1")
    return OpenPage(client, interview, section), OpenPage(client, interview, section)


def rows(site: Site) -> list[tuple[str, object]]:
    """Every answer in order."""
    with site.system() as session:
        found = session.scalars(select(Answer).order_by(Answer.id)).all()
        return [(one.key, from_document(current().open(one.sealed, one.interview_id))) for one in found]


def test_what_is_sent_twice_is_one_row(site: Site, interview: str) -> None:
    """The first answer of the server was lost; and an older sending comes after a newer one."""
    page, _ = two(site, interview)
    first, second = page.change(MAIL, "a@example.com"), page.change(MAIL, "ab@example.com")
    page.send(first)
    page.send(first)
    page.hear(page.send({**second, "unsure": True}))
    page.hear(page.send(first))
    assert rows(site) == [(MAIL, "a@example.com"), (MAIL, "ab@example.com")]


def test_different_questions_never_conflict(site: Site, interview: str) -> None:
    """And each window hears of the other's answers, in the reply to its own or by looking."""
    one, two_ = two(site, interview)
    one.give(best_phone="07400 100200")
    said = two_.give(best_email="two@example.com")
    assert said["fields"][PHONE]["value"] == "07400 100200" and not said["fields"][PHONE]["mine"]
    assert said["disputes"] == {}
    seen = one.poll()
    assert seen["fields"][MAIL]["value"] == "two@example.com"
    assert one.poll() == {}
    assert one.give(best_email="better@example.com")["disputes"] == {}, "it knew of the one that it replaced"


def test_the_same_answer_twice_is_no_conflict(site: Site, interview: str) -> None:
    one, two_ = two(site, interview)
    one.give(best_email="same@example.com")
    said = two_.give(best_email="same@example.com")
    assert said["disputes"] == {} and len(rows(site)) == 1


def test_two_answers_to_one_question_both_stand_until_somebody_picks(site: Site, interview: str) -> None:
    one, two_ = two(site, interview)
    one.give(best_email="one@example.com")
    said = two_.give(best_email="two@example.com")
    assert "one@example.com" in said["disputes"][MAIL] and "two@example.com" in said["disputes"][MAIL]
    assert "Two different answers" in said["faults"][MAIL]
    shown = one.client.get(f"{interview}/reaching").text
    assert "one@example.com" in shown and "two@example.com" in shown
    assert "two@example.com" in one.poll()["disputes"][MAIL]

    said = one.give(best_email="one.more@example.com")
    assert "two@example.com" in said["disputes"][MAIL], "going on typing settles nothing"
    picks = [part.partition('"')[0] for part in said["disputes"][MAIL].split('value="')[1:]]
    pick, at = picks[1].split("/")
    said = one.hear(one.send(one.change(MAIL, None, pick=int(pick), known=int(at))))
    assert said["disputes"] == {} and said["fields"][MAIL]["value"] == "two@example.com"
    assert two_.poll()["disputes"] == {}
    assert rows(site)[-1] == (MAIL, "two@example.com")


def test_a_dispute_holds_up_the_end_and_a_plain_form_settles_it(site: Site, interview: str) -> None:
    """Without a script: the page shows both, and a form that does not pick leaves it open."""
    one, two_ = two(site, interview, "introduction")
    one.give(who_answers="person")
    two_.give(who_answers="wrong")
    client = site.browser("tracer1")
    page = client.get(f"{interview}/introduction").text
    pick = page.partition(':pick" value="')[2].partition('"')[0]
    known = page.partition('name="who_answers:shown" value="')[2].partition('"')[0]
    assert "Introduction" in client.get(f"{interview}/check").text.partition("still to answer")[2].partition("</ul>")[0]
    assert client.post(f"{interview}/finish").status_code == 422
    form = {"who_answers:shown": known, "who_answers": "person", "do": "next"}
    assert client.post(f"{interview}/introduction", data=form).status_code == 422
    client.post(f"{interview}/introduction", data={**form, "who_answers:pick": pick})
    assert "Two different answers" not in client.get(f"{interview}/introduction").text


def test_a_form_of_an_old_page_takes_back_nothing(site: Site, interview: str) -> None:
    """It sends what it showed of one question, which another window has answered since, and a new answer to another."""
    client = site.browser("tracer1")
    OpenPage(client, interview, "reaching").give(best_phone="07400 100300")
    form = {"page": str(uuid4()), f"{PHONE}:shown": "0", PHONE: "", f"{MAIL}:shown": "0", MAIL: "new@example.com"}
    assert client.post(f"{interview}/reaching", data={**form, "do": "next"}).status_code == 302
    assert rows(site) == [(PHONE, "07400 100300"), (MAIL, "new@example.com")]
    again = client.post(f"{interview}/reaching", data={**form, MAIL: "newer@example.com", "do": "next"})
    assert again.status_code == 302, "the page was gone back to, and typed over"
    assert rows(site)[-1] == (MAIL, "newer@example.com")


def test_people_are_added_once_taken_off_and_put_back(site: Site, interview: str) -> None:
    client, page = site.browser("tracer1"), str(uuid4())
    for sent_by in (page, page, str(uuid4())):
        save_as = {"page": sent_by, "do": "add:contact/1"}
        assert client.post(f"{interview}/contacts", data=save_as).status_code == 302
    assert [key for key, _ in rows(site)] == ["contact/1/_added", "contact/2/_added"], "the same page asked twice"
    save(client, interview, "contacts", {}, do="remove:contact/1")
    assert OpenPage(client, interview, "contacts").poll()["lists"] == {"contact": [2]}
    save(client, interview, "contacts", {}, do="restore:contact/1")
    assert OpenPage(client, interview, "contacts").poll()["lists"] == {"contact": [1, 2]}


def test_windows_that_save_at_the_same_moment_lose_nothing(site: Site, interview: str) -> None:
    """Eight windows, each with ten answers and every request twice."""
    client = site.browser("tracer1")
    cookie = client.get_cookie("tracer")
    assert cookie is not None

    def work(number: int) -> None:
        own = site.app.test_client()
        own.set_cookie("tracer", cookie.value)
        page = OpenPage(own, interview, "contacts")
        for turn in range(10):
            change = page.change(f"contact/{number}/contact_given_name", f"Name {turn}", unsure=True)
            assert page.send(change).status_code == page.send(change).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 9)))
    found = rows(site)
    assert len(found) == 80
    for number in range(1, 9):
        said = [answer for key, answer in found if key == f"contact/{number}/contact_given_name"]
        assert said == [f"Name {turn}" for turn in range(10)]


def test_what_one_person_typed_is_never_anothers(site: Site, interview: str) -> None:
    """The page says who opened it; and work that was handed over takes no late answers."""
    page, _ = two(site, interview)
    with site.system() as session:
        other = str(world.account(session, "tracer2").id)
        mine = str(world.account(session, "tracer1").id)
    body = {**page.seen(), "changes": [page.change(MAIL, "late@example.com")]}
    assert page.client.post(f"{interview}/answers", json={**body, "who": other}).status_code == 403
    assert page.client.post(f"{interview}/call", json={**page.seen(), "who": other}).status_code == 403
    assert page.client.post(f"{interview}/answers", json={**body, "who": mine}).status_code == 200
    with site.system() as session:
        world.give(session, session.scalars(select(Task)).one(), "tracer2")
    assert page.send(page.change(MAIL, "later@example.com")).status_code == 404
    assert len(rows(site)) == 1


def test_a_restored_database_is_read_anew(site: Site, interview: str) -> None:
    """What a process remembers of an interview is held against the last row that it knows."""
    page, _ = two(site, interview)
    page.give(best_email="gone@example.com")
    with site.system() as session:
        kept = session.scalars(select(Interview.id)).one()
    with site.acting("tracer1") as session:
        known = interview_memory.ledger(session, kept)
        assert known.newest is not None
        other = type(known.newest)(known.last, "elsewhere", "of another database")
        interview_memory._ledgers.put(kept, type(known)().with_entries([other]))
        assert interview_memory.ledger(session, kept).answers() == {MAIL: "gone@example.com"}
