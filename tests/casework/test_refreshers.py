"""Reminders before training ends: at 30, 14, 7 and 1 days, one message a person, and none that is not needed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests import making, world
from tests.site import Site
from tracer import clock, vault
from tracer.casework import refreshers
from tracer.courses.library import UNDERTAKING
from tracer.delivery import wording
from tracer.models import Completion, Notice, Role

DAY = timedelta(days=1)
KIND = "training-refresher"


def ends(site: Site, account: str, at: datetime, *keys: str) -> None:
    with site.system() as session:
        mine = (Completion.staff_id == world.account(session, account).id, Completion.key.in_(keys))
        session.execute(update(Completion).where(*mine).values(until_at=at))


def tick(site: Site, now: datetime) -> int:
    with site.system() as session:
        return refreshers.remind(session, now)


def told(site: Site) -> list[tuple[str, str]]:
    """Whom each notice is to, and its text."""
    with site.system() as session:
        found = session.scalars(select(Notice).where(Notice.kind == KIND).order_by(Notice.created_at, Notice.id))
        documents = [vault.current().open(one.sealed, one.id) for one in found]
    return [
        (one["to"], " ".join(wording.write(KIND, one["details"], "Tracer", "", "https://tracer.example")))
        for one in documents
    ]


def test_each_step_is_told_once(site: Site) -> None:
    now = clock.now()
    until = now + 40 * DAY
    ends(site, "tracer1", until, "conversation")
    told_on = [day for day in range(41) for _ in range(2) if tick(site, now + day * DAY)]
    assert told_on == [10, 26, 33, 39]
    assert len(told(site)) == 4


def test_one_message_names_all_that_ends(site: Site) -> None:
    now = clock.now()
    ends(site, "tracer1", now + 6 * DAY, "conversation", UNDERTAKING)
    assert tick(site, now) == 1
    [(to, text)] = told(site)
    assert to == world.address("tracer1") and "Tracer1" in text
    there = clock.london(now + 6 * DAY)
    assert f"{there.day} {there:%B %Y}" in text and "- Confidentiality" in text and text.count("\n- ") == 2
    assert "https://tracer.example/training" in text


def test_whoever_was_away_hears_of_the_last_step_alone(site: Site) -> None:
    now = clock.now()
    ends(site, "tracer1", now + 0.5 * DAY, "conversation")
    assert [tick(site, now), tick(site, now)] == [1, 0]


def test_nobody_is_told_of_what_they_have_renewed_or_do_not_need(site: Site) -> None:
    now = clock.now()
    ends(site, "tracer1", now + 5 * DAY, "conversation")
    ends(site, "analyst", now + 5 * DAY, "conversation")  # an analyst needs no conversation
    ends(site, "tracer3", now - DAY, "conversation")  # it has ended: their page says so
    ends(site, "tracer2", now + 5 * DAY, "conversation")
    with site.system() as session:
        world.account(session, "tracer2").ended_at = now
        renewed = making.completion(session, world.account(session, "tracer1"), 1)
        renewed.key, renewed.until_at = "conversation", now + 300 * DAY
        assert world.account(session, "analyst").role is Role.ANALYST
    assert tick(site, now) == 0 and told(site) == []


def test_a_full_tick_parts_people_and_not_what_one_of_them_hears(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody was trained on one day: whom this tick does not reach, the next does, each with one message."""
    now = clock.now()
    monkeypatch.setattr(refreshers, "_MOST", 1)
    for account in ("tracer1", "tracer2", "tracer3"):
        ends(site, account, now + 6 * DAY, "conversation")
        ends(site, account, now + 6.5 * DAY, "safeguarding", UNDERTAKING)
    assert [tick(site, now) for _ in range(4)] == [1, 1, 1, 0]
    assert sorted(to for to, _ in told(site)) == [world.address(f"tracer{number}") for number in (1, 2, 3)]
    assert all(text.count("\n- ") == 3 for _, text in told(site))
