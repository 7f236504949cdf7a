"""What the row rules are made of: the actor, the moment, and sets of ids that a database looks up once a statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Function,
    MetaData,
    Select,
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


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a rule that is written for a policy looks: into tables of a schema, and at sets by their functions."""

    schema: str
    functions: str
    known: MetaData = field(default_factory=MetaData)
    sets: dict[str, Callable[[], Select[Any]]] = field(default_factory=dict)


_elsewhere: ContextVar[Inside | None] = ContextVar("elsewhere", default=None)


@contextmanager
def inside(where: Inside) -> Iterator[None]:
    """While a rule is written for a policy, it looks into other tables through a schema of their own (`rls.py`)."""
    token = _elsewhere.set(where)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def table(model: type[Base]) -> FromClause:
    """The table of a model under a name of its own."""
    known_here, elsewhere = cast(Table, model.__table__), _elsewhere.get()
    if elsewhere is None:
        return known_here.alias()
    there = elsewhere.known.tables.get(f"{elsewhere.schema}.{known_here.name}")
    return (known_here.to_metadata(elsewhere.known, schema=elsewhere.schema) if there is None else there).alias()


def looked_up(build: Callable[..., Select[Any]]) -> Callable[..., Any]:
    """A set of values that depends on the actor alone: a subquery, and in a policy a call of a function.

    A policy stands behind every table that a statement names, those of the other guard's rules too: written out
    each time, the sets made plans of 700 nodes for one person by id.
    """

    def found(*parts: str) -> Any:
        elsewhere, query = _elsewhere.get(), build(*parts)
        if elsewhere is None:
            return query.scalar_subquery()
        name = "_".join((build.__name__.strip("_"), *parts))
        elsewhere.sets[name] = partial(build, *parts)
        kind = next(iter(query.selected_columns)).type
        return select(Function(name, packagenames=(elsewhere.functions,), type_=kind)).scalar_subquery()

    return found


@looked_up
def my(column: str) -> Select[Any]:
    """A column of the actor's own account."""
    me = table(m.Staff)
    return select(me.c[column]).where(me.c.id == ME)


def i_am(*roles: Role) -> Rule:
    """Whether the actor has one of these roles."""
    found: Rule = my("role").in_(roles)
    return found


@looked_up
def teams_i_reach() -> Select[Any]:
    """The teams that the actor leads, and all under those."""
    lead, reach = table(m.Leadership), table(m.TeamReach)
    return select(reach.c.team_id).where(reach.c.above_id == lead.c.team_id, lead.c.staff_id == ME)


@looked_up
def teams_above_mine() -> Select[Any]:
    """The actor's own team, and all above it."""
    reach = table(m.TeamReach)
    return select(reach.c.above_id).where(reach.c.team_id == my("team_id"))


@looked_up
def conflicting(column: str) -> Select[Any]:
    """The tasks, or the people, that the actor must have nothing to do with."""
    conflict = table(m.ConflictOfInterest)
    found = select(conflict.c[column]).where(conflict.c.staff_id == ME)
    return found.where(conflict.c[column].is_not(None))  # NOT IN of a NULL is never true


@looked_up
def granted(column: str) -> Select[Any]:
    """The cases, contacts or tasks that a grant opens to the actor at this moment."""
    grant = table(m.Grant)
    now = (grant.c.from_at <= NOW, grant.c.until_at > NOW, grant.c.ended_at.is_(None))
    found = select(grant.c[column]).where(grant.c.staff_id == ME, *now)
    return found.where(grant.c[column].is_not(None))
