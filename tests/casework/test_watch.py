"""The watch at work, on both databases: from what a browser opens to the alert, the notice and the dead cookie."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import world
from tests.glass import break_
from tests.site import Site
from tracer import clock, config, db
from tracer.access.actor import bind
from tracer.access.system import SYSTEM
from tracer.casework import alerts, contacts, routine, suspensions, watch
from tracer.casework.contacts import Named
from tracer.casework.watch_audit import GRACE, between, closed
from tracer.casework.watch_events import Events, number
from tracer.delivery.worker import Worker
from tracer.faults import Refused
from tracer.models import (
    Alert,
    AlertState,
    AuditEvent,
    Case,
    Notice,
    Role,
    Staff,
    Suspension,
    Task,
    TaskState,
    WatchMark,
    WatchMemory,
)
from tracer.schemas.identity import Identity
from tracer.watch.event import Kind


@pytest.fixture(autouse=True)
def _in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten tomorrow morning, whenever the tests run: the hour means something to the watch."""
    started = clock.now()
    tomorrow = clock.london(started).replace(hour=10, minute=0) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) - started + tomorrow.astimezone(UTC))


def cases(site: Site, count: int, **more: Any) -> list[UUID]:
    """Waiting cases in Leeds."""
    with site.system() as session:
        return [world.make_case(session, one + 1, **more)[0].id for one in range(count)]


def job(site: Site, name: str = "watch") -> int:
    """One run of a job."""
    with site.system(f"routine.{name}") as session:
        return routine.JOBS[name](session, clock.now())


def all_alerts(site: Site) -> dict[str, Alert]:
    """The alerts by rule; a test that finds two of a rule is wrong."""
    with site.system() as session:
        found = list(session.scalars(select(Alert)))
    assert len({(one.staff_id, one.rule) for one in found}) == len(found)
    return {one.rule: one for one in found}


def sign_in(site: Site, account: str) -> tuple[int, str]:
    """Try to sign in; the status and what the page says."""
    form = {"email": world.address(account), "password": world.PASSWORD}
    answer = site.app.test_client().post("/sign-in", data=form)
    return answer.status_code, answer.text


def thief_opens(site: Site, client: FlaskClient, ids: list[UUID], worker: Worker) -> int:
    """Open one record after another, the worker ticking as it does every two seconds, until the cookie is dead."""
    for opened, case_id in enumerate(ids):
        if client.get(f"/cases/{case_id}").status_code != 200:
            return opened
        if opened % 3 == 0:
            worker.tick()
    return len(ids)


def test_a_thief_is_stopped_and_told_nothing(site: Site) -> None:
    """Opened outside any task: alert, notice, cookie dead, sign-in refused like any other, work released."""
    ids = cases(site, 60)
    with site.system() as session:
        world.give(session, session.scalars(select(Task).where(Task.case_id == ids[0])).one(), "supervisor")
    client = site.browser("supervisor")
    worker = Worker(config.read(site.environ))
    opened = thief_opens(site, client, ids, worker)
    worker.tick()
    assert 50 <= opened < 55
    assert client.get("/team").headers["Location"].startswith("/sign-in")
    assert site.browser("supervisor2").get("/team").status_code == 200

    status, page = sign_in(site, "supervisor")
    wrong = site.app.test_client().post(
        "/sign-in", data={"email": world.address("supervisor"), "password": "not the password"}
    )
    blank = re.compile(r'name="csrf_token" value="[^"]*"')
    assert status == wrong.status_code == 422 and blank.sub("", page) == blank.sub("", wrong.text)
    with site.system() as session:
        assert session.scalars(select(Task).where(Task.case_id == ids[0])).one().state is TaskState.WAITING

    found = all_alerts(site)
    assert found["hour outside"].suspended and found["burst"].state is AlertState.OPEN
    text = [path.read_text() for path in (site.instance / "outbox").rglob("*") if path.is_file()]
    told = [one for one in text if found["hour outside"].reference in one]
    assert len(told) == 1 and world.address("privacy") in told[0] and "Supervisor" not in told[0]
    for account in ("admin", "supervisor2", "tracer1"):
        assert site.browser(account).get("/privacy/alerts").status_code == 403
    worker.close()


