"""The row rules as PostgreSQL row-level-security policies: one text, two guards.

The rules of `rows.py` are written against the actor's id and what is told about them, so the same expressions, with
the transaction's setting `tracer.actor` and functions in the parameters' places, are the policies. Inside a rule other
tables are looked into through views of the schema `inside`: the owner's views see past the policies, so that no policy
asks another (PostgreSQL refuses a policy on `staff` that reads `staff`); the web may not name that schema, so nobody
can ask them directly, nor the functions, which stand there too. `db upgrade` makes everything here anew whenever it
differs from the code.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Table, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

from tracer.access import changes, own_call, row_terms, rows
from tracer.access.row_terms import Asked, Inside
from tracer.models import AuditEvent, Base

ROLE = "tracer_web"
INSIDE = "inside"
_ACTOR = "(SELECT NULLIF(current_setting('tracer.actor', true), '')::uuid)"
_DOOR = "(SELECT current_setting('tracer.door', true) = 'open')"
_PLACES: dict[str, Any] = {"actor": literal_column(_ACTOR), "now": literal_column("(SELECT now())")}
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
# Views of the owner's that the web asks by name, made by migrations; each says itself who gets rows of it.
OWNERS_VIEWS = ("record_key", "record_lookup")


class Compiled:
    """Rules as text, which columns of which tables they look into, and the sets they ask for."""

    def __init__(self) -> None:
        self.looked_into: dict[str, set[str]] = {}
        self._inside = Inside(INSIDE, INSIDE)
        self._owners = Inside("public", INSIDE, asked=self._inside.asked)  # what is the owner's needs no views

    def view(self, query: Callable[[], Any]) -> str:
        """A select as the text of a view of the owner's: the actor is the transaction's."""
        with row_terms.inside(self._owners):
            return _words(query())

    def text(self, model: type[Base], rule: Callable[[Any], row_terms.Rule]) -> str:
        """The condition of a policy on the model's table."""
        table = model.__table__
        with row_terms.inside(self._inside):
            query: Any = select(literal_column("1")).select_from(table).where(rule(table))
        self._note(query)
        return _words(query).partition("WHERE")[2].strip() or "true"

    def functions(self) -> Iterator[str]:
        """Each thing asked as a function of the owner's: it sees past the policies, and its plan is kept."""
        asked, made = self._inside.asked, set[str]()
        while left := sorted(asked.keys() - made):  # one may ask another
            made.update(left)
            for name in left:
                head = f"{INSIDE}.{name}()"
                yield self._function(head, asked[name])
                yield f"REVOKE ALL ON FUNCTION {head} FROM PUBLIC"
                yield f"GRANT EXECUTE ON FUNCTION {head} TO {ROLE}"

    def _function(self, head: str, asked: Asked) -> str:
        with row_terms.inside(self._owners):
            query, nothing_if = asked.query(), asked.nothing_if()
        kind, words = next(iter(query.selected_columns)).type.compile(dialect=_DIALECT), _words(query)
        first = "" if nothing_if is None else f"IF {_words(nothing_if)} THEN RETURN '{{}}'; END IF; "
        returns, body = {
            "rows": (f"SETOF {kind}", f"RETURN QUERY {words}"),
            "one": (kind, f"RETURN ({words})"),
            "many": (f"{kind}[]", f"RETURN ARRAY({words})"),
        }[asked.shape]
        rows_ = " ROWS 10" if asked.shape == "rows" else ""
        return (
            f"CREATE FUNCTION {head} RETURNS {returns} LANGUAGE plpgsql STABLE SECURITY DEFINER{rows_} "
            f"SET search_path = pg_catalog, pg_temp AS $set$ BEGIN {first}{body}; END $set$"
        )

    def _note(self, query: Any) -> None:
        for part in visitors.iterate(query):
            table = getattr(getattr(part, "table", None), "element", None)
            if isinstance(part, Column) and isinstance(table, Table) and table.schema == INSIDE:
                self.looked_into.setdefault(table.name, set()).add(part.name)


