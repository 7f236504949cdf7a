"""Who is ready: numbers, names by row rule, grace with a reason and an end, evidence; and what the untrained meet."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import ProgrammingError

from tests import world
from tests.access.test_clearance import POLICIES, STATES, put
from tests.interviewing import TALKATIVE, begin, complete
from tests.site import Site
from tests.web.test_team import move, ticked
from tracer import clock
from tracer.access.clearance import is_cleared
from tracer.casework import clearance
from tracer.courses import library
from tracer.ids import new_id
from tracer.models import AuditEvent, Completion, Grace, Interview, Role, Staff, Task, TaskState
from tracer.reporting import readiness
from tracer.reporting.readiness import Ready

DAY, COVID = timedelta(days=1), ("covid-19", "index-case")


def set_until(site: Site, account: str, key: str, days: float) -> None:
    with site.system() as session:
        mine = (Completion.staff_id == world.account(session, account).id, Completion.key == key)
        session.execute(update(Completion).where(*mine).values(until_at=clock.now() + days * DAY))


@pytest.fixture
def mixed(site: Site) -> Site:
    """tracer1 has nothing, tracer2 has one out of date, tracer3's ends soon; tracer4 has not joined."""
    with site.system() as session:
        world.untrain(session, "tracer1", "tracer4")
        world.account(session, "tracer4").password_hash = None
    set_until(site, "tracer2", "conversation", -1)
    set_until(site, "tracer3", "safeguarding", 9)
    return site


def staff_id(site: Site, account: str) -> str:
    with site.system() as session:
        return str(world.account(session, account).id)


def test_the_numbers_add_up_and_names_are_by_row_rule(mixed: Site) -> None:
    page = mixed.browser("admin").get("/training/people").text
    assert "7 of 10 have all training in date" in page
    assert all(f"Tracer{number} Example" in page for number in range(1, 5))
    page = mixed.browser("supervisor").get("/training/people").text  # leads North: herself, tracers 1 to 3
    assert "2 of 4 have all training in date" in page
    assert "Tracer1 Example" in page and "Tracer4 Example" not in page and "Admin Example" not in page
    assert world.address("tracer1") not in page


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("in training", {"Tracer1", "Tracer2"}),
        ("ends soon", {"Tracer3"}),
        ("not joined yet", {"Tracer4"}),
        ("by grace", set()),
    ],
)
def test_the_list_narrows_to_a_state(mixed: Site, state: str, shown: set[str]) -> None:
    page = mixed.browser("admin").get("/training/people", query_string={"state": state}).text
    assert {name for name in ("Tracer1", "Tracer2", "Tracer3", "Tracer4") if f"{name} Example" in page} == shown


def test_the_list_narrows_to_a_name_and_a_team_and_goes_on(mixed: Site) -> None:
    client = mixed.browser("admin")
    assert "Tracer2 Example" in client.get("/training/people?q=tracer2").text
    assert "Tracer1 Example" not in client.get("/training/people?q=tracer2").text
    with mixed.system() as session:
        london = world.account(session, "tracer4").team_id
    page = client.get(f"/training/people?team={london}").text
    assert "Tracer4 Example" in page and "Tracer1 Example" not in page
    with mixed.system() as session:
        for number in range(60):
            names = {"email": f"n{number}@demo.example", "given_name": f"N{number:02}", "family_name": "Aardvark"}
            one = session.scalars(select(Staff).limit(1)).one()
            session.add(Staff(**names, role=one.role, created_at=clock.now()))
    first = client.get("/training/people").text
    assert "The next names" in first and "N00 Aardvark" in first and "N55 Aardvark" not in first


