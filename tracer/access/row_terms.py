"""What row rules are written with: the actor, the moment, tables, sets that are looked up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, cast
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

from tracer.models import Base
from tracer.models.base import Moment

Rule = ColumnElement[bool]

# Who executes the statement, and when; set by the guard from the session just before each statement.
executing: ContextVar[UUID | None] = ContextVar("executing", default=None)
executed_at: ContextVar[datetime | None] = ContextVar("executed_at", default=None)
ME: ColumnElement[UUID] = bindparam("actor", callable_=executing.get, type_=Uuid())
# For what ends by itself, to the second; in a policy it is the database's own clock.
NOW: ColumnElement[datetime] = bindparam("now", callable_=executed_at.get, type_=Moment())


def ago(words: str, length: timedelta) -> ColumnElement[datetime]:
    """So long before NOW. `words` names it among the parameters; a policy counts from the database's clock."""
    lengths[words] = length
    return bindparam(words, callable_=lambda: (moment := executed_at.get()) and moment - length, type_=Moment())


lengths: dict[str, timedelta] = {}


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a rule that is written for a policy looks: into tables of a schema, and whom it asks."""

    schema: str
    functions: str
    known: MetaData = field(default_factory=MetaData)
    asked: dict[str, "Asked"] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A function of the owner's that a policy asks: for rows, for one value, or for many as one array.

    `nothing_if`: a condition under which there is nothing to look for.
    """

    query: Callable[[], Select[Any]]
    shape: Literal["rows", "one", "many"]
    nothing_if: Callable[[], Rule | None] = lambda: None


def looked_up(build: Callable[..., Select[Any]]) -> Callable[..., Any]:
    """A set of values that depends on the actor alone, and may be large: a subquery, and in a policy a function.

    A policy stands behind every table that a statement names, those of the other guard's rules too: written out
    each time, the sets made plans of 700 nodes for one person by id.
    """

    def found(*parts: str) -> Any:
        query = partial(build, *parts)
        kind = next(iter(query().selected_columns)).type
        function = asked_inside("_".join((build.__name__, *parts)), kind, Asked(query, "rows"))
        return query().scalar_subquery() if function is None else function

    return found


def asked_inside(name: str, kind: Any, asked: Asked) -> Any:
    """The answer of a function, where a rule is being written for a policy; None elsewhere."""
    elsewhere = _elsewhere.get()
    if elsewhere is None:
        return None
    elsewhere.asked[name] = asked
    return select(Function(name, packagenames=(elsewhere.functions,), type_=kind)).scalar_subquery()
