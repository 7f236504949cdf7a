"""A migration that makes a table anew keeps what was in it, and what points to it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, create_engine, text

from tests.conftest import _admin, _url
from tracer import db
from tracer.ids import new_id
from tracer.migrations import runner

WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if database == "sqlite":
        db.configure(f"sqlite:///{tmp_path / 'old.sqlite'}")
        yield db.engine("system")
        db.dispose()
        return
    name = f"tracer_{os.getpid()}_{uuid4().hex[:6]}"
    _admin(f'CREATE DATABASE "{name}"')
    made = create_engine(_url(name))
    yield made
    made.dispose()
    _admin(f'DROP DATABASE "{name}"')


def to(connection: Connection, version: str) -> None:
    config = runner._config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def test_scripts_and_their_interviews_outlive_their_table(engine: Engine) -> None:
    script_id, interview_id, sqlite = new_id().hex, new_id().hex, engine.dialect.name == "sqlite"
    unguarded = "PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica"
    with engine.begin() as connection:
        to(connection, "0009")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(unguarded)  # the other records that an interview points to do not matter here
        connection.execute(
            text(
                "INSERT INTO script (id, disease, kind, number, title, digest, document, published_at) "
                "VALUES (:id, 'covid-19', 'index-case', 1, 'A', :digest, '{}', :now)"
            ),
            {"id": script_id, "now": WHEN, "digest": b"x"},
        )
        connection.execute(
            text(
                "INSERT INTO interview (id, script_id, task_id, started_at, started_by_id, version) "
                "VALUES (:id, :script, :id, :now, :id, 1)"
            ),
            {"id": interview_id, "script": script_id, "now": WHEN},
        )
        connection.detach()
    with engine.begin() as connection:
        to(connection, "head")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT number, approved_at, begun_at, begun_by_id, version FROM script")).one()
        assert kept.number == kept.version == 1 and kept.begun_by_id is None
        assert str(kept.approved_at)[:16] == str(kept.begun_at)[:16] == "2026-03-01 09:00"
        joined = "SELECT count(*) FROM interview JOIN script ON script.id = interview.script_id"
        assert connection.execute(text(joined)).scalar() == 1
        if sqlite:
            faults = connection.exec_driver_sql("PRAGMA foreign_key_check(interview)").all()
            assert "script" not in {fault[2] for fault in faults}
