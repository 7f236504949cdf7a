"""The row guard: every statement of a session is narrowed to the actor's rows, or refused.

The options are built once for the process around parameters for the actor and what is told of them; a statement gets
those of the entities it names, and all of them when it cannot be read with certainty.
"""

import itertools
from typing import Any

from sqlalchemy import Connection, Table, event, false
from sqlalchemy.orm import (
    Load,
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    sessionmaker,
)
from sqlalchemy.sql import visitors
from sqlalchemy.util import LRUCache

from tracer import db
from tracer.access import actor, told
from tracer.access.rows import DOORWAY, ROWS
from tracer.models import Base


class UnguardedFault(RuntimeError):
    """A statement that the row rules could not reach; a mistake in the code, never of a person."""


class _RowRule(LoaderCriteriaOption):
    """One rule as an option, whose part in the key of a compiled statement is its name.

    It is made once for the process and never differs; worked out from the forty parts of a rule each time, the keys
    are dear. The actor is no part of it: the compiled statement asks for them as it is executed.
    """

    def __init__(self, model: type[Base], criteria: Any, *, door: bool) -> None:
        super().__init__(model, criteria, include_aliases=True)
        self._name = (model.__tablename__, door)

    def _gen_cache_key(self, *_: Any) -> tuple[Any, ...]:
        return (_RowRule, *self._name)


_options: dict[str, Any] = {}
_door_options: dict[str, Any] = {}
_seen: Any = LRUCache(1000)
_NEW = frozenset({"not seen yet"})


def _all_options(door: bool) -> dict[str, Any]:
    if not _options:
        for model, rule in ROWS.items():
            _options[model.__tablename__] = _RowRule(model, rule(model.__table__), door=False)
            if model not in DOORWAY:
                _door_options[model.__tablename__] = _RowRule(model, false(), door=True)
    return _door_options if door else _options


def install(maker: "sessionmaker[Session]") -> None:
    """Guard every session that the maker makes."""
    if not event.contains(maker, "do_orm_execute", narrow):
        event.listen(maker, "do_orm_execute", narrow)
        event.listen(maker, "after_begin", tell)
        event.listen(maker, "after_flush", ask_anew)
        event.listen(maker, "after_transaction_end", forget)


def tell(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """Say to PostgreSQL's row policies who acts, for this transaction alone."""
    if connection.dialect.name == "postgresql":
        who = session.info.get("actor")
        db.begin(connection, who.id if who else None)


def forget(session: Session, transaction: SessionTransaction) -> None:
    """What was told ends with the transaction, or the savepoint, that it was asked or written in.

    At its end, not at the next one's beginning: a statement is narrowed before its transaction begins.
    """
    if transaction.nested or transaction.parent is None:
        told.forget(session)


def ask_anew(session: Session, _: UOWTransaction) -> None:
    """What the rules were told may be another thing once a grant, a conflict, a leader was written.

    Asked at once: a statement that flushes first was narrowed already, and takes what it is told as it runs.
    """
    written = itertools.chain(session.new, session.dirty, session.deleted)
    if any(told.is_made_of(one.__table__.name) for one in written):
        told.forget(session)
        if not actor.of(session).is_system:
            told.know(session)


def narrow(state: ORMExecuteState) -> None:
    """Add the row rules to one statement; UnguardedFault where they would not hold."""
    who = actor.of(state.session)
    if who.is_system:
        return
    if not state.is_select or not state.is_orm_statement or state.is_from_statement:
        raise UnguardedFault("Only ORM selects pass the row guard: no Core select, text or bulk change.")
    told.know(state.session)
    options = _all_options(who.is_door)
    statement: Any = state.statement
    chosen = _chosen(state, statement, options)
    if chosen:
        state.statement = statement.options(*chosen)


def _chosen(state: ORMExecuteState, statement: Any, options: dict[str, Any]) -> list[Any]:
    """The options of the entities that a statement names or its loader options reach; all when unsure."""
    plain = all(isinstance(option, Load) for option in statement._with_options)
    unsure = state.is_relationship_load or state.is_column_load or not plain
    named = None if unsure else _named(statement)
    return list(options.values()) if named is None else [options[name] for name in named if name in options]


def _named(statement: Any) -> frozenset[str] | None:
    """The tables that a statement names or reaches; None where that is not sure.

    Remembered by the key that SQLAlchemy remembers its SQL by: what reads the same names the same, and pages ask the
    same again and again. To walk through a statement takes three times as long as to work out its key.
    """
    key = statement._generate_cache_key()
    if key is None:
        return _walk(statement)
    found: frozenset[str] | None = _seen.get(key.key, _NEW)
    if found is _NEW:
        found = _seen[key.key] = _walk(statement)
    return found


def _walk(statement: Any) -> frozenset[str] | None:
    named = set[str]()
    for part in visitors.iterate(statement):
        if isinstance(part, Table):
            named.add(part.name)
        for target, *_ in getattr(part, "_setup_joins", ()):
            if not isinstance(target, Table):
                return None
            named.add(target.name)
    for option in statement._with_options:
        path: Any
        for path in (step.path.path for step in option.context):
            named |= {part.mapper.local_table.name for part in path}
    return frozenset(named)
