"""Whether a column is among ids that are given as one value: the statement is the same however many there are."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Dialect, Text, TypeDecorator, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class Ids(TypeDecorator[Any]):
    """Ids as one value: an array, or on SQLite a list in JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What it is to the database."""
        return dialect.type_descriptor(ARRAY(Uuid()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[UUID] | None, dialect: Dialect) -> Any:
        """As the database takes it; SQLite keeps an id as 32 digits."""
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else json.dumps([one.hex for one in ids])


class is_among(FunctionElement[bool]):  # noqa: N801 - it stands in a rule as a function does
    """`is_among(column, ids)`."""

    type = Boolean()
    inherit_cache = True


@compiles(is_among, "postgresql")
def _array(element: Any, compiler: Any, **kw: Any) -> str:
    column, ids = (compiler.process(part, **kw) for part in element.clauses)
    # Without the cast it would be read as a subquery, and compared with each of its rows.
    return f"({column} = ANY (({ids})::uuid[]))"


@compiles(is_among)
def _json(element: Any, compiler: Any, **kw: Any) -> str:
    column, ids = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({ids})))"  # noqa: S608 - a column and a parameter
