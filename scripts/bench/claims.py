"""Taking the next task of a million with many claimers, against the barest statement that takes one.

Usage: scripts/bench/claims [TASKS] [CLAIMERS...] (1,000,000; 16 and 64). Both sides are threads of two processes, each
with a connection of its own, on the same table, in turn. The bare side is one UPDATE with SKIP LOCKED and a commit, by
psycopg. Tracer's is the whole verb as the page calls it: the web's login under the policies, the rules, the household,
the assignment, the audit. A third side, `recorded`, is the bare one with the two rows that a claim leaves behind: what
is lost between it and the bare one nobody can win back. Between the rounds the table is vacuumed, as autovacuum would.
Goal: 60 % of the bare rate.
"""

import multiprocessing
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from own_database import own_database
from pages import fill
from sqlalchemy import text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the test organisation, after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import logins  # noqa: E402
from tracer.access.actor import Actor, bind  # noqa: E402
from tracer.casework import claims, scripts  # noqa: E402

GOAL, SECONDS, ROUNDS, PROCESSES = 0.6, 6.0, 3, 2
_BARE = """UPDATE task SET state = 'held', holder_id = %s WHERE id = (SELECT id FROM task WHERE state = 'waiting'
    AND team_id = %s AND need = '' ORDER BY urgent_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"""

_ASSIGNMENT = """INSERT INTO assignment (id, task_id, staff_id, how, by_id, from_at)
    VALUES (gen_random_uuid(), %s, %s, 'claimed', %s, now())"""
_EVENT = """INSERT INTO audit_event (at, actor_id, actor_kind, action, did, entity, entity_id, fields, stamp)
    VALUES (now(), %s, 'tracer', 'task.claim', 'changed', 'task', %s, '["holder_id"]', %s)"""


def bare(url: str, actor: Actor) -> Iterator[None]:
    """One claimer of the bare side: a claim at each step."""
    with psycopg.connect(url.replace("+psycopg", "")) as line:
        while True:
            line.execute(_BARE, (actor.id, actor.team_id), prepare=True)
            line.commit()
            yield


def recorded(url: str, actor: Actor) -> Iterator[None]:
    """One claimer of the bare side that also writes what has to be on record: who holds it, and that it changed."""
    with psycopg.connect(url.replace("+psycopg", "")) as line:
        while True:
            taken = line.execute(_BARE, (actor.id, actor.team_id), prepare=True).fetchone()
            if taken is not None:
                line.execute(_ASSIGNMENT, (taken[0], actor.id, actor.id), prepare=True)
                line.execute(_EVENT, (actor.id, str(taken[0]), os.urandom(32)), prepare=True)
            line.commit()
            yield


def ours(_: str, actor: Actor) -> Iterator[None]:
    """One claimer by the verb: a claim at each step."""
    session = db.new_session()
    bind(session, actor)
    while True:
        with db.transaction("task.claim", session):
            claims.claim_next(session, clock.now())
        session.expunge_all()
        yield


def claim(claimer: Iterator[None], ready: threading.Barrier, times: list[float]) -> None:
    """Claim for so many seconds, once every claimer is connected and has claimed once."""
    next(claimer)
    ready.wait()
    until = time.monotonic() + SECONDS
    while (started := time.monotonic()) < until:
        next(claimer)
        times.append(time.monotonic() - started)


def process(side: str, environ: dict[str, str], url: str, actor: Actor, threads: int, results: object) -> None:
    """Half of the claimers."""
    if side == "ours":
        Site(Path(environ["TRACER_INSTANCE"]), url)
        db._engines["web"].pool._max_overflow = threads  # type: ignore[attr-defined]
    times: list[list[float]] = [[] for _ in range(threads)]
    ready, run = threading.Barrier(threads), {"bare": bare, "recorded": recorded, "ours": ours}[side]
    all_of_them = [threading.Thread(target=claim, args=(run(url, actor), ready, one)) for one in times]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()
    results.put([time for one in times for time in one])  # type: ignore[attr-defined]


def measure(side: str, site: Site, actor: Actor, claimers: int) -> list[float]:
    """The time of each claim."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    given = (side, site.environ, site.url, actor, claimers // PROCESSES, results)
    both = [context.Process(target=process, args=given) for _ in range(PROCESSES)]
    for one in both:
        one.start()
    times = [time for _ in both for time in results.get()]
    for one in both:
        one.join()
    return times


def run(folder: Path, url: str, count: int, several: list[int]) -> float:
    """Set up, fill, claim; the worst ratio."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        row = world.account(session, "tracer1")
        actor = Actor(row.id, row.role.value, row.name, row.role, row.team_id)
    fill(site, count)
    worst = 10.0
    print(f"{'claimers':>9}{'side':>9}{'claims/s':>10}{'p50 ms':>9}{'p99 ms':>9}", flush=True)
    for claimers in several:
        rates: dict[str, list[float]] = {"bare": [], "recorded": [], "ours": []}
        for _ in range(ROUNDS):
            for side, found in rates.items():
                with db.engine("system").connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM task"))
                times = sorted(measure(side, site, actor, claimers))
                found.append(len(times) / SECONDS)
                p50, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
                print(f"{claimers:>9}{side:>9}{found[-1]:>10,.0f}{p50:>9.1f}{p99:>9.1f}", flush=True)
        middle = {side: statistics.median(found) for side, found in rates.items()}
        worst = min(worst, middle["ours"] / middle["bare"])
        share = middle["recorded"] / middle["bare"]
        print(f"  of the bare rate: {share:.2f} with what is on record, Tracer {worst:.2f}")
    db.dispose()
    return worst


def main() -> None:
    """Run it on a database of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    several = [int(one) for one in sys.argv[2:]] or [16, 64]
    with own_database() as (folder, url):
        worst = run(folder, url, count, several)
    print(f"claims: ratio {worst:.2f}, goal {GOAL}, {'met' if worst >= GOAL else 'short'}")


if __name__ == "__main__":
    main()