def _words(query: Any) -> str:
    query = visitors.replacement_traverse(query, {}, _in_place)
    words = str(query.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
    return " ".join(words.split())


def _in_place(element: Any, **_: Any) -> Any:
    if not isinstance(element, BindParameter):
        return None
    length = row_terms.lengths.get(element.key)
    if length is not None:
        return literal_column(f"(SELECT now() - interval '{length.total_seconds():.0f} seconds')")
    return _PLACES.get(element.key)


def policies(made: Compiled) -> Iterator[str]:
    """Every policy, and what the web's role may do with each table at all."""
    for model in sorted({*rows.ROWS, *rows.OPEN}, key=lambda model: model.__tablename__):
        table = model.__tablename__
        read = rows.ROWS.get(model, changes.somebody)
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY seen ON {table} FOR SELECT TO {ROLE} USING ({made.text(model, read)})"
        rights = ["SELECT"]
        if model in changes.ENTER:
            words = made.text(model, changes.ENTER[model])
            yield f"CREATE POLICY entered ON {table} FOR INSERT TO {ROLE} WITH CHECK ({words})"
            rights.append("INSERT")
        if model in changes.CHANGE:
            words = made.text(model, changes.CHANGE[model])
            then = f"{_ACTOR} IS NOT NULL"
            yield f"CREATE POLICY changed ON {table} FOR UPDATE TO {ROLE} USING ({words}) WITH CHECK ({then})"
            rights.append("UPDATE")
        if model in changes.REMOVE:
            words = made.text(model, changes.REMOVE[model])
            yield f"CREATE POLICY removed ON {table} FOR DELETE TO {ROLE} USING ({words})"
            rights.append("DELETE")
        if model in rows.DOORWAY:
            yield f"CREATE POLICY door ON {table} TO {ROLE} USING ({_DOOR}) WITH CHECK ({_DOOR})"
            rights = ["SELECT", "INSERT", "UPDATE", "DELETE"]
        yield f"REVOKE ALL ON {table} FROM {ROLE}"
        yield f"GRANT {', '.join(rights)} ON {table} TO {ROLE}"
    audit = AuditEvent.__tablename__
    yield f"CREATE POLICY door ON {audit} FOR INSERT TO {ROLE} WITH CHECK ({_DOOR} AND actor_id IS NULL)"


def statements() -> list[str]:
    """All of it, in the order to run it: the views inside, then the policies."""
    made = Compiled()
    then = list(policies(made))
    first = [f"CREATE SCHEMA {INSIDE}"]
    for table, columns in sorted(made.looked_into.items()):
        names = ", ".join(sorted(columns))
        first.append(f"CREATE VIEW {INSIDE}.{table} AS SELECT {names} FROM public.{table}")  # noqa: S608 - our own names
        first.append(f"GRANT SELECT ON {INSIDE}.{table} TO {ROLE}")
    for name, query in own_call.VIEWS.items():
        then.append(f"CREATE VIEW {name} WITH (security_barrier) AS {made.view(query)}")
        then.append(f"GRANT SELECT ON {name} TO {ROLE}")
    return [*first, *made.functions(), *then]


def digest() -> str:
    """What tells one set of policies from another; kept as the comment of the schema `inside`."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def installed(connection: Connection) -> str | None:
    """The digest of the policies that a database has; None where it has none."""
    return connection.exec_driver_sql(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", (INSIDE,)
    ).scalar()


def remove(connection: Connection) -> None:
    """Take the policies away: row security stays on, so that meanwhile the web sees nothing."""
    for view in own_call.VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
    found = connection.exec_driver_sql(
        "SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()"
    ).all()
    for name, table in found:
        connection.exec_driver_sql(f"DROP POLICY {name} ON {table}")
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {INSIDE} CASCADE")


def install(connection: Connection) -> None:
    """Make them; the role must be there (`logins.make_role`)."""
    for statement in statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    views = connection.exec_driver_sql("SELECT viewname FROM pg_views WHERE schemaname = 'public'").scalars()
    for view in set(views) & set(OWNERS_VIEWS):
        connection.exec_driver_sql(f"GRANT SELECT ON {view} TO {ROLE}")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {INSIDE} IS '{digest()}'")