def test_what_somebody_lacks_and_grace(mixed: Site) -> None:
    tracer1, client = staff_id(mixed, "tracer1"), mixed.browser("supervisor")
    page = client.get(f"/training/people/{tracer1}").text
    assert "sees no records" in page and page.count(">to do<") == 7
    answer = client.post(f"/training/people/{tracer1}/grace", data={"reason": "", "days": "40"})
    assert answer.status_code == 422 and "Write why" in answer.text and "from 1 to 14" in answer.text
    assert 'value="40"' in answer.text
    assert client.post(f"/training/people/{tracer1}/grace", data={"reason": "x", "days": "many"}).status_code == 422
    given = {"reason": "Needed for the outbreak at the mill", "days": "2"}
    assert client.post(f"/training/people/{tracer1}/grace", data=given).status_code == 302
    page = client.get(f"/training/people/{tracer1}").text
    assert "by grace until" in page and "outbreak at the mill" in page and "Supervisor Example" in page
    assert "by grace" in client.get("/training/people").text
    with mixed.system() as session:
        made = session.scalars(select(Grace)).one()
        did = set(session.scalars(select(AuditEvent.action).where(AuditEvent.entity == "grace")))
    assert did == {"grace.give"}
    assert client.post(f"/training/grace/{made.id}/end").status_code == 302
    assert "ended early" in client.get(f"/training/people/{tracer1}").text
    assert client.post(f"/training/grace/{made.id}/end").status_code == 409


def test_grace_is_for_whom_they_reach_and_never_themselves(mixed: Site) -> None:
    given = {"reason": "Needed", "days": "2"}
    client = mixed.browser("supervisor")
    assert client.post(f"/training/people/{staff_id(mixed, 'tracer4')}/grace", data=given).status_code == 404
    assert client.post(f"/training/people/{staff_id(mixed, 'supervisor')}/grace", data=given).status_code == 403
    assert mixed.browser("tracer3").get("/training/people").status_code == 403


def test_evidence_for_an_auditor(mixed: Site) -> None:
    answer = mixed.browser("admin").post("/training/people/evidence")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    states = {(row["name"], row["needs"]): row["state"] for row in rows}
    assert states["Tracer1 Example", "conversation"] == "never"
    assert states["Tracer2 Example", "conversation"] == "out of date"
    assert states["Tracer3 Example", "safeguarding"] == "in date"
    assert len(states) == len(rows) == 6 * 8 + 2 * 3 + 6 + 2  # six tracers and leads, two offices, trainer, analyst
    assert not any("@" in value for row in rows for value in row.values())
    with mixed.system() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "readiness.export")).one()
        assert noted.entity_id == f"rows/{len(rows)}"
    assert mixed.browser("supervisor").post("/training/people/evidence").status_code == 403


def test_the_untrained_are_told_what_to_do(mixed: Site) -> None:
    client = mixed.browser("tracer1")
    assert client.get("/").location.endswith("/training")
    assert "You see no records yet" in client.get("/training").text
    assert "You see no records yet" in client.get("/caseload").text
    answer = client.post("/caseload/next")
    assert answer.status_code == 403 and "Open Training" in answer.text
    assert "You see no records" not in mixed.browser("tracer3").get("/caseload").text


def test_nobody_is_handed_work_that_they_could_not_see(mixed: Site) -> None:
    with mixed.system() as session:
        _, task = world.make_case(session)
        world.give(session, task, "tracer3")
    to = staff_id(mixed, "tracer1")
    answer = move(mixed.browser("supervisor"), ticked(mixed, task), to)
    assert answer.status_code == 422 and "has not all training in date" in answer.text


