"""What each of three says that somebody sees, of every table under a rule at once.

The plain-Python oracle (tests/reach.py); the session's rules alone, under the owner's login, which no policy binds;
and on PostgreSQL the policies alone, as raw SQL under the web's login.
"""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from tests.access.test_policies import raw, seen_by_filter
from tests.reach import Reach, dump
from tests.site import Site
from tracer import db
from tracer.access import rows
from tracer.access.actor import Actor, bind
from tracer.models import AuditEvent, Base, Role

# Every table under a rule but the audit itself, which only grows (tests/access/test_policies.py asks for it too).
MODELS: dict[str, type[Base]] = {model.__tablename__: model for model in rows.ROWS if model is not AuditEvent}
# What the oracle looks up besides. A table that is missing here is a KeyError, never a row that nobody sees.
_READ = frozenset({*MODELS, "leadership", "requirement", "team"})

Seen = dict[str, set[Any]]


def reach(site: Site) -> Reach:
    """The oracle, over the rows as they stand."""
    with site.system() as session:
        return Reach(dump(session, _READ))


def by_filter(there: Reach, me: UUID, turn: int) -> Seen:
    """The keys that the session's own rules let one of the staff see: a statement of the ORM for each table.

    No rule finds a row in a table that holds none, and most hold none: of those one is asked, each in its turn.
    """
    row = there.one("staff", me)
    session = db.new_session("system")
    bind(session, Actor(row["id"], row["role"], "", Role(row["role"]), row["team_id"]))
    in_turn = [*MODELS][turn % len(MODELS)]
    asked = {name: model for name, model in MODELS.items() if there.tables[name] or name == in_turn}
    found: Seen = {name: set() for name in MODELS} | {
        name: seen_by_filter(session, model) for name, model in asked.items()
    }
    session.close()
    return found


def by_policy(me: UUID) -> Seen:
    """The keys that the policies let through: all tables in one statement, each row of a table in its own policy."""
    with raw(me) as connection:
        columns = iter(connection.execute(_whole()).one())
    found: Seen = {}
    for name, model in MODELS.items():
        keys = [next(columns) or [] for _ in model.__mapper__.primary_key]
        found[name] = set(zip(*keys, strict=True))
    return found


@cache
def _whole() -> TextClause:
    """For each column of each table's key an array; those of one table are gathered row by row, so they match."""
    parts = []
    for name, model in MODELS.items():
        keys = ", ".join(f"array_agg({column.name})" for column in model.__mapper__.primary_key)
        parts.append(f"(SELECT {keys} FROM {name}) AS of_{name}")
    return text(f"SELECT * FROM {' CROSS JOIN '.join(parts)}")