def test_the_privacy_officer_decides_and_lifts(site: Site) -> None:
    ids = cases(site, 52)
    client = site.browser("supervisor")
    for case_id in ids:
        client.get(f"/cases/{case_id}")
    job(site)
    alert = all_alerts(site)["hour outside"]
    officer = site.browser("privacy")
    listed = officer.get("/privacy/alerts").text
    assert "Many records in an hour outside any task" in listed and "suspended" in listed
    address = f"/privacy/alerts/{alert.id}"
    page = officer.get(address).text
    with site.system() as session:
        reference = session.get_one(Case, ids[40]).reference
    assert reference in page and "opened" in page
    assert "Canary1" not in page and "Quillfeather" not in page and "Marigold" not in page

    assert officer.post(f"{address}/lift", data={"reason": "It was an audit."}).status_code == 409
    assert officer.post(address, data={"state": "open", "note": "Why", "version": alert.version}).status_code == 422
    assert officer.post(address, data={"state": "explained", "note": "", "version": alert.version}).status_code == 422
    stale = {"state": "explained", "note": "An audit was asked for.", "version": alert.version + 5}
    assert officer.post(address, data=stale).status_code == 409
    given = {**stale, "version": alert.version}
    assert officer.post(address, data=given).status_code == 302
    assert officer.post(address, data=given).status_code == 409
    assert "An audit was asked for." in officer.get(address).text
    assert sign_in(site, "supervisor")[0] == 422
    assert officer.post(f"{address}/lift", data={"reason": "It was an audit."}).status_code == 302
    assert job(site, "suspensions") == 1
    assert officer.post(f"{address}/lift", data={"reason": "It was an audit."}).status_code == 409
    assert sign_in(site, "supervisor")[0] == 302
    with site.system() as session:
        over = session.scalars(select(Suspension)).one()
        assert over.lifted_at is not None and over.lifted_by_id == world.account(session, "privacy").id
        assert over.sealed_reason is not None and b"audit" not in over.sealed_reason


def test_only_a_privacy_officer_lifts_and_never_their_own(site: Site) -> None:
    with site.system() as session:
        for account in ("tracer1", "privacy"):
            world.account(session, account).suspended_at = clock.now()
    for account, whose in (("admin", "tracer1"), ("privacy", "privacy")):
        with site.acting(account) as session, pytest.raises(Refused):
            suspensions.lift(world.account(session, whose), "a reason", clock.now())


def test_an_administrator_who_opens_it_does_not_keep_it_open(site: Site) -> None:
    """Past the verbs, straight in the row: the next tick shuts the account again."""
    ids = cases(site, 51)
    client = site.browser("supervisor")
    for case_id in ids:
        client.get(f"/cases/{case_id}")
    job(site)
    with site.acting("admin") as session:
        world.account(session, "supervisor").suspended_at = None
    again = site.browser("supervisor")
    assert job(site, "suspensions") == 1 and job(site, "suspensions") == 0
    assert again.get("/team").status_code == 302 and sign_in(site, "supervisor")[0] == 422


def test_tokens_and_cookies_of_a_suspended_account_are_dead(site: Site) -> None:
    client = site.browser("tracer1")
    with site.system() as session:
        world.account(session, "tracer1").suspended_at = clock.now()
    assert client.get("/caseload").status_code == 302
    with site.system() as session:
        world.account(session, "tracer1").suspended_at = None
    assert client.get("/caseload").status_code == 200


def test_claiming_reading_and_handing_back_is_found(site: Site) -> None:
    cases(site, 8)
    client = site.browser("tracer1")
    for _ in range(5):
        where = client.post("/caseload/next").headers["Location"]
        assert client.get(where).status_code == 200
        with site.system() as session:
            task = session.scalars(select(Task).where(Task.state == TaskState.HELD)).one()
        client.post(f"/tasks/{task.id}/return", data={"reason": "not for me", "version": task.version})
    job(site)
    assert set(all_alerts(site)) == {"sweep"}


