"""PostgreSQL's two logins: the machinery's owns the tables, the web's owns nothing and stands under the policies."""

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ProgrammingError

from tracer.access import rls
from tracer.config import ConfigFault
from tracer.migrations import runner


def upgrade(engine: Engine, web_url: str | None = None) -> None:
    """Bring a database to the newest schema and its policies to the rules, in one transaction.

    `web_url` is the web's login, let in where it is another than this one. ConfigFault says what a database
    administrator has to do where this login may not.
    """
    with engine.begin() as connection:
        if connection.dialect.name != "postgresql":
            runner.upgrade(connection)
            return
        if not runner.is_newest(connection) or rls.installed(connection) != rls.digest():
            _make_role(connection)
            rls.remove(connection)
            runner.upgrade(connection)
            rls.install(connection)
        if web_url is not None:
            _let_in(connection, make_url(web_url))


def _make_role(connection: Connection) -> None:
    known = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (rls.ROLE,)).scalar()
    if not known:
        _as_administrator(connection, f"CREATE ROLE {rls.ROLE} NOLOGIN")


def _let_in(connection: Connection, web: URL) -> None:
    """Make the web's login, and a member of the role that the policies are for."""
    name = web.username
    if name is None or name == connection.engine.url.username:
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    if not connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).scalar():
        secret = str(web.password or "").replace("'", "''").replace("%", "%%")
        _as_administrator(connection, f"CREATE ROLE {quoted} LOGIN" + (f" PASSWORD '{secret}'" if secret else ""))
    member = connection.exec_driver_sql("SELECT pg_has_role(%s, %s, 'MEMBER')", (name, rls.ROLE)).scalar()
    if not member:
        _as_administrator(connection, f"GRANT {rls.ROLE} TO {quoted}")


def _as_administrator(connection: Connection, statement: str) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        words = statement.partition(" PASSWORD ")[0]
        raise ConfigFault(f"This login may not do it: have a database administrator run: {words}") from error


_FAULTS = """
SELECT CASE
  WHEN rolsuper THEN 'is a superuser'
  WHEN rolbypassrls THEN 'may bypass row security'
  WHEN EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname IN ('public', 'inside') AND pg_has_role(current_user, relowner, 'MEMBER')) THEN 'owns tables'
  WHEN rolcreaterole THEN 'may make roles'
  WHEN NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tracer_web') THEN 'has no role tracer_web to belong to'
  WHEN NOT pg_has_role(current_user, 'tracer_web', 'MEMBER') THEN 'is no member of tracer_web'
END FROM pg_roles WHERE rolname = current_user
"""


def check(engine: Engine) -> None:
    """Refuse to serve under a login that the policies do not bind, or on policies that are not the code's."""
    if engine.dialect.name != "postgresql":
        raise ConfigFault("TRACER_DATABASE_URL is SQLite: production runs on PostgreSQL, with row security.")
    with engine.connect() as connection:
        fault = connection.exec_driver_sql(_FAULTS).scalar()
        if fault:
            raise ConfigFault(
                f"The login of TRACER_DATABASE_URL {fault}: give the web a login of its own, and the machinery's in "
                "TRACER_SYSTEM_DATABASE_URL to worker and commands, then run: flask --app tracer.app db upgrade"
            )
        if rls.installed(connection) != rls.digest():
            raise ConfigFault(
                "The database's row policies are not this version's: run flask --app tracer.app db upgrade"
            )
