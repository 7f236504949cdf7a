"""What takes a second person: powerful roles, large exports, a longer glass; never one's own, once, as asked."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.glass import REASON, arrange, break_
from tests.site import Site
from tests.web.test_staff import NEW, PASSWORD, person_of
from tracer import clock
from tracer.casework import staff
from tracer.faults import Refused
from tracer.models import Approval, AuditEvent, Grant, Role, Staff
from tracer.reporting import sheets

WHY = "She replaces Ada, who leaves at the end of the month"


def ask_for_role(client: FlaskClient, person: Staff, role: str = "administrator", reason: str = WHY) -> Any:
    form = {"role": role, "team": "", "version": str(person.version), "second_reason": reason}
    return client.post(f"/staff/{person.id}", data=form)


def only(site: Site) -> Approval:
    with site.system() as session:
        return session.scalars(select(Approval).order_by(Approval.id.desc()).limit(1)).one()


def decide(client: FlaskClient, approval: Approval, decision: str = "approve", shown: str | None = None) -> Any:
    form = {"decision": decision, "shown": approval.digest.hex() if shown is None else shown}
    return client.post(f"/approvals/{approval.id}", data=form)


def role_of(site: Site, account: str) -> Role:
    return person_of(site, account).role


@pytest.mark.parametrize("role", ["administrator", "privacy officer"])
def test_a_powerful_role_waits_for_a_second_person(site: Site, role: str) -> None:
    admin, person = site.browser("admin"), person_of(site, "trainer")
    answer = ask_for_role(admin, person, role)
    assert answer.status_code == 302 and "/approvals/" in answer.headers["Location"]
    assert "waits for a second person" in admin.get(answer.headers["Location"]).text
    assert role_of(site, "trainer") is Role.TRAINER
    other = site.browser("privacy")
    page = other.get(f"/approvals/{only(site).id}").text
    assert "Trainer Example" in page and role in page and WHY in page
    assert 'ways__count">1<' in other.get("/approvals").text
    assert decide(other, only(site)).status_code == 302
    assert role_of(site, "trainer") is Role(role)
    assert decide(other, only(site)).status_code == 409, "once"


def test_a_new_account_with_a_powerful_role_is_made_by_the_yes(site: Site) -> None:
    admin = site.browser("admin")
    form = {**NEW, "role": "administrator", "password": PASSWORD, "second_reason": WHY}
    assert "/approvals/" in admin.post("/staff", data=form).headers["Location"]
    with site.system() as session:
        assert session.scalar(select(Staff.id).where(Staff.email == NEW["email"])) is None
    assert PASSWORD not in admin.get(f"/approvals/{only(site).id}").text
    assert decide(site.browser("privacy"), only(site)).status_code == 302
    client = site.browser()
    client.post("/sign-in", data={"email": NEW["email"], "password": PASSWORD})
    assert client.get("/staff").status_code == 200


def test_nobody_decides_on_their_own_nor_on_what_is_about_them(site: Site) -> None:
    with site.system() as session:
        second = world.account(session, "trainer")
        second.role, second.epoch = Role.ADMINISTRATOR, second.epoch + 1
    admin, analyst = site.browser("admin"), person_of(site, "analyst")
    ask_for_role(admin, analyst)
    approval = only(site)
    assert decide(admin, approval).status_code == 403
    with site.system() as session:  # and not as whoever they are made afterwards
        world.account(session, "admin").role = Role.PRIVACY_OFFICER
        world.account(session, "admin").epoch += 1
        world.account(session, "analyst").role = Role.PRIVACY_OFFICER
        world.account(session, "analyst").epoch += 1
    for account in ("admin", "analyst"):
        assert decide(site.browser(account), approval).status_code == 403
        assert "Nothing waits for you" in site.browser(account).get("/approvals").text
    for account in ("tracer1", "supervisor", "importer"):
        if account != "importer":
            assert decide(site.browser(account), approval).status_code == 404
    assert role_of(site, "analyst") is Role.PRIVACY_OFFICER


def test_what_is_done_is_what_was_shown(site: Site) -> None:
    ask_for_role(site.browser("admin"), person_of(site, "trainer"))
    approval, other = only(site), site.browser("privacy")
    assert decide(other, approval, shown="0" * 64).status_code == 409
    with site.system() as session:
        session.get_one(Approval, approval.id).digest = b"x" * 32
    assert decide(other, only(site), shown=approval.digest.hex()).status_code == 409
    assert role_of(site, "trainer") is Role.TRAINER


def test_it_fails_clearly_when_the_world_moved_on(site: Site) -> None:
    admin, person = site.browser("admin"), person_of(site, "trainer")
    ask_for_role(admin, person)
    moved = {"role": "analyst", "team": "", "version": str(person.version)}
    assert admin.post(f"/staff/{person.id}", data=moved).status_code == 302
    answer = decide(site.browser("privacy"), only(site))
    assert answer.status_code == 409 and "has to be asked for again" in answer.text
    assert role_of(site, "trainer") is Role.ANALYST
    assert decide(site.browser("privacy"), only(site), "refuse").status_code == 302


def test_it_expires_after_a_day(site: Site) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as watch:
        ask_for_role(site.browser("admin"), person_of(site, "trainer"))
        watch.move_to(start + timedelta(hours=24))
        other = site.browser("privacy")
        assert "Nothing waits for you" in other.get("/approvals").text
        assert decide(other, only(site)).status_code == 409
    assert role_of(site, "trainer") is Role.TRAINER


def test_a_refusal_does_nothing_and_the_reason_must_be_one(site: Site) -> None:
    admin, person = site.browser("admin"), person_of(site, "trainer")
    answer = ask_for_role(admin, person, reason="ok")
    assert answer.status_code == 422 and "takes a second person" in answer.text
    ask_for_role(admin, person)
    assert decide(site.browser("privacy"), only(site), "refuse").status_code == 302
    assert decide(site.browser("privacy"), only(site)).status_code == 409
    assert role_of(site, "trainer") is Role.TRAINER


def test_the_verb_itself_refuses_without_a_yes(site: Site) -> None:
    with site.acting("admin") as session:
        person = session.scalars(select(Staff).where(Staff.email == world.address("trainer"))).one()
        with pytest.raises(Refused, match="second person"):
            staff.change(person, role=Role.ADMINISTRATOR, team=None)
        with pytest.raises(Refused, match="second person"):
            given: Any = {"email": "x@demo.example", "given_name": "X", "family_name": "Y"}
            staff.add(session, role=Role.PRIVACY_OFFICER, team=None, password=None, now=clock.now(), **given)
        session.expunge_all()


@pytest.mark.parametrize("second", ["supervisor", "privacy"])
def test_a_longer_glass_waits_for_the_supervisor_or_the_privacy_officer(site: Site, second: str) -> None:
    case, _ = arrange(site)
    client = site.browser("tracer1")
    answer = break_(client, reference=case.reference, minutes="60")
    assert answer.headers["Location"] == "/approvals"
    assert client.get(f"/cases/{case.id}").status_code == 404
    approval = only(site)
    assert decide(client, approval).status_code == 404
    for account in ("supervisor2", "admin", "tracer2"):
        assert decide(site.browser(account), approval).status_code == 404
    assert REASON in site.browser(second).get(f"/approvals/{approval.id}").text
    assert decide(site.browser(second), approval).status_code == 302
    assert client.get(f"/cases/{case.id}").status_code == 200
    with site.system() as session:
        grant = session.scalars(select(Grant)).one()
        assert grant.until_at - grant.from_at == timedelta(minutes=60)
        assert grant.approved_by_id == world.account(session, second).id
        assert grant.staff_id == world.account(session, "tracer1").id


def test_a_supervisor_does_not_agree_to_their_own_longer_glass(site: Site) -> None:
    case, _ = arrange(site)
    client = site.browser("supervisor")
    break_(client, reference=case.reference, minutes="60")
    assert decide(client, only(site)).status_code == 403
    assert client.get(f"/cases/{case.id}").status_code == 404


def rows_of(answer: Any) -> list[list[str]]:
    text = answer.data.decode("utf-8-sig")
    return [[sheets.plain(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def test_an_export_says_for_whom_and_is_on_record_with_its_rows(site: Site) -> None:
    arrange(site)
    client = site.browser("privacy")
    answer = client.post("/privacy/export", data={"email": world.address("tracer1")})
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
    site.browser("tracer1").get("/caseload")
    rows = rows_of(client.post("/privacy/export", data={}))
    assert "Exported for Privacy Example" in rows[0][0] and f"{len(rows) - 2} rows" in rows[0][0]
    with site.system() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.did == "exported")).all()
    assert events[-1].entity_id == f"rows/{len(rows) - 2}"
    assert "exported" in client.get("/privacy").text
    for account in ("admin", "supervisor", "tracer1"):
        assert site.browser(account).post("/privacy/export").status_code == 403


def test_a_large_export_waits_and_is_fetched_once_as_it_was_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(site)
    monkeypatch.setattr("tracer.casework.exports.AT_ONCE", 3)
    client = site.browser("privacy")
    page = client.post("/privacy/export", data={})
    assert page.status_code == 200 and "take a second person" in page.text
    assert client.post("/privacy/export", data={"reason": "short"}).status_code == 422
    assert client.post("/privacy/export", data={"reason": WHY}).status_code == 302
    approval = only(site)
    fetch = f"/approvals/{approval.id}/export"
    assert client.post(fetch).status_code == 409
    assert decide(client, approval).status_code == 403
    asked = int(re.sub(r"\D", "", re.findall(r">([\d,]+)<", client.get(f"/approvals/{approval.id}").text)[0]))
    assert decide(site.browser("admin"), approval).status_code == 302
    assert site.browser("admin").post(fetch).status_code == 404
    rows = rows_of(client.post(fetch))
    assert len(rows) - 2 == asked > 3
    assert client.post(fetch).status_code == 409, "once"


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+447400100001",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "'quoted",
        "''",
        " =1",
        "＝1",
        'a "b", c',
        "two\nlines",
        "",
    ],
)
def test_no_cell_is_a_formula_and_all_come_back(value: str) -> None:
    data = sheets.write([[value, "after"]]).decode("utf-8-sig")
    (cells,) = csv.reader(io.StringIO(data, newline=""))
    assert not cells[0].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert [sheets.plain(cell) for cell in cells] == [value, "after"]


def test_a_lead_who_takes_work_for_themselves_is_on_record_and_told(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        me, version = world.account(session, "supervisor").id, task.version
    form = {"chosen": [f"{task.id}/{version}"], "to": str(me), "reason": "nobody else speaks Welsh"}
    assert site.browser("supervisor").post("/team/tasks", data=form).status_code == 302
    with site.system() as session:
        grant = session.scalars(select(Grant)).one()
        assert (grant.kind.value, grant.staff_id, grant.reference) == ("lead", me, case.reference)
        actions = session.scalars(select(AuditEvent.action).where(AuditEvent.entity_id == str(task.id))).all()
    assert "task.take_as_lead" in actions
    page = site.browser("privacy").get("/glass").text
    assert case.reference in page and "took the work" in page and "nobody else speaks Welsh" in page
    with site.system("routine.tell_of_grants") as session:
        from tracer.casework import grants_told

        assert grants_told.tell(session, clock.now()) == 1
    assert isinstance(me, UUID)
