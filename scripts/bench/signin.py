"""A shift's start: everybody signs in at once, through the real server, each with an account of their own.

Usage: scripts/bench/signin [SIGN-INS] (21,000). Everybody fetches the form; then all post it at once, which is the
signing in; then each fetches their first page, as a browser does: cookies, forgery token, redirect. The posts are
compared with the bare rate of argon2 at the same settings in as many processes as the server has, before and after in
the same run (the machine may be busy, and this client and the database work on the same cores). The rate with the form
before and the page after is said too. Every write is durable.
"""

import http.client
import multiprocessing
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from pages import ROOT, serve
from sqlalchemy import create_engine, insert, make_url, text

sys.path.insert(0, str(ROOT))

from tests import world
from tests.site import Site
from tracer import clock, db
from tracer.access import logins, password
from tracer.casework import scripts
from tracer.ids import new_id
from tracer.models import Role, Staff

GOAL, CLIENTS, PROCESSES = 0.8, 16, 2
BARE_SECONDS = 5.0
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


def verify_for(seconds: float) -> tuple[int, float]:
    """How many passwords one process verifies in so many seconds, doing nothing else; and processor time for each."""
    hashed, done, until = password.hash_password(world.PASSWORD), 0, time.monotonic() + seconds
    spent = time.process_time()
    while time.monotonic() < until:
        password.matches(hashed, world.PASSWORD)
        done += 1
    return done, (time.process_time() - spent) / done


def bare_rate() -> float:
    """Verifications a second, in as many processes as the server has."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(verify_for, [0.1] * PROCESSES))
        found = list(pool.map(verify_for, [BARE_SECONDS] * PROCESSES))
    print(f"argon2 alone: processor time {statistics.mean(each for _, each in found) * 1000:.1f} ms each", flush=True)
    return sum(done for done, _ in found) / BARE_SECONDS


def prepare(folder: Path, url: str, count: int) -> dict[str, str]:
    """The organisation, and so many tracers; they share one hash, for the set-up's sake. Returns the settings."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        team = world.account(session, "tracer1").team_id
    same = {"family_name": "Example", "role": Role.TRACER, "team_id": team, "epoch": 1, "version": 1}
    same |= {"password_hash": password.hash_password(world.PASSWORD), "created_at": clock.now()}
    rows = [
        {"id": new_id(), "email": f"bench{n}@demo.example", "given_name": f"Bench{n}", **same} for n in range(count)
    ]
    with db.engine("system").begin() as connection:
        connection.execute(insert(Staff), rows)
        connection.execute(text("ANALYZE"))
    db.dispose()
    return site.environ


class Browser:
    """One person at their browser."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, dict[str, str]()
        self._form, self._where = dict[str, str](), ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body, and where it leads."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        body = answer.read()
        for given in answer.headers.get_all("Set-Cookie", ()):
            self._cookies |= {name: part.value for name, part in SimpleCookie(given).items()}
        line.close()
        return answer.status, body, answer.headers.get("Location", "")

    def form(self, number: int) -> str:
        """The form; what came of it in a word."""
        status, body, _ = self.ask("GET", "/sign-in")
        token = _TOKEN.search(body)
        if status != 200 or not token:
            return f"form {status}"
        email = f"bench{number}@demo.example"
        self._form = {"csrf_token": token[1].decode(), "email": email, "password": world.PASSWORD}
        return "served"

    def sign_in(self, _: int) -> str:
        """The password."""
        status, _body, self._where = self.ask("POST", "/sign-in", self._form)
        return "served" if status == 302 else f"password {status}"

    def first_page(self, number: int) -> str:
        """What they work from."""
        status, where = 302, self._where
        while status == 302:
            status, body, where = self.ask("GET", where)
        return "served" if status == 200 and f"Bench{number} ".encode() in body else f"page {status}"


Step = Callable[[Browser, int], str]


def everybody(browsers: list[Browser], step: Step) -> tuple[Counter[str], list[float], float]:
    """One step of all of them, from several clients at once: what came of it, each one's time, and in all."""
    numbers, said, times = iter(range(len(browsers))), Counter[str](), list[float]()
    lock, began = threading.Lock(), time.monotonic()

    def client() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            started = time.monotonic()
            try:
                came = step(browsers[number], number)
            except OSError as error:
                came = type(error).__name__
            with lock:
                said[came] += 1
                times.append(time.monotonic() - started)
                if len(times) % 1000 == 0:
                    print(f"{len(times):,} of {len(browsers):,}", file=sys.stderr, flush=True)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said, times, time.monotonic() - began


