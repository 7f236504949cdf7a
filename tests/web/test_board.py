"""The board's own pages: units and their totals, people by page, what is live, and all that match moved at once."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tests.web.test_team import held, holder_of, id_of, team_of
from tracer import clock
from tracer.casework import tasks
from tracer.ids import new_id
from tracer.models import AuditEvent, Role, SignIn, Staff, Task, TaskState, Team
from tracer.reporting import board, open_work
from tracer.web.team_forms import Snapshot


def waiting(site: Site, *areas: str, first: int = 1) -> list[Task]:
    with site.system() as session:
        return [world.make_case(session, number, area=area)[1] for number, area in enumerate(areas, first)]


def cells(page: str, row: str) -> list[str]:
    """The text of each cell of a row."""
    [found] = re.findall(rf'<tr[^>]*data-row="{row}">(.*?)</tr>', page, re.DOTALL)
    parts = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in parts]


def test_a_unit_counts_with_all_under_it_and_leads_down(site: Site) -> None:
    """Teams of North: Leeds and York, and under Leeds one more."""
    with site.system() as session:
        leeds = session.scalars(select(Team).where(Team.name == "Leeds")).one()
        from tracer.casework import teams

        teams.add(session, "Headingley", leeds, ("LS6",))
    waiting(site, "LS6", "LS1", "YO1")
    client = site.browser("supervisor")
    page = client.get("/team").text
    assert cells(page, team_of(site, "Leeds")) == ["Leeds and below", "2", "0", "0", "0", "0"]
    assert cells(page, team_of(site, "York"))[1] == "1" and cells(page, "whole")[1] == "3"
    assert cells(page, "own")[1] == "0" and "Headingley" not in page
    below = client.get(f"/team?team={team_of(site, 'Leeds')}").text
    assert cells(below, team_of(site, "Headingley"))[1] == "1" and cells(below, "own")[1] == "1"


def crowd(site: Site, number: int) -> None:
    with site.system() as session:
        team = session.scalars(select(Team).where(Team.name == "York")).one()
        for one in range(number):
            name = {"email": f"crowd{one}@demo.example", "given_name": f"Crowd{one:04}", "family_name": "Aardvark"}
            session.add(Staff(id=new_id(), **name, role=Role.TRACER, team_id=team.id, created_at=clock.now()))


def test_many_people_are_shown_by_page_and_counted_whole(site: Site) -> None:
    crowd(site, 2 * board.PAGE)
    client = site.browser("supervisor")
    page = client.get("/team").text
    last = f">Crowd{board.PAGE:04} Aardvark</a>"
    assert ">Crowd0000 Aardvark</a>" in page and last not in page and "Page 1 of 3, 104 people" in page
    assert last in client.get("/team?page=2").text
    assert "Tracer1 Example" in client.get("/team?page=99").text
    assert f"<strong>{2 * board.PAGE + 3}</strong> idle" in page


def test_work_goes_to_anybody_of_the_teams_whatever_page_is_shown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(site, "LS6")
    crowd(site, board.PAGE + 1)
    client, to_last = site.browser("supervisor"), f">Crowd{board.PAGE:04} Aardvark (holds 0)</option>"
    page = client.get("/team").text
    assert to_last in page and "These are the people of the page above" not in page
    monkeypatch.setattr(board, "MOST_TAKERS", board.PAGE)
    page = client.get("/team").text
    assert to_last not in page and "These are the people of the page above" in page


def test_people_are_narrowed_to_what_they_do(site: Site) -> None:
    held(site)
    _, late = held(site, "tracer3", 2)
    with site.system() as session:
        session.get_one(Task, late.id).due_at = clock.now() - timedelta(hours=1)
    client = site.browser("supervisor")
    shown = {
        who: sorted(
            set(re.findall(r"Tracer\d", client.get(f"/team/live?who={who}").text.partition("<table><tbody")[0]))
        )
        for who in board.WHO
    }
    everybody = ["Tracer1", "Tracer2", "Tracer3"]
    assert shown["all"] == shown["idle"] == everybody
    assert shown["holding"] == ["Tracer1", "Tracer3"] and shown["late"] == ["Tracer3"] and shown["free"] == ["Tracer2"]


def test_what_moves_is_asked_for_and_keeps_nobody_signed_in(site: Site) -> None:
    client = site.browser("supervisor")
    with site.system() as session:
        lead = world.account(session, "supervisor").id
        for one in session.scalars(select(SignIn).where(SignIn.staff_id == lead)):
            one.seen_at = clock.now() - timedelta(minutes=20)
    _, task = held(site)
    part = client.get("/team/live").text
    assert "<html" not in part and str(task.id) in part and "Tracer1 Example" in part
    with site.system() as session:
        seen = session.scalars(select(SignIn.seen_at).where(SignIn.staff_id == lead)).one()
    assert clock.now() - seen > timedelta(minutes=19)
    client.get("/team")
    with site.system() as session:
        seen = session.scalars(select(SignIn.seen_at).where(SignIn.staff_id == lead)).one()
    assert clock.now() - seen < timedelta(minutes=1)


def test_what_is_live_is_of_their_teams_alone(site: Site) -> None:
    held(site)
    assert "Tracer1" not in site.browser("supervisor2").get("/team/live").text
    client = site.browser("supervisor")
    assert client.get(f"/team/live?team={team_of(site, 'London')}").status_code == 404
    assert site.browser("tracer1").get("/team/live").status_code == 403
    assert client.get("/team/live?who=nobody").status_code == 422


def snapshot(page: str) -> str:
    [found] = re.findall(r'name="snapshot" value="([^"]+)"', page)
    return str(found)


def move_all(client: Any, sent: str, to: str, where: str = "/team/tasks") -> Any:
    return client.post(where, data={"snapshot": sent, "to": to, "reason": "the shift ends"})


def test_all_that_match_are_moved_from_all_pages(site: Site) -> None:
    number = open_work.PAGE + 5
    waiting(site, *["LS6"] * number)
    waiting(site, "YO1", first=200)
    client, leeds = site.browser("supervisor"), team_of(site, "Leeds")
    assert f"Choose all {number} that match" in client.get(f"/team?team={leeds}&state=waiting").text
    page = client.get(f"/team?team={leeds}&state=waiting&all=yes").text
    assert f"All {number} that match are chosen" in page and 'type="checkbox"' not in page
    answer = move_all(client, snapshot(page), id_of(site, "tracer1"), f"/team/tasks?team={leeds}&state=waiting&all=yes")
    assert answer.status_code == 302
    me = UUID(id_of(site, "tracer1"))
    with site.system() as session:
        mine = select(Task).where(Task.holder_id == me)
        assert len(session.scalars(mine).all()) == number


def test_of_all_that_match_what_changed_is_named_and_does_not_move(site: Site) -> None:
    first, second, third = waiting(site, "LS6", "LS6", "LS6")
    client = site.browser("supervisor")
    sent = snapshot(client.get("/team?state=waiting&all=yes").text)
    with site.system() as session:
        world.give(session, session.get_one(Task, first.id), "tracer2")
        tasks.finish(session.get_one(Task, second.id), "completed", clock.now())
    (later,) = waiting(site, "LS6", first=9)
    answer = move_all(client, sent, id_of(site, "tracer1"))
    assert answer.status_code == 409 and "2 changed since your list was loaded" in answer.text
    assert "now held by Tracer2 Example" in answer.text and "now finished" in answer.text
    assert holder_of(site, first) == id_of(site, "tracer2") and holder_of(site, third) == id_of(site, "tracer1")
    with site.system() as session:
        assert session.get_one(Task, later.id).state is TaskState.WAITING


def test_no_more_than_many_at_once_and_nothing_made_up(site: Site) -> None:
    (task,) = waiting(site, "SE1")
    client = site.browser("supervisor")
    many = Snapshot.write({new_id(): 1 for _ in range(open_work.MOST + 1)})
    for sent in (many, "????", "AAAA"):
        answer = move_all(client, sent, "pool")
        assert answer.status_code == 422, sent
    assert move_all(client, Snapshot.write({task.id: 1}), id_of(site, "tracer1")).status_code == 409
    with site.system() as session:
        assert session.get_one(Task, task.id).state is TaskState.WAITING


def test_a_record_is_opened_from_the_board_and_that_is_on_record(site: Site) -> None:
    case, _ = held(site)
    client = site.browser("supervisor")
    assert f'href="/cases/{case.id}"' in client.get(f"/team?holder={id_of(site, 'tracer1')}").text
    page = client.get(f"/cases/{case.id}")
    assert page.status_code == 200 and "Start or go on with" not in page.text
    me = UUID(id_of(site, "supervisor"))
    with site.system() as session:
        read = select(AuditEvent).where(AuditEvent.actor_id == me)
        read = read.where(AuditEvent.did == "read", AuditEvent.entity_id == str(case.id))
        assert session.scalars(read).all()


@pytest.mark.parametrize("address", ["/team?page=0", "/team?who=x", "/team?all=perhaps", "/team?page=x"])
def test_an_address_that_was_made_up_is_refused(site: Site, address: str) -> None:
    assert site.browser("supervisor").get(address).status_code == 422