def test_the_interview_of_that_moment_is_finished_and_then_nothing_is_left(site: Site) -> None:
    """The training ends in mid-call: every answer is still taken and the record is written; then nothing."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    client = site.browser("tracer1")
    interview = begin(client, f"/cases/{case.id}")
    complete(client, interview, COVID, TALKATIVE | {"lives_with_others": "no", "had_contacts": "no"}, until="work")
    set_until(site, "tracer1", "conversation", 0)
    assert client.get("/caseload").text.count(case.reference) >= 1
    complete(client, interview, COVID, TALKATIVE | {"lives_with_others": "no", "had_contacts": "no"})
    assert client.post(f"{interview}/finish").status_code == 302
    with site.system() as session:
        done = session.get_one(Task, task.id)
        assert done.state is TaskState.DONE
        session.execute(update(Interview).values(finished_at=clock.now() - timedelta(seconds=61)))
    for path in (f"/cases/{case.id}", f"{interview}/check", interview):
        assert client.get(path).status_code == 404, path
    assert case.reference not in client.get("/caseload").text


def test_the_command_lets_people_off_by_name(mixed: Site) -> None:
    def run(*more: str) -> tuple[int, str]:
        given = ["staff", "grace", "--by", world.address("admin"), "--reason", "the upgrade", *more]
        done = mixed.app.test_cli_runner().invoke(args=given)
        return done.exit_code, done.output

    assert run("--days", "5") == run("--days", "5", "--everybody", "x@demo.example") != (0, "")
    assert "Nobody who works here" in run("--days", "5", "x@demo.example")[1]
    assert "from 1 to 14" in run("--days", "50", "--everybody")[1]
    code, said = run("--days", "5", world.address("tracer3"), world.address("tracer1"))
    assert code == 0 and "1 may work until" in said
    assert "2 may work until" in run("--days", "5", "--everybody")[1]
    with mixed.system() as session:
        made = session.scalars(select(Grace)).all()
        assert {(one.given_by_id, one.reason) for one in made} == {(world.account(session, "admin").id, "the upgrade")}


def test_a_supervisor_signs_somebody_off(mixed: Site) -> None:
    tracer1, listed = staff_id(mixed, "tracer1"), library.sign_off()
    form: dict[str, Any] = {"version": listed.version, "seen": list(listed.points)}
    path = f"/training/people/{tracer1}/sign-off"
    lead = mixed.browser("supervisor")
    assert "Sign them off" in lead.get(f"/training/people/{tracer1}").text
    short = lead.post(path, data={**form, "seen": form["seen"][1:]})
    assert short.status_code == 422 and "1 of 7 are open" in short.text and short.text.count(" checked>") == 6
    assert lead.post(path, data={**form, "version": 99}).status_code == 409
    assert lead.post(f"/training/people/{staff_id(mixed, 'supervisor')}/sign-off", data=form).status_code == 403
    assert lead.post(f"/training/people/{staff_id(mixed, 'tracer4')}/sign-off", data=form).status_code == 404
    assert mixed.browser("tracer3").post(path, data=form).status_code == 404
    assert lead.post(path, data=form).status_code == 302
    assert "Sign them off" not in lead.get(f"/training/people/{tracer1}").text
    with mixed.system() as session:
        made = session.scalars(select(Completion).where(Completion.staff_id == UUID(tracer1))).one()
        assert (made.key, made.by_id) == (library.SIGN_OFF, world.account(session, "supervisor").id)
    assert "passport" in mixed.browser("tracer1").get("/training/sign-off").text


@POLICIES
@pytest.mark.parametrize(("by", "of"), [("tracer1", "tracer1"), ("supervisor", "tracer4"), ("trainer", "tracer1")])
def test_the_database_takes_a_sign_off_from_no_other(site: Site, by: str, of: str) -> None:
    with site.system() as session:
        ids = {name: world.account(session, name).id for name in (by, of)}
    now = clock.now()
    given = {"passed_at": now, "until_at": now + DAY, "code": "x", "key": library.SIGN_OFF, "course_version": 1}
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting(by) as session:
        session.connection().execute(insert(Completion).values(id=new_id(), staff_id=ids[of], by_id=ids[by], **given))


def test_a_certificate_is_checked_by_its_code(mixed: Site) -> None:
    with mixed.system() as session:
        codes = {
            name: session.scalars(
                select(Completion.code).where(Completion.staff_id == world.account(session, name).id)
            ).first()
            for name in ("tracer3", "supervisor2")
        }
    client = mixed.browser("supervisor")
    page = client.get("/training/certificates", query_string={"code": f" {str(codes['tracer3']).lower()} "}).text
    assert "This one is ours" in page and "Tracer3 Example" in page
    for code in (codes["supervisor2"], "no such code"):
        page = client.get("/training/certificates", query_string={"code": code}).text
        assert "There is no certificate with this code" in page and "Supervisor2 Example" not in page


@pytest.mark.parametrize("state", STATES)
def test_the_page_and_the_rules_say_the_same_of_everybody(site: Site, state: str) -> None:
    """Whom the page calls ready, by grace or ending soon sees records; nobody else does; nor could be handed work."""
    people = [name for name, (role, _) in world.ACCOUNTS.items() if role is not Role.IMPORTER]
    for account in people:
        put(site, account, state)
    with site.system() as session:
        lines = readiness.people(session, readiness.Wanted(), clock.now())
        shown = {line.staff.email: line.state in {Ready.READY, Ready.SOON, Ready.GRACE} for line in lines}
        to_hand = {line.staff.email: clearance.is_ready(session, line.staff, clock.now()) for line in lines}
    seen = {}
    for account in people:
        with site.acting(account) as session:
            seen[world.address(account)] = is_cleared(session)
    assert shown == to_hand == seen
