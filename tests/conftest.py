"""Databases for tests: migrated and organised once for each kind, then copied for each test."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests import world
from tests.site import Site
from tracer import clock, db
from tracer.access import logins
from tracer.casework import scripts

POSTGRES = os.environ.get("TRACER_TEST_DATABASE_URL")
KINDS = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]
# `TRACER_TEST_FULL=1 scripts/test` leaves nothing out and takes every number in full.
FULL = bool(os.environ.get("TRACER_TEST_FULL"))
# Where nothing turns on the database one is enough: that of production, where there is one.
ONE = KINDS if FULL else KINDS[-1:]
# What walks every route as everybody: the row rules have no policies of the database beside them there, so what they
# let through is seen. That rules and policies are the same is tested apart.
ALONE = KINDS if FULL else KINDS[:1]

# Minutes each, and each runs in one process.
_LONG = tuple(
    f"tests/{one}.py" for one in ("web/test_sweep", "web/test_fields", "web/test_audit_fails", "browser/test_story")
)

Clock = Callable[[timedelta], None]
_connect = socket.socket.connect


def pytest_report_header() -> str:
    """Say which databases this run proves."""
    return "databases: " + ", ".join(KINDS) + ("" if POSTGRES else " ONLY (set TRACER_TEST_DATABASE_URL)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: none of them is left to one process at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.fixture(autouse=True, scope="session")
def _no_world() -> Iterator[None]:
    """No test can reach the world: only this machine answers."""

    def connect(self: socket.socket, address: Any) -> None:
        near = self.family == socket.AF_UNIX or str(address[0]) in {"127.0.0.1", "::1", "localhost"}
        if not near:
            raise AssertionError(f"A test tried to reach {address}.")
        _connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


class Templates:
    """One prepared database of each kind, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: set[str] = set()
        self._made: list[str] = []
        self._name = f"tracer_{os.getpid()}_{uuid4().hex[:6]}"

    def copy(self, kind: str, instance: Path) -> str:
        """The URL of a fresh organised database; the keys it was sealed with come along."""
        if kind not in self._ready:
            self._prepare(kind)
        shutil.copytree(self.folder / "keys", instance / "keys", dirs_exist_ok=True)
        if kind == "sqlite":
            shutil.copy(self.folder / "template.sqlite", instance / "tracer.sqlite")
            return f"sqlite:///{instance / 'tracer.sqlite'}"
        name = f"{self._name}_{len(self._made)}"
        self._made.append(name)
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{self._name}"')
        return _url(name)

    def renew(self, url: str) -> None:
        """A copy anew at the same URL, whatever was done in it; nothing may be connected to it."""
        database = make_url(url)
        if database.get_backend_name() == "sqlite":
            shutil.copy(self.folder / "template.sqlite", str(database.database))
            return
        _admin(
            f'DROP DATABASE "{database.database}" WITH (FORCE)',
            f'CREATE DATABASE "{database.database}" TEMPLATE "{self._name}"',
        )

    def drop(self, url: str) -> None:
        """Remove a copy."""
        database = make_url(url)
        if database.get_backend_name() == "postgresql":
            _admin(f'DROP DATABASE IF EXISTS "{database.database}" WITH (FORCE)')

    def close(self) -> None:
        """Remove the templates."""
        if "postgresql" in self._ready:
            _admin(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _prepare(self, kind: str) -> None:
        if kind == "sqlite" and (self.folder / "template.sqlite").exists():
            self._ready.add(kind)  # a run before this one left it
            return
        if kind == "postgresql":
            _admin(f'CREATE DATABASE "{self._name}"')
        url = f"sqlite:///{self.folder / 'template.sqlite'}" if kind == "sqlite" else _url(self._name)
        site = Site(self.folder, url)
        logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
        with site.system("test.organise") as session:
            world.organise(session, clock.now())
            scripts.publish_shipped(session, clock.now())
        db.dispose()
        self._ready.add(kind)


def _url(name: str) -> str:
    return make_url(str(POSTGRES)).set(database=name).render_as_string(hide_password=False)


def _admin(*statements: str) -> None:
    url = make_url(str(POSTGRES)).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The prepared databases of this run."""
    kept = os.environ.get("TRACER_TEST_TEMPLATES")  # scripts/prove/mutants runs the tests many times
    made = Templates(Path(kept) if kept else tmp_path_factory.mktemp("templates"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database; every test that touches one runs on each."""
    return str(request.param)


@pytest.fixture
def site(database: str, templates: Templates, tmp_path: Path) -> Iterator[Site]:
    """Tracer, organised, with no cases yet."""
    url = templates.copy(database, tmp_path)
    yield Site(tmp_path, url)
    db.dispose()
    templates.drop(url)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until it is moved on."""
    times: list[datetime] = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: times[0])

    def move(by: timedelta) -> None:
        times[0] += by

    return move
