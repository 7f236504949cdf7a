"""Training sessions in the pages: planned, rehearsed, sent, joined; the waiting list moves up; nobody sees another."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.delivery.test_serco import tick
from tests.site import Site
from tracer import clock
from tracer.casework import approvals, training_mailings, training_notices, training_seats
from tracer.models import Approval, MailingState, Notice, SeatState, TrainingMailing, TrainingSeat, TrainingSession

_PLAN = {"title": "Working from home", "from_time": "10:00", "to_time": "11:30", "capacity": "1"}
_PLAN |= {"place": "Room 4", "link": "https://meet.example/abc", "joining": "Ring the bell twice."}


def plan(**more: str) -> dict[str, str]:
    return _PLAN | {"on": (clock.today() + timedelta(days=5)).isoformat()} | more


def planned(trainer: FlaskClient) -> str:
    answer = trainer.post("/training/sessions", data=plan())
    assert answer.status_code == 302, answer.text
    return str(answer.location).removesuffix("/work")


def invited(site: Site, trainer: FlaskClient, page: str, role: str = "tracer") -> str:
    """Rehearsed, counted by a worker and sent. Returns the page of the mailing as it was rehearsed."""
    mailing = str(trainer.post(f"{page}/rehearse", data={"roles": role}).location)
    assert "being counted" in trainer.get(mailing).text
    tick(site, training_mailings.count)
    rehearsal = trainer.get(mailing).text
    version = re.findall(r'name="version" value="(\d+)"', rehearsal)[0]
    assert trainer.post(f"{mailing}/send", data={"version": version}).status_code == 302
    tick(site, training_mailings.owe)
    return rehearsal


def kinds(site: Site) -> list[str]:
    with site.system() as session:
        return [one.kind for one in session.scalars(select(Notice).order_by(Notice.created_at, Notice.id))]


def states(site: Site) -> list[str]:
    with site.system() as session:
        order = select(TrainingSeat).where(TrainingSeat.asked_at.is_not(None)).order_by(TrainingSeat.asked_at)
        return [seat.state.value for seat in session.scalars(order)]


def test_from_rehearsal_to_the_waiting_list(site: Site) -> None:
    """One place: the second waits, and gets it when the first gives it up; each is told."""
    trainer = site.browser("trainer")
    page = planned(trainer)
    rehearsal = invited(site, trainer, page)
    assert "Exactly <strong>4</strong> messages" in rehearsal
    assert rehearsal.count('aria-label="Example') == 3
    assert kinds(site) == ["training-invitation"] * 4
    first = site.browser("tracer1")
    text = first.get(page).text
    assert "Ring the bell twice." in text
    assert "https://meet.example/abc" in text
    first.post(f"{page}/ask")
    second = site.browser("tracer2")
    second.post(f"{page}/ask")
    tick(site, training_seats.allot)
    assert states(site) == ["seated", "waiting"]
    assert "on the waiting list" in second.get(page).text
    first = site.browser("tracer1")
    first.post(f"{page}/decline")
    tick(site, training_seats.allot)
    assert states(site) == ["declined", "seated"]
    assert kinds(site)[4:] == ["training-place", "training-waiting", "training-place"]
    assert tick(site, training_seats.allot) == 0


def many(site: Site, trainer: FlaskClient, page: str, role: str) -> UUID:
    """An invitation that takes a second person, rehearsed and sent; nobody has agreed to it yet."""
    mailing = str(trainer.post(f"{page}/rehearse", data={"roles": role}).location)
    tick(site, training_mailings.count)
    version = re.findall(r'name="version" value="(\d+)"', trainer.get(mailing).text)[0]
    assert trainer.post(f"{mailing}/send", data={"version": version}).status_code == 422, "it takes a reason"
    sent = trainer.post(f"{mailing}/send", data={"version": version, "reason": "All are new."})
    assert sent.status_code == 302
    return UUID(mailing.rpartition("/")[2])


def agree(site: Site, mailing_id: UUID) -> None:
    with site.system() as session:
        approval_id = session.get_one(TrainingMailing, mailing_id).approval_id
    with site.acting("admin") as session:
        approval = session.get_one(Approval, approval_id)
        approvals.decide(approval, approval.digest.hex(), True, clock.now())


@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
def test_many_go_only_where_a_second_person_agreed_to_just_these(
    site: Site, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Asked again where it is done: whatever stands beside the mailing, its own yes alone lets it go."""
    monkeypatch.setattr(training_mailings, "ALONE", 1)
    trainer = site.browser("trainer")
    page = planned(trainer)
    first, second = (many(site, trainer, page, role) for role in ("tracer", "supervisor"))
    tick(site, training_mailings.owe)
    assert kinds(site) == [], "nobody has agreed"
    agree(site, first if whose == "own" else second)
    with site.system() as session:
        mailing, other = session.get_one(TrainingMailing, first), session.get_one(TrainingMailing, second)
        if whose != "own":
            mailing.approval_id = other.approval_id if whose == "another's" else None
            other.state = MailingState.STALE
    tick(site, training_mailings.owe)
    assert kinds(site) == (["training-invitation"] * 4 if whose == "own" else [])
    with site.system() as session:
        gone = MailingState.OWED if whose == "own" else MailingState.STALE
        assert session.get_one(TrainingMailing, first).state is gone


