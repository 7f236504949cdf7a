"""One session, one actor; none without; and who can be asked for an id."""

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import db
from tracer.access import actor
from tracer.access.actor import ANONYMOUS
from tracer.access.door import DOOR
from tracer.access.system import SYSTEM, system_session
from tracer.models import Staff


def test_a_session_keeps_its_actor(site: Site) -> None:
    assert site.url
    session = db.new_session()
    actor.bind(session, ANONYMOUS)
    actor.bind(session, ANONYMOUS)
    for other in (SYSTEM, DOOR):
        with pytest.raises(RuntimeError, match="One session, one actor"):
            actor.bind(session, other)
    assert actor.of(session) is ANONYMOUS
    session.close()


def test_the_actor_is_bound_before_anything_is_begun(site: Site) -> None:
    """What has begun has told the database that nobody acts."""
    assert site.url
    with db.new_session() as late, late.begin(), pytest.raises(RuntimeError, match="before the session's first"):
        actor.bind(late, ANONYMOUS)
    with db.new_session() as bound:
        actor.bind(bound, ANONYMOUS)
        bound.begin()
        actor.bind(bound, ANONYMOUS)


def test_without_an_actor_nothing_is_read(site: Site) -> None:
    assert site.url
    session = db.new_session()
    with pytest.raises(RuntimeError, match="has no actor"):
        actor.of(session)
    session.info["actor"] = "somebody"
    with pytest.raises(AssertionError):
        actor.of(session)
    session.close()


def test_only_staff_have_an_id(site: Site) -> None:
    with site.acting("tracer1") as session:
        assert actor.staff_id(session) == session.scalars(select(Staff).where(Staff.given_name == "Tracer1")).one().id
    with system_session() as session, pytest.raises(RuntimeError, match="Only one of the staff"):
        actor.staff_id(session)


def test_who_is_who() -> None:
    assert (SYSTEM.is_system, SYSTEM.is_door) == (True, False)
    assert (DOOR.is_system, DOOR.is_door) == (False, True)
    assert (ANONYMOUS.is_system, ANONYMOUS.is_door) == (False, False)


def test_nobody_sees_no_row(site: Site) -> None:
    with site.system() as session:
        world.make_case(session)
    session = db.new_session()
    actor.bind(session, ANONYMOUS)
    assert session.scalars(select(Staff)).all() == []
    session.close()
