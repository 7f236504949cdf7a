"""The life of a script: drafts, the second person, going live at its time, and what Tracer ships."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tracer import clock, db
from tracer.casework import interviews, script_approval, script_drafts, scripts
from tracer.casework.script_texts import Sent
from tracer.faults import Conflict, Invalid, Refused
from tracer.interview import library
from tracer.interview.script import Script
from tracer.models import Interview, ScriptRevision, ScriptVersion

COVID = ("covid-19", "index-case")


def words(title: str) -> Script:
    """A sound script that says something else than the others."""
    return replace(library.load(*COVID), title=title)


def begin(site: Site, title: str = "Another", account: str = "trainer") -> UUID:
    with site.acting(account) as session:
        return script_drafts.begin(session, *COVID, Sent(words(title), "clearer words"), clock.now()).id


def ask(site: Site, draft_id: UUID, live_at: datetime | None = None, account: str = "trainer") -> None:
    with site.acting(account) as session:
        draft = session.get_one(ScriptVersion, draft_id)
        script_drafts.ask(draft, live_at, draft.version, clock.now())


def approve(site: Site, draft_id: UUID, account: str = "admin", shown: str | None = None) -> None:
    with site.acting(account) as session:
        draft = session.get_one(ScriptVersion, draft_id)
        script_approval.approve(draft, draft.digest.hex() if shown is None else shown, clock.now())


def published(site: Site, title: str, live_at: datetime | None = None) -> UUID:
    draft_id = begin(site, title)
    ask(site, draft_id, live_at)
    approve(site, draft_id)
    return draft_id


def one(site: Site, script_id: UUID) -> ScriptVersion:
    with site.system() as session:
        return session.get_one(ScriptVersion, script_id)


def live(site: Site) -> ScriptVersion:
    with site.system() as session:
        return scripts.live(session, *COVID, clock.now())


def settle(site: Site) -> int:
    with site.system("routine.scripts") as session:
        return scripts.settle(session, clock.now())


def test_a_draft_is_live_only_after_a_second_person(site: Site) -> None:
    first, draft_id = live(site), begin(site)
    assert first.number == 1 and live(site).id == first.id
    ask(site, draft_id)
    assert live(site).id == first.id
    approve(site, draft_id)
    assert (live(site).id, live(site).number, live(site).title) == (draft_id, 2, "Another")
    assert settle(site) == 1 and settle(site) == 0
    assert one(site, first.id).retired_at == one(site, draft_id).published_at


@pytest.mark.parametrize("account", ["trainer", "admin"])
def test_nobody_approves_what_they_had_a_part_in(site: Site, account: str) -> None:
    draft_id = begin(site)  # by the trainer
    with site.acting("admin") as session:
        draft = session.get_one(ScriptVersion, draft_id)
        script_drafts.revise(draft, Sent(words("More"), "more"), draft.base_id, clock.now())
    ask(site, draft_id)
    with pytest.raises(Refused, match="Somebody else"):
        approve(site, draft_id, account)
    with site.system() as session:
        assert script_approval.authors(session, session.get_one(ScriptVersion, draft_id)) == {
            world.account(session, name).id for name in ("trainer", "admin")
        }


def test_whoever_asked_does_not_approve(site: Site) -> None:
    draft_id = begin(site)
    ask(site, draft_id, account="admin")
    with pytest.raises(Refused, match="Somebody else"):
        approve(site, draft_id, "admin")


@pytest.fixture
def draft(site: Site) -> Iterator[tuple[Site, UUID]]:
    draft_id = begin(site)
    ask(site, draft_id)
    yield site, draft_id


def test_the_database_itself_wants_a_second_person(draft: tuple[Site, UUID]) -> None:
    """Whatever the code above it does: by nobody, by the author, or another text than was sent."""
    site, draft_id = draft
    with site.system() as session:
        trainer, admin = (world.account(session, name).id for name in ("trainer", "admin"))
    for changed in (
        {"approved_by_id": None},
        {"approved_by_id": trainer},
        {"approved_by_id": admin, "digest": b"x" * 32},
        {"approved_by_id": admin, "asked_by_id": None},
        {"approved_by_id": admin, "asked_by_id": admin},
    ):
        with pytest.raises(DBAPIError, match="second person"), site.system() as session:
            draft_now: Any = session.get_one(ScriptVersion, draft_id)
            for name, value in {"approved_at": clock.now(), **changed}.items():
                setattr(draft_now, name, value)


def test_what_is_approved_does_not_change(site: Site) -> None:
    version_id = published(site, "Another")
    settle(site)
    first = next(one for one in versions(site) if one.number == 1)
    for script_id, changed in (
        (version_id, {"document": {}}),
        (version_id, {"title": "Other"}),
        (version_id, {"number": 9}),
        (version_id, {"published_at": clock.now() + timedelta(days=1)}),
        (version_id, {"approved_by_id": None}),
        (version_id, {"approved_at": None}),
        (first.id, {"retired_at": None}),
    ):
        with pytest.raises(DBAPIError, match="does not change"), site.system() as session:
            for name, value in changed.items():
                setattr(session.get_one(ScriptVersion, script_id), name, value)
    for statement, words_ in (
        ("DELETE FROM script", "not removed"),
        ("DELETE FROM script_revision", "append-only"),
        ("UPDATE script_revision SET note = 'x'", "append-only"),
    ):
        with db.engine("system").connect() as connection, pytest.raises(DBAPIError, match=words_):
            connection.execute(text(statement))


def versions(site: Site) -> list[ScriptVersion]:
    with site.system() as session:
        query = select(ScriptVersion).where(ScriptVersion.disease == COVID[0], ScriptVersion.kind == COVID[1])
        return list(session.scalars(query.order_by(ScriptVersion.begun_at, ScriptVersion.id)))


def test_it_goes_live_at_its_time_and_interviews_stay_where_they_began(site: Site, later: Clock) -> None:
    first, at = live(site), clock.now() + timedelta(hours=10)
    version_id = published(site, "Another", at)
    began = interview(site, 1)
    later(timedelta(hours=10, seconds=-1))
    assert live(site).id == first.id and settle(site) == 0
    assert interview(site, 2).script_id == first.id
    later(timedelta(seconds=1))
    assert live(site).id == version_id, "by the time alone, whether or not a worker runs"
    assert interview(site, 3).script_id == version_id
    assert settle(site) == 1
    assert one(site, first.id).retired_at == at
    with site.acting("tracer1") as session:
        pinned = session.get_one(Interview, began.id)
        assert pinned.script_id == first.id
        assert scripts.ready(session, pinned.script_id).script.title == first.title


def interview(site: Site, number: int) -> Interview:
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, "tracer1")
        ids = case.id, task.id
    with site.acting("tracer1") as session:
        from tracer.models import Case, Task

        return interviews.start(session.get_one(Task, ids[1]), session.get_one(Case, ids[0]), clock.now())


def test_a_stale_yes_is_refused(draft: tuple[Site, UUID]) -> None:
    """Another text was sent since; it was taken back; another version was approved since."""
    site, draft_id = draft
    shown = one(site, draft_id).digest.hex()
    with site.acting("trainer") as session:
        draft_now = session.get_one(ScriptVersion, draft_id)
        script_drafts.revise(draft_now, Sent(words("More"), "more"), draft_now.base_id, clock.now())
    with pytest.raises(Conflict, match="taken back or sent anew"):
        approve(site, draft_id, shown=shown)
    ask(site, draft_id)
    with pytest.raises(Conflict, match="Another text"):
        approve(site, draft_id, shown=shown)
    published(site, "A third")
    with pytest.raises(Conflict, match="would undo its changes"):
        approve(site, draft_id)
    with site.acting("trainer") as session:
        draft_now = session.get_one(ScriptVersion, draft_id)
        with pytest.raises(Conflict, match="approved meanwhile"):
            script_drafts.revise(draft_now, Sent(words("Most"), "most"), draft_now.base_id, clock.now())
        newest = scripts.live(session, *COVID, clock.now())
        script_drafts.revise(draft_now, Sent(words("Most"), "most"), newest.id, clock.now())
    ask(site, draft_id)
    approve(site, draft_id)
    assert (live(site).title, live(site).number) == ("Most", 3)
    with pytest.raises(Conflict, match="was approved"):
        approve(site, draft_id)


def test_it_can_be_sent_back_and_given_up(draft: tuple[Site, UUID]) -> None:
    site, draft_id = draft
    with site.acting("admin") as session:
        waiting = session.get_one(ScriptVersion, draft_id)
        script_approval.send_back(waiting, waiting.digest.hex(), "the third question leads", clock.now())
    back = one(site, draft_id)
    assert back.asked_at is None and back.returned_why == "the third question leads"
    ask(site, draft_id)
    assert one(site, draft_id).returned_why is None
    with site.acting("trainer") as session:
        waiting = session.get_one(ScriptVersion, draft_id)
        script_drafts.take_back(waiting, waiting.version)
        script_drafts.discard(waiting, waiting.version, clock.now())
    with pytest.raises(Conflict, match="given up"):
        ask(site, draft_id)


def test_a_version_on_its_way_can_be_stopped_and_orders_what_follows(site: Site, later: Clock) -> None:
    first, at = live(site), clock.now() + timedelta(hours=10)
    version_id, next_id = published(site, "Another", at), begin(site, "Next")
    for too_early in (None, at - timedelta(hours=1), at):
        with pytest.raises(Invalid) as fault:
            ask(site, next_id, too_early)
        assert "goes live first" in fault.value.fields["live_day"]
    for impossible in (clock.now() - timedelta(seconds=1), clock.now() + timedelta(days=400)):
        with pytest.raises(Invalid) as fault:
            ask(site, next_id, impossible)
        assert "lies ahead" in fault.value.fields["live_day"]
    with site.acting("trainer") as session:
        script_approval.withdraw(session.get_one(ScriptVersion, version_id), clock.now())
    with pytest.raises(Conflict, match="does not wait"), site.acting("trainer") as session:
        script_approval.withdraw(session.get_one(ScriptVersion, version_id), clock.now())
    later(timedelta(hours=11))
    assert live(site).id == first.id and settle(site) == 0
    with site.acting("trainer") as session:
        script_drafts.revise(
            session.get_one(ScriptVersion, next_id), Sent(words("Now"), "withdrawn before"), first.id, clock.now()
        )
    ask(site, next_id)
    approve(site, next_id)
    assert (live(site).id, live(site).number) == (next_id, 3)
    with pytest.raises(Conflict, match="live already"), site.acting("trainer") as session:
        script_approval.withdraw(session.get_one(ScriptVersion, next_id), clock.now())


def test_a_stale_page_is_refused_and_nothing_new_is_nothing(site: Site) -> None:
    draft_id = begin(site)
    with pytest.raises(Conflict), site.acting("trainer") as session:
        script_drafts.ask(session.get_one(ScriptVersion, draft_id), None, 99, clock.now())
    with pytest.raises(Invalid) as fault, site.acting("trainer") as session:
        draft = session.get_one(ScriptVersion, draft_id)
        script_drafts.revise(draft, Sent(words("Another"), "again"), draft.base_id, clock.now())
    assert "word for word" in fault.value.fields["file"]
    with pytest.raises(Invalid) as fault, site.acting("trainer") as session:
        script_drafts.begin(session, *COVID, Sent(library.load(*COVID), "again"), clock.now())
    assert "version 1" in fault.value.fields["file"]


def ship(site: Site, script: Script, monkeypatch: pytest.MonkeyPatch) -> list[ScriptVersion]:
    shipped = library.load
    with monkeypatch.context() as patch, site.system("script.publish") as session:
        patch.setattr(library, "load", lambda *which: script if which == COVID else shipped(*which))
        return scripts.publish_shipped(session, clock.now())


def test_what_tracer_ships_is_published_until_staff_have_words_of_their_own(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ship(site, library.load(*COVID), monkeypatch) == []
    [second] = ship(site, words("Release 2"), monkeypatch)
    assert (second.number, second.begun_by_id, live(site).id) == (2, None, second.id)
    assert [one.retired_at is None for one in versions(site)] == [False, True]
    mine = published(site, "Ours")
    assert ship(site, words("Release 2"), monkeypatch) == []
    assert ship(site, words("Release 3"), monkeypatch) == []
    assert live(site).id == mine, "an upgrade does not undo what staff approved"
    offered = versions(site)[-1]
    assert (offered.title, offered.approved_at, offered.begun_by_id) == ("Release 3", None, None)
    assert ship(site, words("Release 4"), monkeypatch) == ship(site, words("Release 4"), monkeypatch) == []
    with site.system() as session:
        sent = session.scalars(select(ScriptRevision).where(ScriptRevision.script_id == offered.id)).all()
        assert [(one.number, one.sent_by_id) for one in sent] == [(1, None), (2, None)]
    ask(site, offered.id)
    approve(site, offered.id)
    assert (live(site).title, live(site).number) == ("Release 4", 4)
    [fifth] = ship(site, words("Release 5"), monkeypatch)
    assert live(site).id == fifth.id
