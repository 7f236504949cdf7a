"""PostgreSQL's two logins: the machinery's owns the tables, the web's owns nothing and stands under the policies."""

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

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
    _ensure(connection, _KNOWN, (rls.ROLE,), f"CREATE ROLE {rls.ROLE} NOLOGIN")


def _let_in(connection: Connection, web: URL) -> None:
    """Make the web's login, and a member of the role that the policies are for."""
    name = web.username
    if name is None or name == connection.engine.url.username:
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    secret = str(web.password or "").replace("'", "''").replace("%", "%%")
    login = f"CREATE ROLE {quoted} LOGIN" + (f" PASSWORD '{secret}'" if secret else "")
    _ensure(connection, _KNOWN, (name,), login)
    _ensure(connection, "SELECT pg_has_role(%s, %s, 'MEMBER')", (name, rls.ROLE), f"GRANT {rls.ROLE} TO {quoted}")


_KNOWN = "SELECT count(*) > 0 FROM pg_roles WHERE rolname = %s"


def _ensure(connection: Connection, done: str, names: tuple[str, ...], statement: str) -> None:
    """Run it unless it is done already. Roles belong to the whole server: another database's upgrade may be first."""
    for _ in range(3):
        if connection.exec_driver_sql(done, names).scalar():
            return
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement)
        except DBAPIError as error:
            fault = error
    words = statement.partition(" PASSWORD ")[0]
    raise ConfigFault(f"This login may not do it: have a database administrator run: {words}") from fault


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
