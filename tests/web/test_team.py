"""The supervisor's board: only the teams they lead, what it counts, and moving work with what changed named."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import teams
from tracer.models import Assignment, Case, Task, TaskState, Team


def held(site: Site, account: str = "tracer1", number: int = 1) -> tuple[Case, Task]:
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, account)
    return case, task


def team_of(site: Site, name: str) -> str:
    with site.system() as session:
        return str(session.scalars(select(Team.id).where(Team.name == name)).one())


def id_of(site: Site, account: str) -> str:
    with site.system() as session:
        return str(world.account(session, account).id)


def holder_of(site: Site, task: Task) -> str:
    with site.system() as session:
        return str(session.get_one(Task, task.id).holder_id)


def ticked(site: Site, *tasks: Task) -> list[str]:
    with site.system() as session:
        return [f"{task.id}/{session.get_one(Task, task.id).version}" for task in tasks]


def move(client: Any, chosen: list[str], to: str, reason: str = "the shift ends") -> Any:
    return client.post("/team/tasks", data={"chosen": chosen, "to": to, "reason": reason})


def test_the_board_counts_what_waits_is_held_and_is_late_in_the_teams_they_lead(site: Site) -> None:
    with site.system() as session:
        world.make_case(session)
    site.browser("tracer1").post("/caseload/next")
    with site.system() as session:
        _, late = world.make_case(session, 2)
        late.due_at = clock.now() - timedelta(hours=1)
        late.created_at = clock.now() - timedelta(hours=30)
        world.make_case(session, 3, area="SE1")
    page = site.browser("supervisor").get("/team").text
    assert "<strong>1</strong> waiting" in page
    assert "<strong>1</strong> held" in page
    assert "<strong>1</strong> late" in page
    assert "<strong>2</strong> idle of 3 tracers" in page
    assert "Tracer4" not in page and ">London<" not in page
    south = site.browser("supervisor2").get("/team").text
    assert "<strong>1</strong> waiting" in south and "Tracer1" not in south


def test_down_the_tree_and_up_again_and_no_further(site: Site) -> None:
    client = site.browser("supervisor")
    page = client.get(f"/team?team={team_of(site, 'Leeds')}").text
    assert "Tracer1" in page and "Tracer3" not in page
    assert ">North</a>" in page
    for name in ("National", "South", "London"):
        assert client.get(f"/team?team={team_of(site, name)}").status_code == 404


def test_the_list_is_narrowed_and_the_filters_stay(site: Site) -> None:
    case, task = held(site)
    with site.system() as session:
        other, _ = world.make_case(session, 2)
    client = site.browser("supervisor")
    assert case.reference not in client.get("/team?state=waiting").text
    assert other.reference in client.get("/team?state=waiting").text
    assert other.reference not in client.get(f"/team?holder={id_of(site, 'tracer1')}").text
    assert case.reference not in client.get("/team?kind=alert").text
    form = {"chosen": ticked(site, task), "to": "pool", "reason": "the shift ends"}
    assert "state=held" in client.post("/team/tasks?state=held", data=form).headers["Location"]


def test_moved_work_closes_for_the_old_holder_and_opens_for_the_new(site: Site) -> None:
    case, task = held(site)
    old, new = site.browser("tracer1"), site.browser("tracer2")
    assert (old.get(f"/cases/{case.id}").status_code, new.get(f"/cases/{case.id}").status_code) == (200, 404)
    assert move(site.browser("supervisor"), ticked(site, task), id_of(site, "tracer2")).status_code == 302
    assert (old.get(f"/cases/{case.id}").status_code, new.get(f"/cases/{case.id}").status_code) == (404, 200)
    with site.system() as session:
        query = select(Assignment).where(Assignment.task_id == task.id).order_by(Assignment.from_at)
        spans = [(str(one.staff_id), one.until_at is None) for one in session.scalars(query)]
    assert spans == [(id_of(site, "tracer1"), False), (id_of(site, "tracer2"), True)]


def test_two_supervisors_move_the_same_task_and_one_is_told(site: Site) -> None:
    _, task = held(site)
    client, chosen = site.browser("supervisor"), ticked(site, task)
    assert move(client, chosen, id_of(site, "tracer2")).status_code == 302
    second = move(client, chosen, id_of(site, "tracer3"))
    assert second.status_code == 409
    assert "1 changed since your list was loaded" in second.text
    assert "now held by Tracer2 Example" in second.text
    assert holder_of(site, task) == id_of(site, "tracer2")


def test_what_changed_stays_and_the_rest_moves(site: Site) -> None:
    _, one = held(site)
    _, two = held(site, number=2)
    client, chosen = site.browser("supervisor"), ticked(site, one, two)
    move(client, ticked(site, one), "pool")
    answer = move(client, chosen, id_of(site, "tracer3"))
    assert answer.status_code == 409
    assert "now waiting in the pool" in answer.text and "1 moved to Tracer3 Example" in answer.text
    with site.system() as session:
        assert session.get_one(Task, one.id).state is TaskState.WAITING
    assert holder_of(site, two) == id_of(site, "tracer3")


def test_a_supervisor_moves_nothing_out_of_reach(site: Site) -> None:
    _, task = held(site)
    chosen, client = ticked(site, task), site.browser("supervisor2")
    assert move(client, chosen, "pool").status_code == 409
    assert move(client, chosen, id_of(site, "tracer1")).status_code == 422
    with site.system() as session:
        assert session.get_one(Task, task.id).state is TaskState.HELD


def test_a_move_that_cannot_be_made_is_explained_and_keeps_what_was_chosen(site: Site) -> None:
    _, task = held(site)
    chosen, client = ticked(site, task), site.browser("supervisor")
    for given, words in (
        ({"to": "pool", "reason": "the shift ends"}, "Choose at least one task"),
        ({}, "Choose at least one task"),  # with the other two faults, at once
        ({"chosen": chosen, "reason": "the shift ends"}, "Choose who takes them"),
        ({"chosen": chosen, "to": "pool", "reason": " "}, "Say why"),
        ({"chosen": chosen, "to": "nobody", "reason": "the shift ends"}, "Choose somebody from the list"),
        ({"chosen": chosen, "to": id_of(site, "analyst"), "reason": "the shift ends"}, "they may have left"),
        ({"chosen": ["nonsense"], "to": "pool", "reason": "the shift ends"}, "Choose tasks from the list"),
    ):
        answer = client.post("/team/tasks", data=given)
        assert answer.status_code == 422
        assert words in answer.text, words
    with site.system() as session:
        assert session.get_one(Task, task.id).state is TaskState.HELD


def test_a_supervisor_without_a_team_is_told_what_to_do(site: Site) -> None:
    with site.system() as session:
        teams.lead(session, world.account(session, "supervisor"))
    assert "You lead no team" in site.browser("supervisor").get("/team").text