class Spent(NamedTuple):
    """Processor time so far, in seconds: of the server's workers, of this client, of the database."""

    server: float
    client: float
    database: float

    @classmethod
    def until_now(cls, server: int) -> "Spent":
        """As the system counts it."""
        database = sum(seconds_of(place) for place in Path("/proc").glob("[0-9]*") if is_database(place))
        return cls(sum(float(one["seconds"]) for one in children(server)), time.process_time(), database)

    def since(self, before: "Spent", count: int) -> str:
        """For each of so many, in words."""
        each = [(now - then) / count * 1000 for now, then in zip(self, before, strict=True)]
        return ", ".join(f"{name} {ms:.1f} ms" for name, ms in zip(self._fields, each, strict=True))


def is_database(place: Path) -> bool:
    """Whether a process is PostgreSQL's."""
    try:
        return (place / "comm").read_text().startswith("postgres")
    except OSError:
        return False


def seconds_of(place: Path) -> float:
    """What a process has used; 0 for one that ended meanwhile."""
    try:
        return sum(map(int, (place / "stat").read_text().rpartition(") ")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def children(parent: int) -> list[dict[str, str]]:
    """What the system says of each worker."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            lines = (place / "status").read_text().splitlines()
            said = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        except OSError:
            continue  # it ended meanwhile
        if int(said["PPid"]) == parent:
            found.append(said | {"seconds": str(seconds_of(place))})
    return found


def main() -> None:
    """Run it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 21_000
    admin = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"tracer_signin_{uuid4().hex[:8]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url, process = admin.set(database=name).render_as_string(hide_password=False), None
    try:
        with tempfile.TemporaryDirectory() as folder:
            environ = os.environ | prepare(Path(folder), url, count)
            before = bare_rate()
            process, port = serve("tracer.app:create_app()", environ)
            browsers = [Browser(port) for _ in range(count)]
            found, spent = [], list[Spent]()
            for step in (Browser.form, Browser.sign_in, Browser.first_page):
                spent.append(Spent.until_now(process.pid))
                found.append(everybody(browsers, step))
            spent.append(Spent.until_now(process.pid))
            workers = children(process.pid)
            process.terminate()
            process.wait()
            after = bare_rate()
    finally:
        if process is not None:
            process.kill()
            process.wait()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    print(f"processor time of a sign-in: {spent[2].since(spent[1], count)}")
    report(found, (before, after), workers)


def report(
    found: list[tuple[Counter[str], list[float], float]], bare: tuple[float, float], workers: list[dict[str, str]]
) -> None:
    """The figures."""
    count = len(found[0][1])
    held = [int(one["VmHWM"].split()[0]) // 1024 for one in workers]
    spent = sum(float(one["seconds"]) for one in workers) / count
    for name, (said, times, took) in zip(("the form", "signing in", "first page"), found, strict=True):
        cut = statistics.quantiles(times, n=100)
        print(
            f"{name:<11} {dict(said)} {count / took:7.1f}/s; p50 {cut[49] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms "
            f"with {CLIENTS} at once"
        )
    print(f"workers at most {held} MB; their processor time {spent * 1000:.1f} ms for all three")
    print(f"argon2 alone in {PROCESSES} processes: {bare[0]:.1f}/s before, {bare[1]:.1f}/s after")
    reference = statistics.mean(bare)
    whole = count / sum(took for *_, took in found) / reference
    ratio = count / found[1][2] / reference
    met = ratio >= GOAL and all(set(said) == {"served"} for said, *_ in found)
    print(f"with the form before and the page after: ratio {whole:.2f}")
    print(f"signin: ratio {ratio:.2f}, goal {GOAL}, {'met' if met else 'short'}")


if __name__ == "__main__":
    main()
