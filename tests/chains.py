"""An audit with its chain for tests: events, seals, anchors, verifying, and an attacker who owns the database."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.site import Site
from tracer import clock, db
from tracer.access import audit
from tracer.access.actor import bind
from tracer.access.system import SYSTEM
from tracer.casework import sealing
from tracer.cli.audit import check
from tracer.delivery.anchoring import Anchoring
from tracer.delivery.anchors import FileAnchors
from tracer.reporting.chain_findings import Findings

EVENT = ("id", "at", "actor_id", "actor_kind", "action", "did", "entity", "entity_id", "fields", "stamp")
SEAL = ("number", "event_id", "hash")
Rows = list[dict[str, Any]]


def place(site: Site) -> FileAnchors:
    """Where the site's anchors are."""
    return FileAnchors(site.instance / "anchors.jsonl")


def write(site: Site, count: int) -> None:
    """So many events, of several kinds, by staff and by the system."""
    for number in range(count):
        with site.acting(f"tracer{number % 4 + 1}", "case.read") if number % 3 else site.system("task.lapse") as work:
            audit.note(work, "read", "case_record", f"case-{number}")


def seal(site: Site, most: int = sealing.BATCH) -> int:
    """All that can be sealed now."""
    done = 0
    while some := seal_some(most):
        done += some
    return done


def seal_some(most: int = sealing.BATCH) -> int:
    """One batch, in a session of its own."""
    session = db.new_session("system")
    try:
        bind(session, SYSTEM)
        with db.transaction("routine.seal", session):
            return sealing.seal(session, clock.now(), most)
    finally:
        session.close()


def anchor(site: Site) -> None:
    """Write down where the chain ends."""
    with site.system() as session:
        tip = sealing.tip(session)
    assert Anchoring(place(site)).offer(tip, clock.now(), last=True)


def verify(site: Site) -> list[str]:
    """What `audit verify` finds wrong."""
    found: list[str] = []
    findings = Findings(found.append)
    session = db.new_session("system")
    try:
        bind(session, SYSTEM)
        check(session, place(site), findings)
    finally:
        session.close()
    assert len(found) == findings.count
    return found


class Attacker:
    """Somebody who owns the database: reads both tables, puts others in their place, and leaves no trace of it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.postgresql = self.url.get_backend_name() == "postgresql"
        self.connection: Any = self._connect()

    def _connect(self) -> Any:
        if self.postgresql:
            return psycopg.connect(self.url.set(drivername="postgresql").render_as_string(hide_password=False))
        connection = sqlite3.connect(Path(str(self.url.database)), timeout=60)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    def close(self) -> None:
        """Go away."""
        self.connection.close()

    def read(self) -> tuple[Rows, Rows]:
        """Events and seals as the database holds them."""
        found = []
        for table, names in (("audit_event", EVENT), ("audit_seal", SEAL)):
            rows = self.connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1").fetchall()
            found.append([dict(zip(names, row, strict=True)) for row in rows])
        self.connection.commit()
        return found[0], found[1]

    def put(self, events: Rows, seals: Rows) -> None:
        """These instead of what is there."""
        with self.unguarded():
            for table, names, rows in (("audit_event", EVENT, events), ("audit_seal", SEAL, seals)):
                self.connection.execute(f"DELETE FROM {table}")
                self._insert(table, names, rows)

    def _insert(self, table: str, names: tuple[str, ...], rows: Rows) -> None:
        mark = "%s" if self.postgresql else "?"
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(mark for _ in names)})"
        values = [[self._value(name, row[name]) for name in names] for row in rows]
        self.connection.cursor().executemany(statement, values)

    def _value(self, name: str, value: Any) -> Any:
        return json.dumps(value) if self.postgresql and name == "fields" else value

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        """With the triggers out of the way, which stand again afterwards."""
        kept = [] if self.postgresql else self._drop()
        for table in ("audit_event", "audit_seal") if self.postgresql else ():
            self.connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for statement in kept:
            self.connection.execute(statement)
        for table in ("audit_event", "audit_seal") if self.postgresql else ():
            self.connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        self.connection.commit()

    def _drop(self) -> list[str]:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        found = self.connection.execute(query).fetchall()
        for name, _ in found:
            self.connection.execute(f"DROP TRIGGER {name}")
        return [sql for _, sql in found]
