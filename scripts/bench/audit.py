"""Sealing and verifying a million events of the audit, against a bare SELECT and SHA-256 over the same rows.

Usage: scripts/bench/audit [EVENTS]. Sets up a PostgreSQL of its own (or uses TRACER_TEST_DATABASE_URL). The bare
loop reads every column by psycopg through a server-side cursor, in pages as large as ours, and hashes the text of
each row together with the hash before it: what any chain costs at the least.
"""

import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import chains, world  # noqa: E402 - after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import audit, bulk, logins  # noqa: E402
from tracer.models import AuditEvent  # noqa: E402

_AT_ONCE = 10_000


def fill(site: Site, count: int) -> None:
    """So many events, as an intake would write them."""
    for start in range(0, count, _AT_ONCE):
        with site.system("bench.fill") as session:
            rows = [
                audit.event_row(session, "read", "case_record", uuid4(), ["identity"])
                for _ in range(min(_AT_ONCE, count - start))
            ]
            bulk.insert_rows(session, AuditEvent, rows)


def bare(url: str) -> int:
    """SELECT and SHA-256, and nothing else."""
    before, count = bytes(32), 0
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor("bare") as cursor:
        cursor.itersize = 5000
        cursor.execute("SELECT * FROM audit_event ORDER BY id")
        for row in cursor:
            before = hashlib.sha256(before + repr(row).encode()).digest()
            count += 1
    return count


def timed(what: str, work: Callable[[], int]) -> float:
    """Events a second."""
    started = time.monotonic()
    count = work()
    rate = count / (time.monotonic() - started)
    print(f"{what:<28} {count:>10,} events  {rate:>10,.0f} a second  peak {_peak():>4} MB", flush=True)
    return rate


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def verified(site: Site, count: int) -> int:
    """`audit verify`, which must find nothing."""
    found = chains.verify(site)
    assert found == [], found
    return count


def measure(site: Site, url: str, count: int) -> None:
    """Both sides in turn, over the same rows in the same run."""
    timed("written", lambda: (fill(site, count), count)[1])
    with db.engine("system").connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE audit_event"))
    floor = [timed("bare SELECT and SHA-256", lambda: bare(url))]
    seal = timed("sealed", lambda: chains.seal(site))
    chains.anchor(site)
    floor.append(timed("bare SELECT and SHA-256", lambda: bare(url)))
    verify = timed("verified", lambda: verified(site, count))
    floor.append(timed("bare SELECT and SHA-256", lambda: bare(url)))
    middle = sorted(floor)[1]
    print(f"sealing {seal / middle:.2f}, verifying {verify / middle:.2f} of the bare rate ({middle:,.0f} a second)")


def main() -> None:
    """Run it on a database of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    base = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    admin, name = create_engine(base, isolation_level="AUTOCOMMIT"), f"tracer_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    with tempfile.TemporaryDirectory() as folder:
        url = base.set(database=name).render_as_string(hide_password=False)
        site = Site(Path(folder), url)
        logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
        with site.system("bench.organise") as session:
            world.organise(session, clock.now())
        try:
            measure(site, url, count)
        finally:
            db.dispose()
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


if __name__ == "__main__":
    main()
