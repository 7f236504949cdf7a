"""What the row rules are told about the actor: who they are once cleared, and small sets of ids.

The session's guard asks for all of it once a transaction and hands it over with each statement; a policy has a function
of the owner's for each. Written out in every rule that asks for them, behind every table that a statement names, they
made a plan of a thousand nodes for one person by id: PostgreSQL took ten milliseconds to set it up, one to run it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, String, Table, and_, bindparam, cast, func, literal, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from tracer import clock
from tracer.access import actor
from tracer.access.among import Ids, is_among
from tracer.access.row_terms import ME, Asked, Rule, asked_inside, executed_at, executing

# A select of one column, about whoever is given.
Build = Callable[[Any], Select[Any]]
Facts = dict[str, Any]
_told: dict[str, Any] = {}  # of One and Many, by name, in the order to ask
_NOTHING: Facts = {}
_facts: ContextVar[Facts] = ContextVar("facts", default=_NOTHING)
_KEY = "facts"


class Told:
    """Asked about the actor, or about another value: the actor while they are cleared."""

    type: Any
    first = True  # in the one statement; what hangs on others is asked after it, where there may be any

    def __init__(self, build: Build, about: "One | None") -> None:
        self.build, self.about, self.name, self.__doc__ = build, about, build.__name__, build.__doc__
        _told[self.name] = self

    def query(self) -> Select[Any]:
        """What is asked."""
        return self.build(ME if self.about is None else self.about())


class One(Told):
    """One value, or nothing."""

    def __init__(self, build: Build, about: "One | None" = None) -> None:
        super().__init__(build, about)
        self.type = next(iter(build(ME).selected_columns)).type
        self._given: Any = bindparam(self.name, callable_=lambda: _facts.get().get(self.name), type_=self.type)

    def __call__(self) -> Any:
        """The value, as a rule compares with it."""
        function = asked_inside(self.name, self.type, Asked(self.query, "one"))
        return self._given if function is None else function

    def read(self, found: list[str]) -> Any:
        """The value, of the text of it."""
        return self.type.python_type(found[0]) if found else None


class Many(Told):
    """Some ids, never a great many. There are none where each set of `after` is empty, or `unless` is a value."""

    type = Ids()

    def __init__(self, build: Build, about: One | None, after: "tuple[Many, ...]", unless: One | None) -> None:
        super().__init__(build, about)
        self.after, self.unless, self.first = after, unless, not after and unless is None
        self._given: Any = bindparam(self.name, callable_=lambda: _facts.get().get(self.name, ()), type_=self.type)

    def __call__(self) -> Any:
        """All of them, as one value."""
        function = asked_inside(self.name, self.type, Asked(self.query, "many", self.nothing_if))
        return self._given if function is None else function

    def has(self, column: Any) -> Rule:
        """Whether a column is among them."""
        return is_among(column, self())

    def read(self, found: list[str]) -> tuple[UUID, ...]:
        """The ids, of the text of each."""
        return tuple(UUID(one) for one in found)

    def nothing_if(self) -> Rule | None:
        """A condition under which there are none, as the class says."""
        if self.unless is not None:
            lacking: Rule = self.unless().is_not(None)
            return lacking
        return and_(*[func.cardinality(one()) == 0 for one in self.after]) if self.after else None

    def wanted(self, facts: Facts) -> bool:
        """Whether there may be any, by what is known already."""
        if self.unless is not None:
            return facts[self.unless.name] is None
        return any(facts[one.name] for one in self.after)


def told(about: One | None = None) -> Callable[[Build], One]:
    """One value, or nothing."""
    return lambda build: One(build, about)


def told_many(
    about: One | None = None, after: tuple[Many, ...] = (), unless: One | None = None
) -> Callable[[Build], Many]:
    """Some ids."""
    return lambda build: Many(build, about, after, unless)


def know(session: Session) -> Facts:
    """Have the rules of the next statement know who acts, at what moment, and what they are told about them.

    Asked once a transaction, as a policy's clock stands still in one. Returns what was found, by name.
    """
    who = actor.of(session)
    executing.set(who.id)
    executed_at.set(clock.now())
    facts: Facts | None = session.info.get(_KEY)
    if facts is None:
        facts = session.info[_KEY] = {} if who.id is None else _ask(session.connection())
    _facts.set(facts)
    return facts


def forget(session: Session) -> None:
    """At the end of a transaction or a savepoint, and where something of what was told is written."""
    session.info.pop(_KEY, None)


def is_made_of(table: str) -> bool:
    """Whether a table is one of those that the actor's standing is read from."""
    return table in _tables()


def _ask(connection: Connection) -> Facts:
    facts = {name: one.read([]) for name, one in _told.items()}
    facts |= _found(connection, _first())
    _facts.set(facts)
    for later in [one for one in _told.values() if not one.first]:
        if later.wanted(facts):
            facts |= _found(connection, _later(later.name))
    return facts


def _found(connection: Connection, query: Any) -> Facts:
    found: dict[str, list[str]] = {}
    for name, value in connection.execute(query):
        if value is not None:
            found.setdefault(name, []).append(value)
    return {name: _told[name].read(values) for name, values in found.items()}


@cache
def _first() -> Any:
    """All that can be asked at once, in one statement; who it is about is looked up in it once."""
    abouts = {one.about: one.about.query().cte(one.about.name) for one in _told.values() if one.about}
    parts = []
    for name, one in _told.items():
        if one in abouts:
            parts.append(_named(name, select(abouts[one])))
        elif one.first:
            parts.append(_named(name, one.build(select(abouts[one.about]).scalar_subquery() if one.about else ME)))
    return union_all(*parts)


@cache
def _later(name: str) -> Any:
    return _named(name, _told[name].query())


def _named(name: str, query: Select[Any]) -> Select[str, str]:
    column = next(iter(query.selected_columns))
    return query.with_only_columns(literal(name), cast(column, String))


@cache
def _tables() -> frozenset[str]:
    parts = [part for one in _told.values() if one.first for part in visitors.iterate(one.query())]
    return frozenset(part.name for part in parts if isinstance(part, Table))
