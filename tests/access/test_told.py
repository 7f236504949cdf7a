"""What the row rules are told: asked once a transaction, and anew once something of it is written."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, literal, null, select
from sqlalchemy.orm import Session

from tests.access.test_rows import arrange
from tests.site import Site
from tracer import clock
from tracer.access import told
from tracer.access.among import Ids, is_among
from tracer.casework import glass
from tracer.models import Base, Case, ConflictOfInterest, Grant, Leadership, Staff, Task, Team


def asked(session: Session) -> list[str]:
    """The statements of a session from here on, that ask what the rules are told."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("WITH cleared"):
            found.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    return found


def test_it_is_asked_once_a_transaction(site: Site) -> None:
    arrange(site)
    with site.acting("tracer1") as session:
        found = asked(session)
        for _ in range(3):
            assert len(session.scalars(select(Case)).all()) == 1
        assert len(found) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # elsewhere the web may write none
def test_a_conflict_that_is_written_closes_the_record_at_once(site: Site) -> None:
    held, _, _ = arrange(site)
    with site.acting("tracer1") as session:
        task = session.scalars(select(Task).where(Task.case_id == held.id)).one()
        whose = {"staff_id": session.info["actor"].id, "person_id": held.person_id}
        session.add(ConflictOfInterest(task_id=task.id, why="home", **whose))
        assert session.scalars(select(Case)).all() == []


def test_a_leader_of_another_team_reaches_it_at_once(site: Site) -> None:
    _, other, _ = arrange(site)
    with site.acting("admin") as session:
        me = session.get_one(Staff, session.info["actor"].id)
        london = session.scalars(select(Team).where(Team.name == "South")).one()
        assert session.get(Case, other.id) is None
        session.add(Leadership(staff_id=me.id, team_id=london.id))
        assert session.get(Case, other.id) is not None


def test_a_grant_that_ends_closes_the_record_at_once(site: Site) -> None:
    _, other, _ = arrange(site)
    with site.acting("tracer1") as session:
        assert session.get(Case, other.id) is None
        hit = glass.look_up(session, clock.now(), reference=other.reference)[0]
        grant = glass.break_(session, hit, "They rang back about their own case.", 15, clock.now())
        session.commit()  # it opens with the next transaction: in this one a policy's clock stands before it
        assert len(session.scalars(select(Case).where(Case.id == other.id)).all()) == 1
        glass.end(grant, clock.now())
        assert session.scalars(select(Case).where(Case.id == other.id)).all() == []


@pytest.mark.parametrize("model", [Staff, Leadership, ConflictOfInterest, Grant])
def test_what_it_is_made_of(model: type[Base]) -> None:
    assert told.is_made_of(model.__tablename__)
    assert not told.is_made_of("task")


def test_among(site: Site) -> None:
    """Any number of ids is one statement; nothing is among none, and nothing is not among any."""
    ids = [uuid4() for _ in range(3)]
    with site.system() as session:

        def said(value: UUID | None, given: list[UUID]) -> bool:
            column = null() if value is None else literal(value)
            return bool(session.execute(select(is_among(column, literal(given, Ids())))).scalar_one())

        assert [said(one, ids) for one in ids] == [True, True, True]
        assert said(uuid4(), ids) is False
        assert said(ids[0], []) is False
        assert not said(None, ids)
