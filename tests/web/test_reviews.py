"""Reviews of finished work: what is drawn, who makes one, what is done again, and what the tracer reads."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import making, world
from tests.site import Site
from tracer import clock
from tracer.casework import contacts, review_draw, tasks
from tracer.casework.contacts import Named
from tracer.ids import new_id
from tracer.models import Assignment, Case, Contact, How, Review, ReviewDraw, ReviewOutcome, Task, TaskState
from tracer.policy import quality
from tracer.schemas.identity import Identity
from tracer.schemas.review_forms import ASKED

MARKS = [
    *("greeting", "identity", "confidential", "words", "reading", "dates", "listening", "distress", "contacts"),
    *("accuracy", "escalation", "safeguarding"),
]
GOOD = {ASKED + name: "full" for name in MARKS} | {
    ASKED + "can_review": "yes",
    ASKED + "reviewed_by": "record",
    ASKED + "decision": "approve",
    ASKED + "praise": "A calm beginning",
}


def finished(site: Site, account: str = "tracer1", number: int = 1, days: int = 1) -> Task:
    """A task that somebody finished so many days ago; they have worked here since long."""
    with site.system() as session:
        _, task = world.make_case(session, number)
        _finish(session, task, account, days)
        return task


def _finish(session: Any, task: Task, account: str, days: int) -> None:
    who = world.account(session, account)
    world.give(session, task, account)
    old = {"from_at": clock.now() - timedelta(days=100), "until_at": clock.now() - timedelta(days=99)}
    session.add(Assignment(task_id=task.id, staff_id=who.id, how=How.CLAIMED, **old))
    tasks.finish(task, "completed", clock.now() - timedelta(days=days))
    task.moved_by_id = who.id
    session.flush()


def drawn(site: Site, task: Task) -> Review:
    """A review of it that waits."""
    with site.system() as session:
        task = session.get_one(Task, task.id)
        made = Review(id=new_id(), task_id=task.id, team_id=task.team_id, why="sample", drawn_at=clock.now())
        made.tracer_id = task.moved_by_id  # type: ignore[assignment]
        session.add(made)
    return made


def decide(client: FlaskClient, review: Review, **more: str) -> Any:
    given = GOOD | {ASKED + name: value for name, value in more.items()}
    return client.post(f"/reviews/{review.id}", data={**given, "version": str(review.version)})


def now_of(site: Site, review: Review) -> Review:
    with site.system() as session:
        return session.get_one(Review, review.id)


def test_a_review_is_made_and_the_tracer_reads_it(site: Site) -> None:
    review, lead, tracer = drawn(site, finished(site)), site.browser("supervisor"), site.browser("tracer1")
    assert "reviewed" not in tracer.get("/caseload").text and tracer.get(f"/reviews/{review.id}").status_code == 404
    assert "Tracer1 Example" in lead.get("/team/reviews").text
    assert "Was it known who answered" in lead.get(f"/reviews/{review.id}").text
    assert decide(lead, review).status_code == 302
    kept = now_of(site, review)
    assert (kept.outcome, kept.score, kept.marks["identity"]) == (ReviewOutcome.APPROVE, 100, "full")
    assert kept.sealed_words and b"calm" not in kept.sealed_words
    assert "was reviewed" in tracer.get("/caseload").text
    page = tracer.get(f"/reviews/{review.id}").text
    assert "A calm beginning" in page and "approved" in page and "100 of 100" in page
    assert tracer.post(f"/reviews/{review.id}/read", data={"version": "2"}).status_code == 302
    assert "was reviewed" not in tracer.get("/caseload").text
    assert "100 %" in lead.get("/team/reviews").text


def test_what_is_missing_or_does_not_fit_is_said_and_kept(site: Site) -> None:
    review, lead = drawn(site, finished(site)), site.browser("supervisor")
    answer = lead.post(f"/reviews/{review.id}", data={"version": "1", ASKED + "praise": "A calm beginning"})
    assert answer.status_code == 422 and "A calm beginning" in answer.text
    answer = decide(lead, review, identity="none", feedback="Check first")
    assert answer.status_code == 422 and "This does not fit with the marks" in answer.text
    answer = decide(lead, review, identity="perfect")
    assert answer.status_code == 422 and "Choose one from the list" in answer.text
    assert now_of(site, review).outcome is None


def test_a_call_that_cannot_be_reviewed_is_said_so(site: Site) -> None:
    review, lead = drawn(site, finished(site)), site.browser("supervisor")
    sent = {"version": "1", ASKED + "can_review": "no", ASKED + "why_not": "Next to nothing was written down"}
    assert lead.post(f"/reviews/{review.id}", data={**sent, ASKED + "reviewed_by": "record"}).status_code == 302
    kept = now_of(site, review)
    assert kept.outcome is ReviewOutcome.UNABLE and kept.score is None


REOPEN = {
    "accuracy": "none",
    "decision": "reopen",
    "feedback": "Read it back",
    "put_right": "Ask the onset",
    "talk": "yes",
}


def test_reopened_work_is_a_new_task_of_the_same_tracer(site: Site) -> None:
    old = finished(site)
    review, lead, tracer = drawn(site, old), site.browser("supervisor"), site.browser("tracer1")
    assert tracer.get(f"/cases/{old.case_id}").status_code == 404
    assert "Tell your supervisor and the privacy officer" not in lead.get(f"/reviews/{review.id}").text
    assert decide(lead, review, **REOPEN).status_code == 302
    assert "The record cannot stay as it is" in lead.get("/team/reviews").text
    kept = now_of(site, review)
    with site.system() as session:
        again = session.get_one(Task, kept.again_id)
        before = session.get_one(Task, old.id)
        assert before.state is TaskState.DONE and before.outcome == "completed"
        assert (again.case_id, again.kind, again.state) == (old.case_id, old.kind, TaskState.HELD)
        assert again.holder_id == world.account(session, "tracer1").id and "after a review" in str(again.reasons)
    page = tracer.get(f"/cases/{old.case_id}")
    assert page.status_code == 200 and "Start or go on with the interview" in page.text
    assert "to be done again" in tracer.get(f"/reviews/{review.id}").text


def test_a_reopened_alert_call_takes_its_contacts_along(site: Site) -> None:
    with site.system() as session:
        case, _ = world.make_case(session)
        who = Identity(given_name="Wren", family_name="Sparrowhawk", phone="+447400120001")
        contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
        task = session.get_one(Task, contact.alert_task_id)
        _finish(session, task, "tracer1", 1)
    review = drawn(site, task)
    assert decide(site.browser("supervisor"), review, contacts="", **REOPEN).status_code == 302
    kept = now_of(site, review)
    with site.system() as session:
        assert session.get_one(Contact, contact.id).alert_task_id == kept.again_id
    assert site.browser("tracer1").get(f"/contacts/{contact.id}").status_code == 200


def test_reopened_work_waits_where_the_tracer_cannot_have_it(site: Site) -> None:
    """They left; another holds the household."""
    old = finished(site)
    review = drawn(site, old)
    with site.system() as session:
        world.account(session, "tracer1").ended_at = clock.now()
    assert decide(site.browser("supervisor"), review, **REOPEN).status_code == 302
    shared, other = finished(site, "tracer2", 2), None
    with site.system() as session:
        session.get_one(Task, shared.id).household_key = b"home"
        other = world.make_case(session, 3)[1]
        other.household_key = b"home"
        world.give(session, other, "tracer3")
    second = drawn(site, shared)
    assert decide(site.browser("supervisor"), second, **REOPEN).status_code == 302
    both = [now_of(site, one) for one in (review, second)]
    with site.system() as session:
        for one in both:
            again = session.get_one(Task, one.again_id)
            assert (again.state, again.team_id, again.holder_id) == (TaskState.WAITING, one.team_id, None)


def test_only_who_leads_the_team_reviews_and_nobody_themselves(site: Site) -> None:
    review = drawn(site, finished(site))
    for account, status in (("supervisor2", 404), ("tracer2", 404), ("tracer1", 404), ("admin", 404)):
        client = site.browser(account)
        assert client.get(f"/reviews/{review.id}").status_code == 404
        assert decide(client, review).status_code == status
    own = drawn(site, finished(site, "supervisor", 2))
    lead = site.browser("supervisor")
    assert decide(lead, own).status_code == 404 and "Supervisor Example’s" not in lead.get("/team/reviews").text


def test_a_second_review_and_a_stale_one_are_conflicts(site: Site) -> None:
    review, lead = drawn(site, finished(site)), site.browser("supervisor")
    assert decide(lead, review).status_code == 302
    assert decide(lead, review).status_code == 409
    assert decide(lead, now_of(site, review)).status_code == 409


def draw(site: Site) -> int:
    with site.system("routine.reviews") as session:
        return review_draw.draw(session, clock.now())


def whys(site: Site) -> list[str]:
    with site.system() as session:
        return sorted(session.scalars(select(Review.why)))


class Chance:
    """Chance that remembers what it was asked, one in how many, and says yes to the first of every such many."""

    def __init__(self) -> None:
        self.asked = list[int]()

    def randrange(self, number: int) -> int:
        """The next of so many, in turn."""
        self.asked.append(number)
        return (len(self.asked) - 1) % number

    def choice(self, several: list[Any]) -> Any:
        """The first."""
        return several[0]


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What chance was asked."""
    made = Chance()
    monkeypatch.setattr(review_draw, "chance", made)
    return made.asked


