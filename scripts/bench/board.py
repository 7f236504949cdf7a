"""The supervisor's board of a lead over 1,000 people, under the row policies, against the same counts in plain SQL.

Usage: scripts/bench/board [TASKS] (100,000 by default). One side is what the page asks, through the app's session, its
rules and the web's login. The other is the aggregates alone, as one would type them, under the owner's login, which no
policy binds: no names, no rules, no objects. Both in turn, medians of the rounds. Goal: twice the plain time at most.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from own_database import own_database
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the test organisation, after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import logins  # noqa: E402
from tracer.access.actor import Actor, bind  # noqa: E402
from tracer.casework import scripts, teams  # noqa: E402
from tracer.ids import new_id  # noqa: E402
from tracer.models import Completion, Role, Staff, Team  # noqa: E402
from tracer.reporting import board, open_work, pools  # noqa: E402

GOAL, ROUNDS, TEAMS, PEOPLE = 2.0, 9, 40, 1000
_IDS = "('{0}0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_PERSON, _CASE, _TASK = (_IDS.format(digit) for digit in "123")
_FILL = (
    f"""INSERT INTO person (id, version, sealed, birth_year, sex, area, language, created_at, nhs_number_key,
        phone_key, name_birth_key, address_key)
    SELECT {_PERSON}, 1, '\\x00'::bytea, 1930 + n % 80, 'female', 'LS6', 'en', now(), sha256(('n' || n)::bytea),
        sha256(('p' || n)::bytea), sha256(('b' || n)::bytea), sha256(('a' || n)::bytea)
    FROM generate_series(1, :count) n""",
    f"""INSERT INTO case_record (id, version, reference, person_id, disease, specimen_date, policy_version, window_from,
        window_until, isolation_until, created_at)
    SELECT {_CASE}, 1, 'Z' || lpad(to_hex(n), 7, '0'), {_PERSON}, 'covid-19', current_date, 'bench', current_date,
        current_date, current_date, now() FROM generate_series(1, :count) n""",
    # Of ten tasks one is held, one was finished today and the rest waits; a few minutes apart over two days.
    f"""INSERT INTO task (id, version, kind, state, disease, case_id, area, pool_id, team_id, priority, due_at,
        urgent_at, callback, attempts, holder_id, held_until, moved_by_id, outcome, finished_at, created_at)
    SELECT {_TASK}, 1, 'interview', CASE n % 10 WHEN 0 THEN 'held' WHEN 1 THEN 'done' ELSE 'waiting' END, 'covid-19',
        {_CASE}, 'LS6', who.team_id, who.team_id, n % 100, now() + (n % 2880 - 1440) * interval '1 minute',
        now() + (n % 2880 - 1440) * interval '1 minute' - n % 100 * interval '15 minutes', false, n % 4,
        CASE WHEN n % 10 = 0 THEN who.id END, CASE WHEN n % 10 = 0 THEN now() + interval '1 hour' END,
        CASE WHEN n % 10 < 2 THEN who.id END, CASE WHEN n % 10 = 1 THEN 'completed' END,
        CASE WHEN n % 10 = 1 THEN now() - interval '1 minute' END, now() - n % 2880 * interval '1 minute'
    FROM generate_series(1, :count) n
    JOIN (SELECT id, team_id, row_number() OVER (ORDER BY id) AS place FROM staff WHERE email LIKE 'bench%') who
        ON who.place = (n / 10) % :people + 1""",
    """INSERT INTO assignment (id, task_id, staff_id, how, from_at)
    SELECT gen_random_uuid(), id, holder_id, 'claimed', now() - interval '1 hour' FROM task WHERE state = 'held'""",
    """INSERT INTO attempt (id, task_id, case_id, staff_id, outcome, at)
    SELECT gen_random_uuid(), id, case_id, holder_id, 'no answer', now() - random() * interval '5 hours'
    FROM task WHERE state = 'held'""",
)
_PLAIN = {
    "pools": """SELECT team_id, sum((state = 'waiting' AND created_at > :four)::int),
        sum((state = 'waiting' AND created_at <= :four AND created_at > :day)::int),
        sum((state = 'waiting' AND created_at <= :day)::int), sum((state = 'held')::int),
        sum((coalesce(not_before, due_at) < :now)::int)
        FROM task WHERE team_id = ANY(:teams) AND state IN ('waiting', 'held') GROUP BY team_id""",
    "held": """SELECT holder_id, count(*), sum((coalesce(not_before, due_at) < :now)::int), max(from_at)
        FROM task LEFT JOIN assignment ON task_id = task.id AND until_at IS NULL
        WHERE task.team_id = ANY(:teams) AND state = 'held' GROUP BY holder_id""",
    "done": """SELECT moved_by_id, count(*), max(finished_at) FROM task WHERE finished_at >= :midnight
        AND moved_by_id IN (SELECT id FROM staff WHERE team_id = ANY(:teams)) GROUP BY moved_by_id""",
    "tried": """SELECT staff_id, max(at) FROM attempt WHERE at >= :midnight
        AND staff_id IN (SELECT id FROM staff WHERE team_id = ANY(:teams)) GROUP BY staff_id""",
    "answered": """SELECT given_by_id, max(given_at) FROM answer JOIN interview ON interview.id = interview_id
        JOIN task ON task.id = interview.task_id WHERE task.team_id = ANY(:teams) AND task.state = 'held'
        AND interview.finished_at IS NULL AND given_at >= :midnight GROUP BY given_by_id""",
    "people": """SELECT id, role, given_name, family_name FROM staff WHERE team_id = ANY(:teams) AND ended_at IS NULL
        ORDER BY family_name, given_name, id""",
    "list": """SELECT * FROM task WHERE team_id = ANY(:teams) AND state IN ('waiting', 'held')
        ORDER BY coalesce(not_before, due_at), id LIMIT 51""",
}


def organise(session: Session, now: datetime) -> None:
    """A lead over 40 teams of 25."""
    north = session.scalars(select(Team).where(Team.name == "North")).one()
    units = [teams.add(session, f"Unit {number:02}", north) for number in range(TEAMS)]
    for number in range(PEOPLE):
        name = {"email": f"bench{number}@demo.example", "given_name": f"Bench{number}", "family_name": "Example"}
        team = units[number % TEAMS]
        session.add(Staff(id=new_id(), **name, role=Role.TRACER, team_id=team.id, created_at=now))
    session.flush()


def fill(count: int) -> None:
    """`count` tasks, and who worked them."""
    with db.engine("system").begin() as connection:
        for statement in _FILL:
            more = {
                name: value for name, value in {"count": count, "people": PEOPLE}.items() if f":{name}" in statement
            }
            connection.execute(text(statement), more)
    with db.engine("system").connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def parts(top: UUID, now: datetime) -> dict[str, Callable[[Session], Any]]:
    """What the page asks for, in its order."""

    def tree(session: Session) -> list[tuple[Team, int]]:
        return teams.tree(session, session.get(Team, top))

    def ids(session: Session) -> list[UUID]:
        return [team.id for team, _ in tree(session)]

    return {
        "pools": lambda session: pools.of(session, tree(session), now),
        "people": lambda session: board.people(session, ids(session), now),
        "list": lambda session: open_work.lines(session, ids(session), now, open_work.Wanted()),
    }


def ask_board(actor: Actor, asking: dict[str, Callable[[Session], Any]]) -> dict[str, float]:
    """Milliseconds for each part, in a transaction of its own."""
    session, spent = db.new_session("web"), {}
    bind(session, actor)
    for name, question in asking.items():
        started = time.perf_counter()
        question(session)
        spent[name] = (time.perf_counter() - started) * 1000
        session.rollback()
        session.expunge_all()
    session.close()
    return spent


def ask_plain(connection: Connection, given: dict[str, Any]) -> dict[str, float]:
    """The same counts, all rows fetched."""
    spent = {}
    for name, statement in _PLAIN.items():
        started = time.perf_counter()
        connection.execute(
            text(statement), {key: value for key, value in given.items() if f":{key}" in statement}
        ).all()
        spent[name] = (time.perf_counter() - started) * 1000
    connection.rollback()
    of = {"pools": ("pools",), "people": ("held", "done", "tried", "answered", "people"), "list": ("list",)}
    return {part: sum(spent[one] for one in names) for part, names in of.items()}


def measure(site: Site) -> float:
    """Both sides in turn; prints the table, returns the ratio of the wholes."""
    now = clock.now()
    with site.system() as session:
        lead = world.account(session, "supervisor")
        actor = Actor(lead.id, lead.role.value, lead.name, lead.role, lead.team_id)
        north = session.scalars(select(Team).where(Team.name == "North")).one()
        ids = [team.id for team, _ in teams.tree(session, north)]
        assert session.scalar(select(Completion.id).where(Completion.staff_id == lead.id).limit(1))
    midnight = clock.london(now).replace(hour=0, minute=0, second=0, microsecond=0)
    given = {"teams": ids, "now": now, "midnight": midnight, "four": now - board.FRESH, "day": now - board.DAY}
    asking, ours, plain = parts(north.id, now), list[dict[str, float]](), list[dict[str, float]]()
    with db.engine("system").connect() as connection:
        for _ in range(ROUNDS + 1):
            ours.append(ask_board(actor, asking))
            plain.append(ask_plain(connection, given))
    print(f"{'part':<10}{'plain ms':>10}{'board ms':>10}{'ratio':>8}")
    whole = []
    for name in (*asking, "whole"):
        a, b = ([sum(one.values()) if name == "whole" else one[name] for one in side[1:]] for side in (plain, ours))
        whole = [theirs / bare for theirs, bare in zip(b, a, strict=True)]
        print(f"{name:<10}{statistics.median(a):>10.1f}{statistics.median(b):>10.1f}{statistics.median(whole):>8.2f}")
    return statistics.median(whole)


def run(folder: Path, url: str, count: int) -> float:
    """Set up, fill, ask."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
        organise(session, clock.now())
    fill(count)
    try:
        return measure(site)
    finally:
        db.dispose()


def main() -> None:
    """Run it on a database of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with own_database() as (folder, url):
        print(f"{count:,} tasks, {PEOPLE:,} people:", flush=True)
        ratio = run(folder, url, count)
    print(f"board: ratio {ratio:.2f}, goal {GOAL:.0f}, {'met' if ratio <= GOAL else 'short'}")


if __name__ == "__main__":
    main()
