"""What the row rules are told: asked once a transaction, and anew once something of it is written."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, literal, not_, null, select
from sqlalchemy.orm import Session

from tests.access.test_rows import arrange
from tests.site import Site
from tracer import clock
from tracer.access import told
from tracer.access.among import Ids, is_among
from tracer.casework import glass
from tracer.models import Base, Case, ConflictOfInterest, Leadership, Staff, Task, Team


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
        south = session.scalars(select(Team).where(Team.name == "South")).one()
        assert session.get(Case, other.id) is None
        session.add(Leadership(staff_id=me.id, team_id=south.id))
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


def test_what_it_is_made_of() -> None:
    """What is written in these is told anew; what hangs on a grant besides is of a record that is only read."""
    made_of = {table for table in Base.metadata.tables if told.is_made_of(table)}
    trained = {"requirement", "completion", "grace"}
    assert made_of == {"staff", "leadership", "team_reach", "conflict", "grant_record", *trained}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_told_ends_with_its_transaction(site: Site) -> None:
    """A statement is narrowed before its transaction begins; a conflict that came meanwhile counts for the first."""
    held, _, _ = arrange(site)
    with site.acting("tracer1") as session:
        assert len(session.scalars(select(Case)).all()) == 1
        session.commit()
        with site.system() as other:
            task = other.scalars(select(Task).where(Task.case_id == held.id)).one()
            whose = {"staff_id": session.info["actor"].id, "person_id": held.person_id}
            other.add(ConflictOfInterest(task_id=task.id, why="home", **whose))
        assert session.scalars(select(Case)).all() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("within", ["transaction", "savepoint"])
def test_what_was_rolled_back_is_not_told(site: Site, within: str) -> None:
    _, other, _ = arrange(site)
    with site.acting("admin") as session:
        me = session.info["actor"].id
        south = session.scalars(select(Team).where(Team.name == "South")).one()
        begun = session.begin_nested() if within == "savepoint" else session
        session.add(Leadership(staff_id=me, team_id=south.id))
        assert session.get(Case, other.id) is not None
        begun.rollback()
        assert session.scalars(select(Case)).all() == []


def test_among(site: Site) -> None:
    """Any number of ids is one statement; a column without a value is among none, and not among none."""
    ids = [uuid4() for _ in range(3)]
    with site.system() as session:

        def said(value: UUID, given: list[UUID]) -> bool:
            return bool(session.execute(select(is_among(literal(value), literal(given, Ids())))).scalar_one())

        assert [said(one, ids) for one in ids] == [True, True, True]
        assert said(uuid4(), ids) is False
        assert said(ids[0], []) is False
        for given, row in ((ids, None), ([], 1)):  # as of NOT IN
            assert session.scalar(select(literal(1)).where(not_(is_among(null(), literal(given, Ids()))))) == row
