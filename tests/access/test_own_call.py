"""The short way to an interview opens to whoever holds its task at this moment, and to nobody else."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import world
from tests.interviewing import OpenPage, begin
from tests.site import Site
from tracer import clock, db
from tracer.access import own_call
from tracer.models import Answer, ConflictOfInterest, Interview, Task, TaskState

# In whose hands, and who looks: a colleague, the lead of both, nobody's friend, the privacy officer.
OTHERS = ("tracer2", "supervisor", "tracer4", "admin", "privacy")


@pytest.fixture
def interview(site: Site) -> UUID:
    """One with an answer, in the hands of tracer1; another of tracer2's beside it."""
    for account, number in (("tracer2", 2), ("tracer1", 1)):
        with site.system() as session:
            case, task = world.make_case(session, number)
            world.give(session, task, account)
        address = begin(client := site.browser(account), f"/cases/{case.id}")
        OpenPage(client, address, "introduction").give(who_answers="person")
    return UUID(address.rpartition("/")[2])


def look(site: Site, account: str, interview: UUID) -> tuple[bool, int]:
    """Whether they see it, and how many answers."""
    with site.acting(account) as session:
        found, rows = own_call.look(session, interview, 0)
        return found is not None, len(rows)


def row(interview: UUID, giver: UUID) -> dict[str, Any]:
    """An answer to be entered."""
    named = {"interview_id": interview, "key": "k", "sealed": b"x", "given_at": clock.now(), "given_by_id": giver}
    return {**named, "page": None, "seq": 0, "known": 0, "beside": False}


def test_it_is_the_holders_and_nobody_elses(site: Site, interview: UUID) -> None:
    assert look(site, "tracer1", interview) == (True, 1)
    assert {look(site, account, interview) for account in OTHERS} == {(False, 0)}
    with site.system() as session:
        world.give(session, session.get_one(Task, session.get_one(Interview, interview).task_id), "tracer2")
    assert look(site, "tracer1", interview) == (False, 0)
    assert look(site, "tracer2", interview) == (True, 1)


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.WAITING])
def test_it_closes_with_the_work(site: Site, interview: UUID, state: TaskState) -> None:
    with site.system() as session:
        session.get_one(Task, session.get_one(Interview, interview).task_id).state = state
    assert look(site, "tracer1", interview) == (False, 0)


def test_a_conflict_closes_it(site: Site, interview: UUID) -> None:
    with site.system() as session:
        task = session.get_one(Task, session.get_one(Interview, interview).task_id)
        who, person = world.account(session, "tracer1").id, world.make_case(session, 9)[0].person_id
        session.add(ConflictOfInterest(staff_id=who, person_id=person, task_id=task.id, why="own"))
    assert look(site, "tracer1", interview) == (False, 0)


def test_the_database_takes_answers_of_the_holder_alone(site: Site, interview: UUID) -> None:
    """Where there are policies: not a lead's, not in another's name, and the views show no more than the look."""
    if not site.url.startswith("postgresql"):
        pytest.skip("SQLite has no policies: the verbs are the guard there.")
    with site.system() as session:
        ids = {account: world.account(session, account).id for account in ("tracer1", *OTHERS)}
    for account, giver in (*((one, one) for one in OTHERS), ("tracer1", "tracer2")):
        with pytest.raises(DBAPIError, match="row-level security"), site.acting(account) as session:
            own_call.enter(session, [row(interview, ids[giver])])
    with site.acting("tracer1") as session:
        assert own_call.enter(session, [row(interview, ids["tracer1"])])
    with db.engine("web").begin() as connection:
        for view in own_call.VIEWS:
            assert connection.execute(text(f"SELECT count(*) FROM {view}")).scalar() == 0
        connection.execute(text("SELECT set_config('tracer.actor', :me, true)"), {"me": str(ids["tracer1"])})
        assert connection.execute(text("SELECT count(*) FROM own_call")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM own_answer")).scalar() == 2


def test_numbers_rise_with_each_answer(site: Site, interview: UUID) -> None:
    with site.system() as session:
        who = world.account(session, "tracer1").id
    with site.acting("tracer1") as session:
        own_call.alone(session, interview)
        numbers = own_call.enter(session, [row(interview, who) for _ in range(3)])
    assert numbers == sorted(set(numbers)) and len(numbers) == 3
    with site.system() as session:
        assert session.scalars(select(Answer.id).where(Answer.key == "k").order_by(Answer.id)).all() == numbers
