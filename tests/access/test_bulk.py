"""Inserting and changing in bulk is the machinery's: the row rules do not stand there."""

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.exc import IntegrityError, OperationalError

from tests import world
from tests.conftest import KINDS
from tests.site import Site
from tracer.access import bulk
from tracer.casework import teams
from tracer.ids import new_id
from tracer.models import Team


def test_nobody_but_the_machinery_inserts_in_bulk(site: Site) -> None:
    row = {"id": new_id(), "version": 1, "name": "West", "parent_id": None}
    with site.acting("admin") as session, pytest.raises(RuntimeError, match="Only SYSTEM"):
        bulk.insert_rows(session, Team, [row])
    with site.system() as session:
        row["parent_id"] = world.account(session, "tracer1").team_id
        bulk.insert_rows(session, Team, [])
        bulk.insert_rows(session, Team, [row])
    with site.system() as session:
        assert session.get_one(Team, row["id"]).name == "West"


def test_nobody_but_the_machinery_changes_in_bulk(site: Site) -> None:
    with site.system() as session:
        team = session.scalars(select(Team)).first()
        assert team is not None
    with site.acting("admin") as session, pytest.raises(RuntimeError, match="Only SYSTEM changes"):
        bulk.change_rows(session, Team, [{"id": team.id}], {"name": "Other"}, only=true())
    with site.system() as session:
        assert bulk.change_rows(session, Team, [], {"name": "Other"}, only=true()) == set()
        assert bulk.change_rows(session, Team, [{"id": team.id}], {"name": "Other"}, only=true()) == {team.id}
    with site.system() as session:
        assert [one.name for one in session.scalars(select(Team)) if one.id == team.id] == ["Other"]


def teams_of(site: Site, *names: str) -> list[Team]:
    with site.system() as session:
        top = session.scalars(select(Team).where(Team.parent_id.is_(None))).one()
        return [teams.add(session, name, top) for name in names]


def test_each_row_is_given_its_own_where_the_condition_holds(site: Site) -> None:
    """One that is not named, or for which it does not hold, stays as it was. The count of saves goes on."""
    ashby, bramley, corby, derby = teams_of(site, "Ashby", "Bramley", "Corby", "Derby")
    rows = [{"id": one.id, "name": f"New {one.name}"} for one in (bramley, ashby, corby)]
    with site.system() as session:
        changed = bulk.change_rows(session, Team, rows, {"duty": "clinical"}, only=Team.name != "Corby")
    assert changed == {ashby.id, bramley.id}
    with site.system() as session:
        found = {one.id: (one.name, one.duty, one.version - 1) for one in session.scalars(select(Team))}
    assert [found[one.id] for one in (ashby, bramley)] == [("New Ashby", "clinical", 1), ("New Bramley", "clinical", 1)]
    assert [found[one.id] for one in (corby, derby)] == [("Corby", None, 0), ("Derby", None, 0)]


@pytest.mark.parametrize("database", [kind for kind in KINDS if kind == "postgresql"], indirect=True)
def test_what_another_has_locked_is_passed_over_or_waited_for(site: Site) -> None:
    """SQLite has one writer at a time: there, none is ever locked."""
    ashby, bramley = teams_of(site, "Ashby", "Bramley")
    rows = [{"id": one.id, "name": f"New {one.name}"} for one in (ashby, bramley)]
    with site.system() as other, site.system() as session:
        other.scalars(select(Team).where(Team.id == ashby.id).with_for_update()).one()
        assert bulk.change_rows(session, Team, rows, {}, only=true()) == {bramley.id}
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"), session.begin_nested():
            bulk.change_rows(session, Team, rows, {}, only=true(), waits=True)


def test_what_the_database_refuses_is_said_as_of_any_statement(site: Site) -> None:
    (ashby,) = teams_of(site, "Ashby")
    row = {"id": ashby.id, "version": 1, "name": "Twice", "parent_id": None}
    with site.system() as session, pytest.raises(IntegrityError), session.begin_nested():
        bulk.insert_rows(session, Team, [row])