def test_each_night_once_some_of_yesterdays_work_is_drawn(site: Site, chance: list[int]) -> None:
    for number in range(1, 4):
        finished(site, number=number)
    finished(site, number=4, days=0)
    finished(site, number=5, days=3)
    assert draw(site) == 1 and chance == [quality.draw().one_in] * 3
    assert draw(site) == 0 and whys(site) == ["sample"]
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(ReviewDraw)) == 1


def test_of_the_new_more_is_drawn(site: Site, chance: list[int]) -> None:
    for number in range(1, 12):
        finished(site, number=number)
    with site.system() as session:
        for one in session.scalars(select(Assignment)):
            one.from_at = max(one.from_at, clock.now() - timedelta(days=10))
    assert draw(site) == 3 and set(chance) == {quality.draw().new_one_in} and whys(site) == ["new"] * 3


def test_whoever_worked_has_one_a_week_at_least(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    never = Chance()
    monkeypatch.setattr(never, "randrange", lambda number: number - 1)
    monkeypatch.setattr(review_draw, "chance", never)
    finished(site, "tracer1", 1)
    finished(site, "tracer2", 2)
    assert draw(site) == 2 and whys(site) == ["week", "week"]
    start = clock.now()
    for days, more in ((1, 0), (8, 1)):
        with time_machine.travel(start + timedelta(days=days)):
            finished(site, "tracer1", 10 + days)
            assert draw(site) == more


def test_what_nobody_worked_and_what_is_no_call_is_not_drawn(site: Site, chance: list[int]) -> None:
    joined, other = finished(site, number=1), finished(site, number=2)
    with site.system() as session:
        session.get_one(Task, joined.id).outcome = "joined"
        session.get_one(Task, other.id).moved_by_id = None
        flag = making.flag(session, world.account(session, "tracer1"), 9)
        raised = session.get_one(Task, flag.task_id)
        _finish(session, raised, "tracer1", 1)
    finished(site, "supervisor", 3)
    assert draw(site) == 0 and chance == []


def test_the_untrained_review_and_read_nothing(site: Site) -> None:
    review = drawn(site, finished(site))
    lead, tracer = site.browser("supervisor"), site.browser("tracer1")
    decide(lead, review)
    with site.system() as session:
        world.untrain(session, "tracer1", "supervisor")
    assert tracer.get(f"/reviews/{review.id}").status_code == 404
    assert lead.get(f"/reviews/{review.id}").status_code == 404


def test_a_case_that_was_reviewed_is_as_it_was(site: Site) -> None:
    """Making a review changes nothing of the record."""
    old = finished(site)
    with site.system() as session:
        before = session.get_one(Case, old.case_id).version
    decide(site.browser("supervisor"), drawn(site, old))
    with site.system() as session:
        assert session.get_one(Case, old.case_id).version == before
