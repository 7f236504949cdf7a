"""Inserting in bulk is the machinery's: the row rules do not stand there."""

import pytest

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
