"""Giving 200,000 waiting tasks to 21,000 people, against the bare solver and a bare bulk update.

Usage: scripts/bench/allocation [TASKS] [PEOPLE]. 150 area teams under 10 regions; 7 % of the tasks need a language,
10 % a skill, a quarter is of households. Deciding: Tracer's plan (households whole, the urgent first, who spoke to them
before, what nobody must have) against OR-tools over classes and ids dealt out in turn. Writing: the hold, assignment
and audit of each against one UPDATE of as many rows. Each in turn, medians. Goals: 2 and 2; memory under 1 GB.
"""

import random
import resource
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from own_database import own_database
from sqlalchemy import select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the test organisation, after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db, needs  # noqa: E402
from tracer.access import logins  # noqa: E402
from tracer.access.bulk import insert_rows  # noqa: E402
from tracer.allocation import Hand, Plan, Work, flow, plan  # noqa: E402
from tracer.allocation.crews import crews_of  # noqa: E402
from tracer.allocation.flow import Demand  # noqa: E402
from tracer.casework import allocation_sight, allocation_write, scripts, teams  # noqa: E402
from tracer.ids import new_id  # noqa: E402
from tracer.models import Grace, Role, Staff, Task, Team, urgency  # noqa: E402

GOAL, ROUNDS, REGIONS, AREAS = 2.0, 3, 10, 150
LANGUAGES, SKILLS = ("pl", "ur", "ro", "pa", "bn", "cy"), ("clinical", "complex settings", "speaking with children")


def fill(session: Session, tasks: int, people: int) -> None:
    """The teams, the people and what waits."""
    now, chance = clock.now(), random.Random(7)
    top = session.scalars(select(Team).where(Team.parent_id.is_(None))).one()
    regions = [teams.add(session, f"Region {n}", top) for n in range(REGIONS)]
    areas = [teams.add(session, f"Area {n}", regions[n % REGIONS]).id for n in range(AREAS)]
    session.flush()
    admin = world.account(session, "admin")
    staff, graces = [], []
    for number in range(people):
        one = {"id": new_id(), "version": 1, "epoch": 1, "email": f"bench{number}@demo.example", "role": Role.TRACER}
        one |= {"given_name": "Bench", "family_name": "Example", "team_id": chance.choice(areas), "created_at": now}
        one |= {"skills": [s for s in SKILLS if chance.random() < 0.2], "capacity": chance.choice((8, 10, 12))}
        staff.append(one | {"languages": [code for code in LANGUAGES if chance.random() < 0.05]})
        grace = {
            "id": new_id(),
            "version": 1,
            "staff_id": one["id"],
            "given_by_id": admin.id,
            "reason": "bench",
            "from_at": now,
        }
        graces.append(grace | {"until_at": now + timedelta(days=1)})
    insert_rows(session, Staff, staff)
    insert_rows(session, Grace, graces)
    insert_rows(session, Task, list(_tasks(tasks, areas, chance, now)))


def _tasks(count: int, areas: list[UUID], chance: random.Random, now: datetime) -> Any:
    made = 0
    while made < count:
        area, home = chance.choice(areas), uuid4().bytes * 2
        for _ in range(min(count - made, chance.choice((1,) * 14 + (2, 2, 3, 4)))):
            made += 1
            skill = chance.choice(SKILLS) if chance.random() < 0.1 else None
            language = chance.choice(LANGUAGES) if chance.random() < 0.07 else "en"
            due, points = now + timedelta(minutes=chance.randrange(2880)), chance.randrange(100)
            one = {"id": new_id(), "version": 1, "kind": "interview", "state": "waiting", "disease": "covid-19"}
            one |= {"household_key": home, "skill": skill, "language": language, "need": needs.need(skill, language)}
            one |= {"pool_id": area, "team_id": area, "priority": points, "due_at": due, "reasons": []}
            yield one | {"urgent_at": urgency(due, points), "callback": False, "attempts": 0, "created_at": now}


