"""A caseload stands in the order to work it, and a household beside its record."""

from datetime import timedelta
from uuid import UUID

from tests import world
from tests.site import Site
from tracer import clock
from tracer.models import Task
from tracer.reporting import caseload

HOME = b"1 Marigold Row, LS6 1AA".ljust(32, b".")


def held(site: Site, number: int, **given: object) -> UUID:
    with site.system() as session:
        _, task = world.make_case(session, number)
        world.give(session, task, "tracer1")
        for name, value in given.items():
            setattr(task, name, value)
    return task.id


def test_the_callback_of_this_moment_then_what_can_be_worked_then_the_rest(site: Site) -> None:
    now = clock.now()
    far = held(site, 1, callback=True, not_before=now + timedelta(days=3))
    retry = held(site, 2, attempts=1, not_before=now + timedelta(hours=4))
    fresh = held(site, 3, due_at=now + timedelta(days=1))
    late = held(site, 4, due_at=now - timedelta(days=1))
    soon = held(site, 5, callback=True, not_before=now + timedelta(minutes=9))
    with site.acting("tracer1") as session:
        found = [one.task.id for one in caseload.of_actor(session, now)]
    assert found == [soon, late, fresh, retry, far]


def test_what_else_is_held_at_an_address(site: Site) -> None:
    one, other = held(site, 1, household_key=HOME), held(site, 2, household_key=HOME)
    alone = held(site, 3)
    with site.acting("tracer1") as session:

        def beside(task_id: UUID) -> list[UUID]:
            return [it.task.id for it in caseload.same_address(session, session.get_one(Task, task_id), clock.now())]

        assert (beside(one), beside(other), beside(alone)) == ([other], [one], [])
