"""Staff and teams for the administrator: joining, moving, leading, leaving, and what is refused with why."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import routine
from tracer.models import Approval, AuditEvent, Leadership, Role, Staff, Task, TaskState, Team, TeamReach

NEW = {"email": "new@demo.example", "given_name": "New", "family_name": "Person", "role": "tracer"}
PASSWORD = "a-long-first-password"


def team_of(site: Site, name: str) -> str:
    with site.system() as session:
        return str(session.scalars(select(Team.id).where(Team.name == name)).one())


def person_of(site: Site, account: str) -> Staff:
    with site.system() as session:
        return world.account(session, account)


def held(site: Site, account: str = "tracer1") -> tuple[Any, Task]:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, account)
    return case, task


def state_of(site: Site, task: Task) -> TaskState:
    with site.system("routine.release") as session:
        routine.release(session, clock.now())
        return session.get_one(Task, task.id).state


def test_who_joins_can_sign_in_and_work(site: Site) -> None:
    admin = site.browser("admin")
    assert 'name="password"' in admin.get("/staff/new").text
    made = admin.post("/staff", data={**NEW, "team": team_of(site, "Leeds"), "password": PASSWORD})
    assert made.status_code == 302
    client = site.browser()
    assert client.post("/sign-in", data={"email": NEW["email"], "password": PASSWORD}).status_code == 302
    assert client.get("/caseload").status_code == 200
    with site.system() as session:
        row = session.scalars(select(Staff).where(Staff.email == NEW["email"])).one()
        assert PASSWORD not in (row.password_hash or "") and (row.password_hash or "").startswith("$argon2id$")
        event = session.scalars(select(AuditEvent).where(AuditEvent.entity_id == str(row.id))).first()
        assert event is not None and event.actor_id == world.account(session, "admin").id


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "short"}, "Use 15 to 200 characters"),
        ({"password": "NewPerson-tracer1@"}, "common words, names"),
        ({"email": "new at demo"}, "Enter one e-mail address"),
        ({"email": "tracer1@demo.example"}, "Enter an address that nobody else here uses"),
        ({"email": "TRACER1@DEMO.example"}, "Enter an address that nobody else here uses"),
        ({"given_name": "  "}, "Enter the first name"),
        ({"family_name": "x" * 81}, "Enter the last name"),
        ({"role": "importer"}, "Choose a role from the list"),
        ({"role": "emperor"}, "Choose a role from the list"),
        ({"team": ""}, "Choose the team they work in"),
        ({"team": "nowhere"}, "Choose a team from the list"),
        ({"team": str(uuid4())}, "Choose a team from the list"),
    ],
)
def test_who_cannot_be_added_is_explained_and_nothing_typed_is_lost(
    site: Site, wrong: dict[str, str], words: str
) -> None:
    given = {**NEW, "team": team_of(site, "Leeds"), "password": PASSWORD, **wrong}
    answer = site.browser("admin").post("/staff", data=given)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Person" in answer.text or "family_name" in wrong
    assert PASSWORD not in answer.text, "a password is not written back into a page"
    with site.system() as session:
        assert session.scalar(select(Staff.id).where(Staff.given_name == "New")) is None


def test_a_moved_person_signs_in_again_and_what_they_held_goes_back(site: Site) -> None:
    case, task = held(site)
    tracer, admin, person = site.browser("tracer1"), site.browser("admin"), person_of(site, "tracer1")
    york = {"role": "tracer", "team": team_of(site, "York"), "version": str(person.version)}
    assert admin.post(f"/staff/{person.id}", data=york).status_code == 302
    assert "/sign-in" in tracer.get(f"/cases/{case.id}").headers["Location"]
    assert state_of(site, task) is TaskState.WAITING
    assert site.browser("tracer1").get(f"/cases/{case.id}").status_code == 404


def test_a_change_that_changes_nothing_ends_no_sign_in(site: Site) -> None:
    tracer, admin, person = site.browser("tracer1"), site.browser("admin"), person_of(site, "tracer1")
    same = {"role": "tracer", "team": str(person.team_id), "version": str(person.version)}
    answer = admin.post(f"/staff/{person.id}", data=same, follow_redirects=True)
    assert "Nothing was different" in answer.text
    assert tracer.get("/caseload").status_code == 200


def test_a_stale_page_overwrites_nothing_and_keeps_what_was_chosen(site: Site) -> None:
    admin, person = site.browser("admin"), person_of(site, "tracer1")
    page, version = f"/staff/{person.id}", str(person.version)
    york = {"role": "tracer", "team": team_of(site, "York"), "version": version}
    assert admin.post(page, data=york).status_code == 302
    london = {"role": "tracer", "team": team_of(site, "London"), "version": version}
    answer = admin.post(page, data=london)
    assert answer.status_code == 409
    assert "Somebody changed this" in answer.text and "team York" in answer.text and "team London" in answer.text
    again = {**london, "version": str(person_of(site, "tracer1").version)}
    assert admin.post(page, data=again).status_code == 302


def test_leading_opens_the_teams_under_it_and_only_for_a_supervisor(site: Site) -> None:
    case, _ = held(site, "tracer4")
    admin, person = site.browser("admin"), person_of(site, "supervisor")
    page = f"/staff/{person.id}"
    assert site.browser("supervisor").get(f"/cases/{case.id}").status_code == 404
    north, south = team_of(site, "North"), team_of(site, "South")
    form = {"team": north, "leads": [north, south], "version": str(person.version)}
    assert admin.post(page, data={**form, "role": "tracer"}).status_code == 422
    assert admin.post(page, data={**form, "role": "supervisor"}).status_code == 302
    assert site.browser("supervisor").get(f"/cases/{case.id}").status_code == 200
    less = {**form, "role": "tracer", "leads": [], "version": str(person_of(site, "supervisor").version)}
    assert admin.post(page, data=less).status_code == 302
    assert site.browser("supervisor").get(f"/cases/{case.id}").status_code == 404
    with site.system() as session:
        assert session.scalars(select(Leadership).where(Leadership.staff_id == person.id)).all() == []


def test_ending_an_account_ends_its_sign_in_and_frees_its_work(site: Site) -> None:
    case, task = held(site)
    tracer, admin, person = site.browser("tracer1"), site.browser("admin"), person_of(site, "tracer1")
    assert tracer.get(f"/cases/{case.id}").status_code == 200
    assert person.name in admin.get(f"/staff/{person.id}/end").text
    answer = admin.post(f"/staff/{person.id}/end", data={"version": str(person.version)})
    assert answer.status_code == 302
    assert "/sign-in" in tracer.get(f"/cases/{case.id}").headers["Location"]
    assert state_of(site, task) is TaskState.WAITING
    form = {"email": world.address("tracer1"), "password": world.PASSWORD}
    assert site.browser().post("/sign-in", data=form).status_code == 422
    changed = {"role": "tracer", "team": str(person.team_id), "version": str(person.version + 1)}
    assert admin.post(f"/staff/{person.id}", data=changed).status_code == 409
    assert person.email not in admin.get("/staff").text
    assert person.email in admin.get("/staff?left=1").text


def test_nobody_ends_themselves_or_the_last_administrator(site: Site) -> None:
    admin, own = site.browser("admin"), person_of(site, "admin")
    version = {"version": str(own.version)}
    assert admin.post(f"/staff/{own.id}/end", data=version).status_code == 403
    assert "Another administrator" in admin.get(f"/staff/{own.id}").text
    second = {**NEW, "role": "administrator", "password": PASSWORD, "second_reason": "I leave at the end of March"}
    assert "/approvals/" in (asked := admin.post("/staff", data=second).headers["Location"])
    with site.system() as session:
        shown = session.scalars(select(Approval.digest)).one().hex()
    yes = {"decision": "approve", "shown": shown}
    assert site.browser("privacy").post(asked, data=yes).status_code == 302
    with site.system() as session:
        made = session.scalars(select(Staff).where(Staff.email == NEW["email"])).one()
        world.train(session, made, clock.now())
    other = site.browser()
    other.post("/sign-in", data={"email": NEW["email"], "password": PASSWORD})
    assert other.post(f"/staff/{own.id}/end", data=version).status_code == 302
    assert admin.get("/staff").status_code == 302
    with site.system() as session:
        last = session.scalars(select(Staff).where(Staff.role == Role.ADMINISTRATOR, Staff.ended_at.is_(None))).one()
    assert last.email == NEW["email"]
    assert other.post(f"/staff/{last.id}/end", data={"version": str(last.version)}).status_code == 403


def test_staff_are_found_by_name_address_role_and_team(site: Site) -> None:
    admin = site.browser("admin")
    for query, found, missing in (
        ("q=tracer1", "tracer1@", "tracer2@"),
        ("q=TRACER1+example", "tracer1@", "tracer2@"),
        ("role=supervisor", "supervisor2@", "tracer1@"),
        (f"team={team_of(site, 'York')}", "tracer3@", "tracer1@"),
        ("q=%25", "Nobody", "tracer1@"),
    ):
        page = admin.get(f"/staff?{query}").text
        assert found in page, query
        assert missing not in page, query


def test_a_long_directory_comes_in_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.reporting.directory.PAGE", 3)
    admin, seen, address = site.browser("admin"), [], "/staff"
    for _ in range(10):
        page = admin.get(address).text
        seen += [account for account in world.ACCOUNTS if f">{world.address(account)}<" in page]
        if "after=" not in page:
            break
        address = "/staff?" + page.split("/staff?")[-1].split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(world.ACCOUNTS)


def test_a_team_joins_the_tree_under_all_that_stand_above_it(site: Site) -> None:
    admin, leeds = site.browser("admin"), team_of(site, "Leeds")
    form = {"name": "Headingley", "parent": leeds, "areas": "ls6, LS16"}
    assert admin.post("/teams", data=form).status_code == 302
    page = admin.get("/teams").text
    assert "Headingley" in page and "LS16, LS6" in page
    with site.system() as session:
        made = session.scalars(select(Team).where(Team.name == "Headingley")).one()
        above = select(Team.name).join(TeamReach, TeamReach.above_id == Team.id).where(TeamReach.team_id == made.id)
        assert set(session.scalars(above)) == {"Headingley", "Leeds", "North", "National"}
        _, task = world.make_case(session, area="LS6")
        assert task.team_id == made.id
    assert "Headingley" in site.browser("supervisor").get(f"/team?team={leeds}").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "Leeds"}, "a name that no other has"),
        ({"name": "x"}, "2 to 80 characters"),
        ({"parent": ""}, "Choose the team that it stands under"),
        ({"parent": "nowhere"}, "Choose a team from the list"),
        ({"areas": "LS"}, "LS is covered by Leeds already"),
        ({"areas": "Bradford"}, "Write areas like LS"),
    ],
)
def test_a_team_that_cannot_be_added_is_explained(site: Site, wrong: dict[str, str], words: str) -> None:
    form = {"name": "Bradford", "parent": team_of(site, "North"), "areas": "BD", **wrong}
    answer = site.browser("admin").post("/teams", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    with site.system() as session:
        assert session.scalar(select(Team.id).where(Team.name == "Bradford")) is None
