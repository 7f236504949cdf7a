"""What the row rules are made of: the actor, the moment, and sets of ids that a database looks up once a statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    MetaData,
    Table,
    Uuid,
    bindparam,
    select,
)

from tracer import models as m
from tracer.models import Base, Role
from tracer.models.base import Moment

Rule = ColumnElement[bool]

# Who executes the statement, and when; set by the guard from the session just before each statement.
executing: ContextVar[UUID | None] = ContextVar("executing", default=None)
executed_at: ContextVar[datetime | None] = ContextVar("executed_at", default=None)
ME: ColumnElement[UUID] = bindparam("actor", callable_=executing.get, type_=Uuid())
# For what ends by itself, to the second; in a policy it is the database's own clock.
NOW: ColumnElement[datetime] = bindparam("now", callable_=executed_at.get, type_=Moment())


_elsewhere: ContextVar[tuple[str, MetaData] | None] = ContextVar("elsewhere", default=None)


@contextmanager
def inside(schema: str) -> Iterator[None]:
    """While a rule is written for a policy, it looks into other tables through that schema (`rls.py`)."""
    token = _elsewhere.set((schema, MetaData()))
    try:
        yield
    finally:
        _elsewhere.reset(token)


def table(model: type[Base]) -> FromClause:
    """The table of a model under a name of its own."""
    known_here, elsewhere = cast(Table, model.__table__), _elsewhere.get()
    if elsewhere is None:
        return known_here.alias()
    schema, known = elsewhere
    there = known.tables.get(f"{schema}.{known_here.name}")
    return (known_here.to_metadata(known, schema=schema) if there is None else there).alias()


def my(column: str) -> Any:
    """A column of the actor's own account."""
    me = table(m.Staff)
    return select(me.c[column]).where(me.c.id == ME).scalar_subquery()


def i_am(*roles: Role) -> Rule:
    """Whether the actor has one of these roles."""
    found: Rule = my("role").in_(roles)
    return found


def teams_i_reach() -> Any:
    """The teams that the actor leads, and all under those."""
    lead, reach = table(m.Leadership), table(m.TeamReach)
    return select(reach.c.team_id).where(reach.c.above_id == lead.c.team_id, lead.c.staff_id == ME).scalar_subquery()


def teams_above_mine() -> Any:
    """The actor's own team, and all above it."""
    reach = table(m.TeamReach)
    return select(reach.c.above_id).where(reach.c.team_id == my("team_id")).scalar_subquery()


def conflicting(column: str) -> Any:
    """The tasks, or the people, that the actor must have nothing to do with."""
    conflict = table(m.ConflictOfInterest)
    found = select(conflict.c[column]).where(conflict.c.staff_id == ME)
    return found.where(conflict.c[column].is_not(None)).scalar_subquery()  # NOT IN of a NULL is never true


def granted(column: str) -> Any:
    """The cases, contacts or tasks that a grant opens to the actor at this moment."""
    grant = table(m.Grant)
    now = (grant.c.from_at <= NOW, grant.c.until_at > NOW, grant.c.ended_at.is_(None))
    found = select(grant.c[column]).where(grant.c.staff_id == ME, *now)
    return found.where(grant.c[column].is_not(None)).scalar_subquery()
