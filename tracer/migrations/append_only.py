"""Append-only tables: a trigger on either database refuses change and removal, whoever asks."""

from alembic import op
from sqlalchemy import text
from sqlalchemy.orm import Session

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
# As they stand in the database: `A` is a trigger that fires for a replication role too.
_STANDING = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND tgenabled = 'A'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
}


def make(table: str) -> None:
    """Refuse UPDATE and DELETE on a table (TRUNCATE too, where there is one)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def always(table: str) -> None:
    """Refuse it to `session_replication_role = replica` as well, which passes ordinary triggers by."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")


def missing(session: Session, table: str) -> list[str]:
    """The triggers that a table should have and has not: dropped, or put out of action."""
    dialect = session.get_bind().dialect.name
    wanted = {f"{table}_append_only"} if dialect == "postgresql" else {f"{table}_no_update", f"{table}_no_delete"}
    return sorted(wanted - set(session.scalars(text(_STANDING[dialect]), {"table": table})))
