"""The watch's job on PostgreSQL, in events a second, against bare reading of the same rows.

Usage: scripts/bench/watch [EVENTS]. 400 tracers hold 20 cases each; their reads, reveals and attempts are on record
as in work; then the job judges them all, and a plain loop reads the same rows in the same portions.
"""

import sys
import time
from datetime import UTC, timedelta
from pathlib import Path

from own_database import own_database
from sqlalchemy import select, text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import logins  # noqa: E402
from tracer.access.bulk import insert_rows  # noqa: E402
from tracer.casework import cases, people, scripts, watch  # noqa: E402
from tracer.ids import new_id  # noqa: E402
from tracer.models import Assignment, AuditEvent, Case, How, Person, Role, Staff, Task, TaskState  # noqa: E402
from tracer.schemas.identity import Identity  # noqa: E402

TRACERS, HELD = 400, 20


def fill(site: Site) -> list[tuple[object, object, object]]:
    """Tracers who hold cases; (staff, person, task) of each."""
    now, held = clock.now() - timedelta(days=2), []
    rows: dict[type, list[dict[str, object]]] = {Staff: [], Person: [], Case: [], Task: [], Assignment: []}
    with site.system() as session:
        world.organise(session, now)
        scripts.publish_shipped(session, now)
        team = world.account(session, "tracer1").team_id
        assert team is not None
        for number in range(TRACERS):
            who = new_id()
            names = {"email": f"t{number}@example.com", "given_name": "A", "family_name": f"B{number}"}
            place = {"role": Role.TRACER, "team_id": team, "epoch": 1, "created_at": now}
            rows[Staff].append({"id": who, "version": 1, **names, **place})
            for one in range(HELD):
                person = people.values(Identity("A", f"C{number}x{one}"), now, area="LS6")
                case, task = cases.opening(
                    person["id"], disease="covid-19", specimen_date=now.date(), pool_id=team, now=now, area="LS6"
                )
                task.update(state=TaskState.HELD, holder_id=who, held_until=now + timedelta(days=9))
                rows[Person].append(person)
                rows[Case].append(case)
                rows[Task].append(task)
                rows[Assignment].append(
                    {"id": new_id(), "task_id": task["id"], "staff_id": who, "how": How.CLAIMED, "from_at": now}
                )
                held.append((who, person["id"], task["id"]))
        for model, values in rows.items():
            insert_rows(session, model, values)
    return held


def happen(site: Site, held: list[tuple[object, object, object]], events: int) -> None:
    """Read, reveal, work, of each in turn, as the audit has them."""
    shared = {"actor_kind": "tracer"}
    kinds = (
        {"action": "case.read", "did": "read", "entity": "person", "fields": ["identity"]},
        {"action": "identity.reveal", "did": "read", "entity": "person", "fields": ["phone"]},
        {"action": "attempt.record", "did": "changed", "entity": "task", "fields": ["attempts"]},
    )
    yesterday = clock.london(clock.now() - timedelta(days=1))
    began, rows = yesterday.replace(hour=9, minute=0).astimezone(UTC), []
    for number in range(events):
        # All tracers at once: neighbours in the audit are of different people.
        who, person, task = held[(number // 3 % TRACERS) * HELD + number // 3 // TRACERS % HELD]
        about = task if number % 3 == 2 else person
        at = began + timedelta(seconds=7000 * number / events)
        rows.append({**shared, **kinds[number % 3], "at": at, "actor_id": who, "entity_id": str(about)})
    with site.system() as session:
        insert_rows(session, AuditEvent, rows)
    with db.engine("system").begin() as connection:
        connection.execute(text("ANALYZE"))


def judged(site: Site) -> float:
    """The job until it has nothing left; events a second."""
    count, started = 0, time.perf_counter()
    while True:
        with site.system("routine.watch") as session:
            done = watch.look(session, clock.now())
        count += done
        if done < watch.MOST:
            return count / (time.perf_counter() - started)


def bare(site: Site, since: int) -> float:
    """Reading the same rows and no more; events a second."""
    count, last, started = 0, since, time.perf_counter()
    columns = AuditEvent.__table__.c
    while True:
        with site.system() as session:
            query = select(*columns).where(columns.id > last).order_by(columns.id).limit(watch.MOST)
            rows = session.execute(query).all()
        if not rows:
            return count / (time.perf_counter() - started)
        count, last = count + len(rows), rows[-1].id


def main() -> None:
    """Run it."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with own_database() as (folder, url):
        site = Site(folder, url)
        logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
        held = fill(site)
        judged(site)
        with db.engine("system").connect() as connection:
            since = connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM audit_event")).scalar_one()
        happen(site, held, events)
        plain, job = bare(site, since), judged(site)
        db.dispose()
    need = 21_000 * 120 / (12 * 3600)
    print(f"{events:,} events: read bare {plain:,.0f}/s, judged {job:,.0f}/s; 21,000 people make some {need:.0f}/s")
    print(f"watch: ratio {job / plain:.3f} of bare reading, {job / need:.0f} times what a shift needs")


if __name__ == "__main__":
    main()