def bare_plan(works: list[Work], hands: list[Hand]) -> int:
    """Classes, the same solver, and ids dealt out in turn; returns how many."""
    crews = crews_of(hands)
    by_pool: dict[UUID, list[int]] = defaultdict(list)
    for number, crew in enumerate(crews):
        for pool in crew.pools:
            by_pool[pool].append(number)
    kinds: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for work in works:
        kinds[work.pool, work.need].append(work.id)
    demands = [
        Demand([len(ids)], [n for n in by_pool[pool] if need in crews[n].needs]) for (pool, need), ids in kinds.items()
    ]
    shares = flow.amounts(demands, [crew.tenths() for crew in crews])
    given: dict[UUID, list[UUID]] = defaultdict(list)
    turns = [0] * len(crews)
    for ids, share in zip(kinds.values(), shares, strict=True):
        for number, units in share.items():
            people = crews[number].hands
            for _ in range(units):
                given[people[turns[number] % len(people)].id].append(ids.pop())
                turns[number] += 1
    return sum(map(len, given.values()))


def timed(what: Any, *given: Any) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    found = what(*given)
    return time.perf_counter() - started, found


def decide(works: list[Work], hands: list[Hand]) -> tuple[float, Plan]:
    """The ratio of deciding, and the plan."""
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS + 1):
        spent, most = timed(bare_plan, works, [replace(one) for one in hands])
        bare.append(spent)
        people = [replace(one) for one in hands]
        spent, made = timed(plan, works, people)
        ours.append(spent)
    a, b = statistics.median(ours[1:]), statistics.median(bare[1:])
    loads = [one.held / one.capacity for one in people]
    print(
        f"decided: {len(made.placed):,} of {len(works):,} placed in {a:.2f} s, bare {most:,} in {b:.2f} s: {a / b:.2f}"
    )
    print(f"  load of each for what they take: sd {statistics.pstdev(loads):.3f}, least {min(loads):.2f}")
    return a / b, made


_UPDATE = """UPDATE task SET state = 'held', holder_id = given.holder, held_until = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:holders AS uuid[])) AS given(id, holder) WHERE task.id = given.id"""


def write(site: Site, made: Plan, hands: list[Hand]) -> float:
    """The ratio of writing, each side undone afterwards."""
    by_id, ours, bare = {one.id: one for one in hands}, list[float](), list[float]()
    given = {"ids": [one.task for one in made.placed], "holders": [one.to for one in made.placed]}
    for _ in range(ROUNDS):
        for side in (bare, ours):
            with db.engine("system").connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM task"))
            with site.system("allocation.carry_out") as session:
                if side is bare:
                    spent, _ = timed(session.connection().execute, text(_UPDATE), given)
                else:
                    spent, moved = timed(allocation_write.write, session, made.placed, by_id, clock.now())
                side.append(spent)
                session.rollback()
    a, b = statistics.median(ours), statistics.median(bare)
    print(f"written: {moved:,} in {a:.2f} s, the bare update in {b:.2f} s: {a / b:.2f}")
    return a / b


def run(folder: Path, url: str, tasks: int, people: int) -> list[float]:
    """Set up, decide, write."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        fill(session, tasks, people)
    with db.engine("system").connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    with site.system() as session:
        ids = list(session.scalars(select(Team.id)))
        spent, works = timed(allocation_sight.works, session, ids, clock.now())
        more, hands = timed(allocation_sight.hands, session, ids, clock.now())
    print(f"read: {len(works):,} tasks in {spent:.2f} s, {len(hands):,} people in {more:.2f} s", flush=True)
    decided, made = decide(works, hands)
    ratios = [decided, write(site, made, hands)]
    db.dispose()
    return ratios


def main() -> None:
    """Run it on a database of its own."""
    tasks, people = (int(one) for one in [*sys.argv[1:3], *("200000", "21000")[len(sys.argv) - 1 :]])
    with own_database() as (folder, url):
        worst = max(run(folder, url, tasks, people))
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(f"allocation: ratio {worst:.2f}, goal {GOAL}, {'met' if worst <= GOAL else 'short'}")


if __name__ == "__main__":
    main()
