"""What the row policies cost: each question of the pages, under the web's login and under the owner's, in turn.

Usage: scripts/bench/access [CASES] (a million by default). Both sides are one session of the app with its own rules
(the filter), the same statements and the same data; only the web's login stands under the policies besides. "bare" is
the filter alone. Goal: 1.3 times at most.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from own_database import own_database
from pages import fill, give_work
from sqlalchemy import select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the test organisation, after the path is set
from tests.site import Site  # noqa: E402
from tracer import clock, db  # noqa: E402
from tracer.access import logins  # noqa: E402
from tracer.access.actor import Actor, bind  # noqa: E402
from tracer.casework import cases, claims, contacts, scripts, teams  # noqa: E402
from tracer.models import AuditEvent, Person, Team  # noqa: E402
from tracer.reporting import caseload, open_work  # noqa: E402
from tracer.reporting import pools as pools_of  # noqa: E402

GOAL, ROUNDS, TIMES = 1.3, 7, 40
Question = Callable[[Session], Any]


def who(site: Site, account: str) -> Actor:
    """An account as an actor."""
    with site.system() as session:
        row = world.account(session, account)
        return Actor(row.id, row.role.value, row.name, row.role, row.team_id)


def asked(login: str, actor: Actor, question: Question, times: int) -> float:
    """Milliseconds for one asking, in a transaction of its own, the connection kept."""
    session = db.new_session(login)
    bind(session, actor)
    started = time.perf_counter()
    for _ in range(times):
        question(session)
        session.rollback()
        session.expunge_all()
    spent = time.perf_counter() - started
    session.close()
    return spent / times * 1000


def questions(case_id: UUID, person_id: UUID, team_ids: list[UUID]) -> dict[str, tuple[str, Question, int]]:
    """Name -> whose question, how it is asked, how often a round."""
    now = clock.now()

    def case_page(session: Session) -> None:
        case, _ = cases.with_task(session, case_id)
        contacts.of_case(session, case)

    def pools(session: Session) -> None:
        pools_of.of(session, teams.tree(session, session.scalar(select(Team).where(Team.name == "North"))), now)

    return {
        "what a tracer holds": ("tracer1", lambda session: caseload.of_actor(session, now), TIMES),
        "a case with contacts": ("tracer1", case_page, TIMES),
        "a person by id": ("tracer1", lambda session: session.get(Person, person_id), TIMES),
        "a stranger's person": ("tracer4", lambda session: session.get(Person, person_id), TIMES),
        "the next case": ("tracer1", lambda session: claims.claim_next(session, now), TIMES),
        "a page of open work": ("supervisor", lambda s: open_work.lines(s, team_ids, now, open_work.Wanted()), 3),
        "pools of the board": ("supervisor", pools, 2),
        "my audit": ("tracer1", lambda s: s.scalars(select(AuditEvent.id).limit(50)).all(), TIMES),
    }


def measure(site: Site, asking: dict[str, tuple[str, Question, int]]) -> dict[str, float]:
    """Both sides of each question in turn, several rounds; prints the table, returns the ratios."""
    ratios: dict[str, float] = {}
    print(f"{'question':<24}{'bare ms':>10}{'policies ms':>13}{'ratio':>8}")
    for name, (account, question, times) in asking.items():
        actor, found = who(site, account), {"system": list[float](), "web": list[float]()}
        for _ in range(ROUNDS + 1):
            for login, spent in found.items():
                spent.append(asked(login, actor, question, times))
        bare, under = (statistics.median(spent[1:]) for spent in found.values())
        ratios[name] = statistics.median(w / s for w, s in zip(found["web"][1:], found["system"][1:], strict=True))
        print(f"{name:<24}{bare:>10.2f}{under:>13.2f}{ratios[name]:>8.2f}", flush=True)
    return ratios


def run(folder: Path, url: str, count: int) -> dict[str, float]:
    """Set up, fill, ask."""
    site = Site(folder, url)
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    with site.system() as session:
        world.organise(session, clock.now())
        scripts.publish_shipped(session, clock.now())
    fill(site, count)
    case_id = UUID(give_work(site))
    with db.engine("system").connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    with site.system() as session:
        person_id = cases.get(session, case_id).person_id
        north = session.scalars(select(Team).where(Team.name == "North")).one()
        team_ids = [team.id for team, _ in teams.tree(session, north)]
    try:
        return measure(site, questions(case_id, person_id, team_ids))
    finally:
        db.dispose()


def main() -> None:
    """Run it on a database of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with own_database() as (folder, url):
        print(f"{count:,} cases:", flush=True)
        ratios = run(folder, url, count)
    worst = max(ratios.values())
    print(f"access: ratio {worst:.2f}, goal {GOAL}, {'met' if worst <= GOAL else 'short'}")


if __name__ == "__main__":
    main()
