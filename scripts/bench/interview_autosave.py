"""An autosave against a bare Flask and SQLAlchemy view that inserts one row, on the same database and server.

Usage: scripts/bench/interview_autosave. Sets up a PostgreSQL of its own (or uses TRACER_TEST_DATABASE_URL), runs both
servers under the same gunicorn, sends to each in turn with 8 clients and with one, and prints a table.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from pages import ROOT, serve
from sqlalchemy import create_engine, make_url, text

from tests import world
from tests.interviewing import TALKATIVE, begin, complete
from tests.site import Site, web_login
from tracer import clock, db
from tracer.access import logins
from tracer.casework import scripts

GOAL, CLIENTS, SECONDS, ROUNDS = 3.0, 8, 3.0, 5
COVID = ("covid-19", "index-case")
SECTION, KEY = "work", "setting_name"


def prepare(folder: Path, url: str) -> tuple[str, str, list[str]]:
    """A site with an interview half done for each client and the bare side; the sign-in, its person, the interviews."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        made = [world.make_case(session, number + 1) for number in range(CLIENTS + 1)]
        for _, task in made:
            world.give(session, task, "tracer1")
        cases, who = [case.id for case, _ in made], str(world.account(session, "tracer1").id)
    client = site.browser("tracer1")
    found = []
    for case in cases:
        interview = begin(client, f"/cases/{case}")
        complete(client, interview, COVID, TALKATIVE | {"setting": "care_home"}, until="close")
        found.append(interview)
    cookie = client.get_cookie("tracer")
    assert cookie is not None
    db.dispose()
    return cookie.value, who, found


def forms(port: int, token: str, interview: str) -> tuple[str, str]:
    """The cookies and the forgery token of a page, as a browser has them."""
    head, body = exchange(port, f"GET {interview}/{SECTION} HTTP/1.1", f"tracer={token}", "", None)
    cookies = [f"tracer={token}", *re.findall(r"Set-Cookie: ([^;]+)", head)]
    found = re.search(r'name="csrf_token" value="([^"]+)"', body)
    assert found is not None, head
    return "; ".join(cookies), found[1]


def exchange(port: int, line: str, cookies: str, forgery: str, content: object) -> tuple[str, str]:
    """One request and its answer; RuntimeError for any but 200."""
    body = b"" if content is None else json.dumps(content).encode()
    head = f"{line}\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nX-CSRFToken: {forgery}\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(head.encode() + body)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer[:400].decode())
    said, _, rest = answer.decode().partition("\r\n\r\n")
    return said, rest


class Typist:
    """Somebody who types: each save is another answer to one question."""

    def __init__(self, port: int, token: str, who: str, interview: str, *, bare: bool) -> None:
        self.port, self.who, self.interview, self.bare = port, who, interview, bare
        self.page, self.seq, self.known, self.last = str(uuid4()), 0, 0, 0
        self.cookies, self.forgery = ("", "") if bare else forms(port, token, interview)

    def save(self) -> None:
        """Once."""
        self.seq += 1
        value = f"Greenfields {self.seq} {self.page[:6]}"
        if self.bare:
            sent = {"interview": self.interview.rpartition("/")[2], "who": self.who, "key": KEY, "value": value}
            exchange(self.port, "POST / HTTP/1.1", "", "", sent)
            return
        change = {"key": KEY, "value": value, "known": self.known, "seq": self.seq, "unsure": False}
        seen = {"page": self.page, "who": self.who, "section": SECTION, "since": self.last}
        sent = {**seen, "changes": [change]}
        said = json.loads(
            exchange(self.port, f"POST {self.interview}/answers HTTP/1.1", self.cookies, self.forgery, sent)[1]
        )
        self.last, self.known = said["last"], said["fields"][KEY]["known"]


def type_(typists: list[Typist], seconds: float) -> list[float]:
    """All of them for some seconds; the time of each save."""
    times: list[float] = []
    stop = time.monotonic() + seconds

    def work(typist: Typist) -> None:
        while (started := time.monotonic()) < stop:
            typist.save()
            times.append(time.monotonic() - started)

    threads = [threading.Thread(target=work, args=(one,)) for one in typists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def compare(sides: dict[str, list[Typist]]) -> dict[str, float]:
    """Each side in turn, several rounds; prints the table, returns the mean time of each."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for typists in sides.values():
        type_(typists, 1.5)
    for _ in range(ROUNDS):
        for name, typists in sides.items():
            found = type_(typists, SECONDS)
            times[name] += found
            rates[name].append(len(found) / SECONDS)
    for name in sides:
        cut = statistics.quantiles(times[name], n=100)
        clients = len(sides[name])
        print(
            f"{name:<12}{clients:>8}{statistics.median(rates[name]):>10.0f}{cut[49] * 1000:>9.2f}{cut[98] * 1000:>9.2f}"
        )
    return {name: 1 / statistics.median(found) for name, found in rates.items()}


def main() -> None:
    """Run it."""
    admin = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"tracer_bench_{uuid4().hex[:8]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.set(database=name).render_as_string(hide_password=False)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            token, who, interviews = prepare(Path(folder), url)
            environ = {**os.environ, "TRACER_INSTANCE": folder, "PYTHONPATH": str(ROOT / "scripts/bench")}
            login = {"TRACER_DATABASE_URL": web_login(url), "TRACER_SYSTEM_DATABASE_URL": url}
            started = [
                serve("tracer.app:create_app()", environ | login),
                serve("bare_insert:app", environ | {"TRACER_DATABASE_URL": url}),
            ]
            servers = [process for process, _ in started]
            ours = [Typist(started[0][1], token, who, one, bare=False) for one in interviews[:-1]]
            bare = [Typist(started[1][1], token, who, interviews[-1], bare=True) for _ in ours]
            print(f"{'':<12}{'clients':>8}{'saves/s':>10}{'p50 ms':>9}{'p99 ms':>9}")
            many = compare({"bare": bare, "autosave": ours})
            one = compare({"bare": bare[:1], "autosave": ours[:1]})
    finally:
        for process in servers:
            process.terminate()
            process.wait()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    for clients, took in ((CLIENTS, many), (1, one)):
        ratio = took["autosave"] / took["bare"]
        said = f"{CLIENTS} clients" if clients > 1 else "1 client"
        print(
            f"interview (autosave, {said}): ratio {ratio:.2f}, goal {GOAL:.0f}, {'met' if ratio <= GOAL else 'short'}"
        )


if __name__ == "__main__":
    main()
