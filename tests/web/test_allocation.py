"""A plan on the page: asked for, looked at, carried out; what happened meanwhile stays; and by the command."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.cli.test_intake import run
from tests.site import Site
from tests.web.test_team import team_of
from tracer import clock
from tracer.casework import routine
from tracer.models import Allocation, Assignment, AuditEvent, How, Staff, Task, TaskState


def wait(site: Site, count: int, area: str = "LS6", **given: Any) -> list[UUID]:
    with site.system() as session:
        made = [world.make_case(session, number, area=area)[1] for number in range(1, count + 1)]
        for task in made:
            for name, value in given.items():
                setattr(task, name, value)
        return [task.id for task in made]


def work(site: Site, after: timedelta = timedelta(0)) -> int:
    with site.system("routine.allocation") as session:
        return routine.JOBS["allocation"](session, clock.now() + after)


def ask(site: Site, lead: FlaskClient) -> str:
    """Ask for a plan for North; the address of its page, made."""
    answer = lead.post("/team/allocation", data={"team": team_of(site, "North")})
    assert answer.status_code == 302
    assert "The plan is being made" in lead.get(answer.location).text
    assert work(site) == 1
    return str(answer.location)


def order(lead: FlaskClient, address: str) -> int:
    page = lead.get(address).text
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    return lead.post(f"{address}/order", data={"version": version}).status_code


def holders(site: Site) -> dict[UUID, str]:
    with site.system() as session:
        query = select(Task.id, Staff.email).join(Staff, Staff.id == Task.holder_id)
        return {task_id: email.partition("@")[0] for task_id, email in session.execute(query)}


def test_a_plan_is_looked_at_and_carried_out_evenly(site: Site) -> None:
    waiting, lead = wait(site, 6), site.browser("supervisor")
    address = ask(site, lead)
    page = lead.get(address).text
    assert "6 tasks can be given" in page and "Hand out 6 tasks" in page and holders(site) == {}
    assert order(lead, address) == 302
    assert "The work is being handed out" in lead.get(address).text
    assert work(site) == 1 and work(site) == 0
    assert "6 tasks were handed out." in lead.get(address).text
    assert sorted(holders(site)) == sorted(waiting)
    assert sorted(holders(site).values()) == ["tracer1"] * 3 + ["tracer2"] * 3
    with site.system() as session:
        supervisor = world.account(session, "supervisor").id
        held = session.execute(select(Assignment.how, Assignment.by_id)).all()
        assert {tuple(one) for one in held} == {(How.ALLOCATED, supervisor)}
        changed = select(AuditEvent.entity_id).where(
            AuditEvent.action == "routine.allocation", AuditEvent.entity == "task", AuditEvent.did == "changed"
        )
        assert sorted(session.scalars(changed)) == sorted(map(str, waiting))


def test_what_somebody_took_or_finished_meanwhile_stays(site: Site) -> None:
    first, *_ = wait(site, 3)
    lead = site.browser("supervisor")
    address = ask(site, lead)
    with site.system() as session:
        world.give(session, session.get_one(Task, first), "tracer3")
    assert order(lead, address) == 302
    work(site)
    assert "2 tasks were handed out. 1 was taken" in " ".join(lead.get(address).text.split())
    assert holders(site)[first] == "tracer3"


def test_nobody_is_given_work_after_they_have_left(site: Site) -> None:
    wait(site, 4)
    lead = site.browser("supervisor")
    address = ask(site, lead)
    with site.system() as session:
        world.account(session, "tracer1").ended_at = clock.now()
    order(lead, address)
    work(site)
    assert set(holders(site).values()) == {"tracer2"}


def test_what_found_nobody_is_said_with_what_would_have_to_change(site: Site) -> None:
    wait(site, 2, need="pl", language="pl")
    lead = site.browser("supervisor")
    page = lead.get(ask(site, lead)).text
    assert "Nobody at work there with room can do Polish" in page
    assert "Nothing that waits can be handed out now." in page and "Hand out 2" not in page


def test_a_plan_is_carried_out_once_and_only_while_it_is_fresh(site: Site) -> None:
    wait(site, 2)
    lead = site.browser("supervisor")
    address = ask(site, lead)
    with site.system() as session:
        session.scalars(select(Allocation)).one().planned_at = clock.now() - timedelta(minutes=31)
    assert "over half an hour old" in lead.get(address).text
    with site.system() as session:
        version = session.scalars(select(Allocation.version)).one()
    assert lead.post(f"{address}/order", data={"version": version}).status_code == 409
    again = ask(site, lead)
    assert order(lead, again) == 302
    with site.system() as session:
        version = session.scalars(select(Allocation.version).where(Allocation.ordered_at.is_not(None))).one()
    assert lead.post(f"{again}/order", data={"version": version}).status_code == 409


def test_another_lead_finds_neither_the_plan_nor_the_team(site: Site) -> None:
    wait(site, 2)
    address, stranger = ask(site, site.browser("supervisor")), site.browser("supervisor2")
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/order", data={"version": 1}).status_code == 404
    assert stranger.post("/team/allocation", data={"team": team_of(site, "North")}).status_code == 404
    assert "North" not in stranger.get("/team/allocation").text


def test_the_command_says_what_it_would_do_and_does_it(site: Site) -> None:
    waiting = wait(site, 3)
    with site.system() as session:
        session.get_one(Task, waiting[0]).need = "pl"
    first = run(site, "tasks", "allocate", "--preview")
    assert first.exit_code == 0, first.output
    assert "3 tasks wait" in first.stdout and "2 could be handed out, 1 found nobody" in first.stdout
    assert "1 in Leeds for Polish: Nobody at work there with room can do Polish" in first.stdout
    assert holders(site) == {}
    done = run(site, "tasks", "allocate", "--team", "North")
    assert "2 handed out, 1 found nobody." in done.stdout and len(holders(site)) == 2
    assert "Handing out" in done.stderr
    assert run(site, "tasks", "allocate", "--team", "Nowhere").exit_code == 1


def test_a_lead_sees_why_work_is_urgent_and_what_it_needs(site: Site) -> None:
    [task_id] = wait(site, 1, need="pl", language="pl")
    assert "Needs Polish; specimen 2 days ago" in site.browser("supervisor").get("/team").text
    with site.system() as session:
        task = session.get_one(Task, task_id)
        world.give(session, task, "tracer1")
        assert task.state is TaskState.HELD
    assert "Needs Polish; specimen 2 days ago" in site.browser("tracer1").get("/caseload").text
