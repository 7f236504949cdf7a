"""Inserting in bulk is the machinery's: the row rules do not stand there."""

import pytest
from sqlalchemy import select, true

from tests import world
from tests.site import Site
from tracer.access import bulk
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
