"""A plan is written many at a time: each is held for as long as the policy of its disease says."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.allocation import Hand, Placed
from tracer.casework import allocation_write, tasks
from tracer.models import Assignment, Task, TaskState


def test_each_is_held_as_long_as_its_disease_says(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = {"covid-19": 1, "measles": 2}

    def until(disease: str, now: datetime) -> datetime:
        return now + timedelta(hours=hours.get(disease, 9))

    monkeypatch.setattr(tasks, "held_until", until)
    now = clock.now()
    with site.system() as session:
        made = {disease: world.make_case(session, n, disease=disease)[1].id for n, disease in enumerate(hours, 1)}
        mine = world.account(session, "tracer1")
        assert mine.team_id is not None
        hand = Hand(mine.id, mine.team_id, frozenset({""}), frozenset({mine.team_id}), 0, 8)
    placed = [Placed(task, hand.id, "") for task in made.values()]
    with site.system("allocation.carry_out") as session:
        assert allocation_write.write(session, placed, {hand.id: hand}, now) == 2
    with site.system() as session:
        for disease, task_id in made.items():
            task = session.get_one(Task, task_id)
            assert (task.state, task.holder_id) == (TaskState.HELD, hand.id)
            assert task.held_until == until(disease, now)
        assert len(session.scalars(select(Assignment)).all()) == 2
