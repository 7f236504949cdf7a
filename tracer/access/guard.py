"""The row guard: every statement of a session is narrowed to the actor's rows, or refused.

The options are built once for the process around one bound parameter for the actor; a statement gets
those of the entities it names, and all of them when it cannot be read with certainty.
"""

from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria
from sqlalchemy.sql import visitors

from tracer.access import actor
from tracer.access.rows import ROWS, executing


class UnguardedFault(RuntimeError):
    """A statement that the row rules could not reach; a mistake in the code, never of a person."""


_options: dict[str, Any] = {}


def _all_options() -> dict[str, Any]:
    if not _options:
        for model, rule in ROWS.items():
            criteria = rule(model.__table__)
            _options[model.__tablename__] = with_loader_criteria(model, criteria, include_aliases=True)
    return _options


def install(maker: "sessionmaker[Session]") -> None:
    """Guard every session that the maker makes."""
    if not event.contains(maker, "do_orm_execute", narrow):
        event.listen(maker, "do_orm_execute", narrow)


def narrow(state: ORMExecuteState) -> None:
    """Add the row rules to one statement; UnguardedFault where they would not hold."""
    who = actor.of(state.session)
    if who.is_system:
        return
    if not state.is_select or not state.is_orm_statement or state.is_from_statement:
        raise UnguardedFault("Only ORM selects pass the row guard: no Core select, text or bulk change.")
    executing.set(who.id)
    options = _all_options()
    statement: Any = state.statement
    parts = list(visitors.iterate(statement))
    # Loader options and relationship joins reach entities that the statement's own text does not name.
    reaching = statement._with_options or any(getattr(part, "_setup_joins", ()) for part in parts)
    if reaching or state.is_relationship_load or state.is_column_load:
        chosen = list(options.values())
    else:
        named = {part.name for part in parts if isinstance(part, Table)}
        chosen = [options[name] for name in named if name in options]
    if chosen:
        state.statement = statement.options(*chosen)
