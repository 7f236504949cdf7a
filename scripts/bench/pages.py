"""Tracer's home and case page with a million cases present, against a bare Flask and SQLAlchemy page.

Usage: scripts/bench/pages [CASES]. Sets up a PostgreSQL of its own (or uses TRACER_TEST_DATABASE_URL), runs
both servers under the same gunicorn, asks each in turn with 8 clients, and prints a table. The clients ask as 40
tracers in turn, each with work of their own: the limit on what one person is shown in an hour counts what they read,
and nobody reads thousands of pages a minute.
"""

import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the test organisation, after the path is set
from tests.site import Site, web_login  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import logins, password  # noqa: E402
from tracer.access import session as sign_ins  # noqa: E402
from tracer.casework import contacts, scripts  # noqa: E402
from tracer.casework.contacts import Named  # noqa: E402
from tracer.models import Role, Staff  # noqa: E402
from tracer.schemas.identity import Identity  # noqa: E402

GOAL, CLIENTS, SECONDS, ROUNDS, TRACERS = 0.5, 8, 4.0, 5, 40
_FILL = (
    """INSERT INTO person (id, version, sealed, birth_year, sex, area, language, created_at, nhs_number_key,
        phone_key, name_birth_key, address_key)
    SELECT ('10000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, '\\x00'::bytea, 1930 + n % 80, 'female',
        'LS6', 'en', now(), sha256(('n' || n)::bytea), sha256(('p' || n)::bytea), sha256(('b' || n)::bytea),
        sha256(('a' || n / 2)::bytea) FROM generate_series(1, :count) n""",
    """INSERT INTO case_record (id, version, reference, person_id, disease, specimen_date, policy_version, window_from,
        window_until, isolation_until, created_at)
    SELECT ('20000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'Z' || lpad(to_hex(n), 7, '0'),
        ('10000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'covid-19', current_date, 'bench', current_date,
        current_date, current_date, now() FROM generate_series(1, :count) n""",
    """INSERT INTO task (id, version, kind, state, disease, case_id, area, pool_id, team_id, priority, due_at,
        urgent_at, callback, attempts, created_at)
    SELECT ('30000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'interview', 'waiting', 'covid-19',
        ('20000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'LS6', :pool, :pool, n % 100,
        now() + n * interval '1 second', now() + n * interval '1 second' - n % 100 * interval '15 minutes', false, 0,
        now() FROM generate_series(1, :count) n""",
    "ANALYZE",
)


class Who(NamedTuple):
    """One who asks: their cookie, and a case of theirs with 25 rows on its page."""

    token: str
    case_id: str


def fill(site: Site, count: int) -> None:
    """`count` waiting cases: rows that nobody opens, so what is sealed in them is a byte."""
    with site.system() as session:
        pool = world.account(session, "tracer1").team_id
    with db.engine("system").begin() as connection:
        for statement in _FILL:
            started = time.monotonic()
            connection.execute(text(statement), {"count": count, "pool": pool} if ":" in statement else {})
            print(f"  {statement.split('(')[0].strip()}: {time.monotonic() - started:.0f} s", flush=True)


def give_work(site: Site, account: str = "tracer1", first_number: int = 1) -> str:
    """25 held tasks for a tracer; the first case has 25 rows on its page. Returns the case's id."""
    with site.system() as session:
        first = None
        for number in range(first_number, first_number + 25):
            case, task = world.make_case(session, number)
            world.give(session, task, account)
            first = first or case
        assert first is not None
        named = [Named(Identity(given_name=f"Friend{n}"), clock.today(), "other") for n in range(23)]
        contacts.record(first, named, Identity(), clock.now())
        return str(first.id)


def prepare(folder: Path, url: str, count: int) -> list[Who]:
    """The site with its million; returns who asks."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        team = world.account(session, "tracer1").team_id
        for number in range(TRACERS):
            names = {"email": world.address(f"bench{number}"), "given_name": f"Bench{number}", "family_name": "Example"}
            hashed = password.hash_password(world.PASSWORD)
            one = Staff(**names, role=Role.TRACER, team_id=team, password_hash=hashed, created_at=clock.now())
            session.add(one)
            session.flush()
            world.train(session, one, clock.now())
    fill(site, count)
    asking = []
    for number in range(TRACERS):
        case_id = give_work(site, f"bench{number}", 1 + 25 * number)
        token = sign_ins.sign_in(world.address(f"bench{number}"), world.PASSWORD, clock.now())
        asking.append(Who(str(token), case_id))
    db.dispose()
    return asking


def serve(target: str, environ: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """A gunicorn with two workers on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen([*command, "--no-control-socket", target], cwd=ROOT, env=environ)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    raise RuntimeError(f"{target} did not start")


def ask(port: int, path: str, asking: list[Who], seconds: float) -> list[float]:
    """Ask with 8 clients for some seconds, as one after another; the time of each answer."""
    times: list[float] = []
    stop, turn = time.monotonic() + seconds, itertools.cycle(asking)

    def client() -> None:
        while (started := time.monotonic()) < stop:
            who = next(turn)
            head = f"GET {path.format(case=who.case_id)} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: tracer={who.token}\r\n"
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(f"{head}Connection: close\r\n\r\n".encode())
                answer = b""
                while piece := line.recv(65536):
                    answer += piece
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer[:200].decode())
            times.append(time.monotonic() - started)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def compare(sides: dict[str, tuple[int, str]], asking: list[Who]) -> dict[str, float]:
    """Each side in turn, several rounds; prints the table, returns the median rate of each."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    waits: dict[str, list[float]] = {name: [] for name in sides}
    for port, path in sides.values():
        ask(port, path, asking, 3.0)
    for _ in range(ROUNDS):
        for name, (port, path) in sides.items():
            times = ask(port, path, asking, SECONDS)
            rates[name].append(len(times) / SECONDS)
            waits[name] += times
    print(f"{'page':<14}{'pages/s':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for name in sides:
        cut = statistics.quantiles(waits[name], n=100)
        print(f"{name:<14}{statistics.median(rates[name]):>10.0f}{cut[49] * 1000:>9.1f}{cut[98] * 1000:>9.1f}")
    return {name: statistics.median(found) for name, found in rates.items()}


def main() -> None:
    """Run it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    admin = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"tracer_bench_{uuid4().hex[:8]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.set(database=name).render_as_string(hide_password=False)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{count:,} cases:", flush=True)
            asking = prepare(Path(folder), url, count)
            environ = {**os.environ, "TRACER_INSTANCE": folder, "PYTHONPATH": str(ROOT / "scripts/bench")}
            logins_of = {"TRACER_DATABASE_URL": web_login(url), "TRACER_SYSTEM_DATABASE_URL": url}
            started = [
                serve("tracer.app:create_app()", environ | logins_of),
                serve("bare_page:app", environ | {"TRACER_DATABASE_URL": url}),
            ]
            servers = [process for process, _ in started]
            ours, bare = started[0][1], started[1][1]
            sides = {"bare": (bare, "/"), "home": (ours, "/caseload"), "case": (ours, "/cases/{case}")}
            rates = compare(sides, asking)
    finally:
        for process in servers:
            process.terminate()
            process.wait()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    for page in ("home", "case"):
        ratio = rates[page] / rates["bare"]
        print(f"pages ({page}): ratio {ratio:.2f}, goal {GOAL}, {'met' if ratio >= GOAL else 'short'}")


if __name__ == "__main__":
    main()