def test_nobody_sees_a_colleague(site: Site) -> None:
    """Neither trainee nor trainer is shown a name or an address; whoever is not invited finds no session."""
    trainer = site.browser("trainer")
    page = planned(trainer)
    pages = [invited(site, trainer, page), trainer.get(f"{page}/work").text, trainer.get("/training/sessions").text]
    mine = site.browser("tracer1")
    pages += [mine.get(page).text, mine.get("/training/sessions").text, mine.get(f"{page}/calendar").text]
    others = r"(?:Tracer[234]|Supervisor|Analyst|Admin) Example|(?:tracer[234]|analyst|admin)@demo"
    assert [found for text in pages for found in re.findall(others, text)] == []
    assert site.browser("analyst").get(page).status_code == 404
    with site.acting("tracer1") as session:
        assert len(session.scalars(select(TrainingSeat)).all()) == 1


def test_a_change_and_a_cancellation_are_told(site: Site) -> None:
    """The calendar file keeps its name, and its number rises; whoever said no is left in peace."""
    trainer = site.browser("trainer")
    page = planned(trainer)
    invited(site, trainer, page)
    mine = site.browser("tracer1")
    mine.post(f"{page}/decline")
    uid = re.findall("UID:.*", site.browser("tracer2").get(f"{page}/calendar").text)
    version = re.findall(r'name="version" value="(\d+)"', trainer.get(f"{page}/change").text)[0]
    assert trainer.post(f"{page}/change", data=plan(from_time="09:00", version=version)).status_code == 302
    assert trainer.post(f"{page}/change", data=plan(from_time="08:00", version=version)).status_code == 409
    tick(site, training_mailings.owe)
    assert kinds(site)[4:] == ["training-change"] * 3
    text = site.browser("tracer2").get(f"{page}/calendar").text
    assert re.findall("UID:.*", text) == uid
    assert "SEQUENCE:1" in text
    version = re.findall(r'name="version" value="(\d+)"', trainer.get(f"{page}/work").text)[-1]
    trainer.post(f"{page}/cancel", data={"reason": "The trainer is ill.", "version": version})
    tick(site, training_mailings.owe)
    assert kinds(site)[7:] == ["training-cancellation"] * 3
    assert "STATUS:CANCELLED" in site.browser("tracer2").get(f"{page}/calendar").text
    assert "The trainer is ill." in site.browser("tracer2").get(page).text


def test_reminded_once_there_and_said_so(site: Site, later: Clock) -> None:
    """A day before a reminder; in the session the code; afterwards what it was like, without a name."""
    trainer = site.browser("trainer")
    page = planned(trainer)
    invited(site, trainer, page)
    site.browser("tracer1").post(f"{page}/ask")
    tick(site, training_seats.allot)
    assert tick(site, training_mailings.remind) == 0
    with site.system() as session:
        one = session.scalars(select(TrainingSession)).one()
    later(one.starts_at - clock.now() - timedelta(hours=20))
    assert tick(site, training_mailings.remind) == 1
    assert tick(site, training_mailings.remind) == 0
    tick(site, training_mailings.owe)
    assert kinds(site)[-1] == "training-reminder"
    later(timedelta(hours=20, minutes=5))
    mine = site.browser("tracer1")
    assert mine.post(f"{page}/here", data={"code": "wrong"}).status_code == 422
    assert mine.post(f"{page}/here", data={"code": one.code.lower()}).status_code == 302
    assert mine.post(f"{page}/feedback", data={"rating": "9"}).status_code == 422
    assert mine.post(f"{page}/feedback", data={"rating": "4", "words": "Clear and short."}).status_code == 302
    text = site.browser("trainer").get(f"{page}/work").text
    assert "Clear and short." in text
    assert "on average 4.0 of 5" in text
    with site.system() as session:
        seat = session.scalars(select(TrainingSeat).where(TrainingSeat.state == SeatState.SEATED)).one()
        assert seat.attended_at is not None


def test_attendance_by_name_only_of_those_within_reach(site: Site, later: Clock) -> None:
    """A supervisor marks who is theirs; the trainer, who sees nobody, is offered no names."""
    trainer = site.browser("trainer")
    page = planned(trainer)
    invited(site, trainer, page)
    site.browser("tracer1").post(f"{page}/ask")
    tick(site, training_seats.allot)
    with site.system() as session:
        one = session.scalars(select(TrainingSession)).one()
        seat: Any = session.scalars(select(TrainingSeat).where(TrainingSeat.state == SeatState.SEATED)).one()
    later(one.starts_at - clock.now() + timedelta(minutes=5))
    assert "Tracer1 Example" not in site.browser("trainer").get(f"{page}/work").text
    lead = site.browser("supervisor")
    assert "Tracer1 Example" in lead.get(f"{page}/work").text
    site.browser("supervisor2").post(f"{page}/attendance", data={"seats": str(seat.id)})
    lead = site.browser("supervisor")
    assert lead.post(f"{page}/attendance", data={"seats": str(seat.id)}).status_code == 302
    with site.system() as session:
        marked = session.get_one(TrainingSeat, seat.id)
        assert marked.attended_by_id is not None
        assert training_notices.details(one, "A")["page"] == page.lstrip("/")