def test_ordinary_work_raises_nothing(site: Site) -> None:
    """Claimed, revealed, tried, interviewed: every one of them is work on a record of theirs."""
    cases(site, 6)
    client = site.browser("tracer1")
    for one in range(6):
        where = client.post("/caseload/next").headers["Location"]
        client.get(where)
        with site.system() as session:
            task = session.scalars(select(Task).where(Task.state == TaskState.HELD, Task.attempts == 0)).one()
            person_id = session.get_one(Case, task.case_id).person_id
        client.post(f"/people/{person_id}/reveal/phone")
        form = {
            "outcome": "no answer",
            "once": str(UUID(int=one + 1)),
            "callback_day": "",
            "callback_time": "",
            "note": "",
        }
        assert client.post(f"{where}/attempts", data=form).status_code == 302
    assert job(site) >= 18
    assert all_alerts(site) == {}
    with site.system() as session:
        memory = session.scalars(select(WatchMemory)).one()
        assert memory.due_at is None and memory.opened == 6


def events_of(site: Site) -> list[Any]:
    """What the watch makes of the audit so far."""
    with site.system() as session:
        return Events(session, session.execute(select(AuditEvent.__table__).order_by(AuditEvent.id)).all()).all


def test_by_which_task_a_record_was_read(site: Site) -> None:
    """The case by its interview's holder, the contact by its caller, both for a lead outside any task."""
    with site.system() as session:
        case, task = world.make_case(session, 1)
        world.give(session, task, "tracer1")
        named = Named(Identity("Alerted", "Other", phone="+447400100009"), clock.today(), "face_to_face")
        contact = contacts.record(case, [named], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer3")
        case_id, contact_id, alert_id = case.id, contact.id, contact.alert_task_id
    site.browser("tracer1").get(f"/cases/{case_id}")
    site.browser("tracer3").get(f"/contacts/{contact_id}")
    site.browser("supervisor").get(f"/cases/{case_id}")
    assert alert_id is not None
    reads = [one for one in events_of(site) if one.kind is Kind.READ]
    who = {one.who: {(event.record, event.theirs) for event in reads if event.who == one.who} for one in reads}
    with site.system() as session:
        ids = {name: world.account(session, name).id for name in ("tracer1", "tracer3", "supervisor")}
    assert who == {
        ids["tracer1"]: {(number(case_id), True)},
        ids["tracer3"]: {(number(alert_id), True)},
        ids["supervisor"]: {(number(case_id), False)},
    }


def test_a_namesake_is_told_by_a_hash(site: Site) -> None:
    cases(site, 4, family_name="Éxample")
    client = site.browser("supervisor")
    with site.system() as session:
        ids = list(session.scalars(select(Case.id)))
    for case_id in ids:
        client.get(f"/cases/{case_id}")
    job(site)
    assert "namesake" in all_alerts(site)


def test_each_event_is_judged_once_and_memory_outlasts_the_worker(site: Site) -> None:
    ids = cases(site, 20)
    client = site.browser("supervisor")
    for case_id in ids[:10]:
        client.get(f"/cases/{case_id}")
    assert job(site) == 10
    assert job(site) == 0
    for case_id in ids[10:]:
        client.get(f"/cases/{case_id}")
    assert job(site) == 10
    with site.system() as session:
        assert session.scalars(select(WatchMemory)).one().opened == 20
    assert set(all_alerts(site)) <= {"burst"}


def _audit(session: Any, event_id: int, who: UUID, about: UUID) -> None:
    made = AuditEvent(id=event_id, at=clock.now(), actor_id=who, actor_kind="supervisor", action="case.read")
    made.did, made.entity, made.entity_id, made.fields = "read", "person", str(about), ["identity"]
    session.add(made)


def test_a_commit_out_of_order_is_judged_when_it_appears(site: Site) -> None:
    """Number 9,000 is committed after 9,001: it is not lost. What stays away is given up after a while."""
    with site.system() as session:
        who = world.account(session, "supervisor").id
        people = [world.make_case(session, one)[0].person_id for one in (1, 2, 3)]
    job(site)
    with site.system() as session:
        _audit(session, 9001, who, people[0])
    assert job(site) == 1
    with site.system() as session:
        _audit(session, 9000, who, people[1])
    assert job(site) == 1
    assert job(site) == 0
    with site.system() as session:
        assert session.scalars(select(WatchMemory)).one().opened == 2
        assert session.scalars(select(WatchMark)).one().gaps["missing"]
    with site.system("routine.watch") as session:
        watch.look(session, clock.now() + GRACE + timedelta(minutes=1))
    with site.system() as session:
        assert session.scalars(select(WatchMark)).one().gaps["missing"] == []


def test_gaps_open_and_close() -> None:
    now = clock.now()
    since = now.timestamp()
    assert between(5, [6, 7, 10, 11, 15], now) == [[8, 9, since], [12, 14, since]]
    assert closed([[8, 9, 1.0], [12, 14, 2.0]], {9, 13}) == [[8, 8, 1.0], [12, 12, 2.0], [14, 14, 2.0]]
    assert closed([[8, 9, 1.0]], {8, 9}) == []


def test_two_workers_do_not_judge_the_same(site: Site, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one writer at a time, and so one worker.")
    cases(site, 1)
    first, second = db.new_session("system"), db.new_session("system")
    for session in (first, second):
        bind(session, SYSTEM)
    with db.transaction("routine.watch", first):
        watch.look(first, clock.now())
        with db.transaction("routine.watch", second):
            assert watch.look(second, clock.now()) == 0
    first.close()
    second.close()


def test_one_alert_and_one_notice_an_episode(site: Site) -> None:
    ids = cases(site, 45)
    client = site.browser("supervisor")
    for case_id in ids:
        client.get(f"/cases/{case_id}")
        job(site)
    with site.system() as session:
        count = session.scalar(select(func.count()).select_from(Alert))
        told = session.scalars(select(Notice).where(Notice.kind == "watch-alert")).all()
        officers = session.scalars(select(Staff).where(Staff.role == Role.PRIVACY_OFFICER)).all()
    assert count == 2 and len(told) == 2 * len(officers)


def test_what_was_explained_is_not_asked_again_soon(site: Site) -> None:
    ids = cases(site, 40)
    client = site.browser("supervisor")

    def browse(some: list[UUID]) -> None:
        for case_id in some:
            client.get(f"/cases/{case_id}")
        job(site)

    browse(ids[:15])
    alert = all_alerts(site)["burst"]
    with site.acting("privacy", "alert.decide") as session:
        alerts.decide(alerts.get(session, alert.id), AlertState.EXPLAINED, "Asked to check these.", clock.now())
    with site.system() as session:  # the quiet time of the memory is over
        session.delete(session.scalars(select(WatchMemory)).one())
    browse(ids[15:29])
    assert all_alerts(site)["burst"].state is AlertState.EXPLAINED


def test_nobody_is_shown_more_people_than_the_cap_even_without_a_worker(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.instance / "watch.toml").write_text("[[limits]]\nfrom = 2020-01-01\nhour_people_hard = 5\n")
    from tracer.watch import limits

    limits.use(site.instance / "watch.toml")
    ids = cases(site, 8)
    client = site.browser("supervisor")
    statuses = [client.get(f"/cases/{case_id}").status_code for case_id in ids]
    assert statuses == [200] * 5 + [403] * 3
    refused = client.get(f"/cases/{ids[7]}").text
    assert "Canary8" not in refused and "more records in the last hour than work needs" in refused
    limits.use(site.instance / "none.toml")


def test_searching_for_people_under_break_glass_is_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five searches that found nobody, then eight glasses broken in London by somebody in Leeds."""
    monkeypatch.undo()  # a grant lasts by the database's own clock, whatever hour it is
    ids = cases(site, 8, area="SE1")
    with site.system() as session:
        references = [session.get_one(Case, case_id).reference for case_id in ids]
    client = site.browser("tracer1")
    for _ in range(5):
        break_(client, reference="ZZZZZZZZ")
    job(site)
    assert set(all_alerts(site)) == {"lookup misses"}
    for reference in references:
        assert client.get(break_(client, reference=reference).headers["Location"]).status_code == 200
    job(site)
    assert set(all_alerts(site)) - {"off shift"} == {"lookup misses", "lookup hits"}
