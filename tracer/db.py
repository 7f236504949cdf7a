"""The database: engines, the session of the running request or job, and the one commit.

`session` is one SQLAlchemy session a thread. `transaction(action)` holds the only commit in the
package and names the action that the audit writes down.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg import pq
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, scoped_session, sessionmaker

maker = sessionmaker(expire_on_commit=False)
session = scoped_session(maker)
_engines: dict[str, Engine] = {}


def configure(url: str, system_url: str | None = None) -> None:
    """Point this process at a database; the second login is the worker's and the commands'.

    The door shares the web's login, on connections of its own that say so to the row policies from their start.
    """
    dispose()
    sqlite = make_url(url).get_backend_name() == "sqlite"
    _engines["web"] = _open(url)
    _engines["door"] = _engines["web"] if sqlite else _open(url, "-c tracer.door=open")
    _engines["system"] = _engines["web"] if system_url in (None, url) else _open(str(system_url))
    maker.configure(bind=_engines["web"])


def engine(login: str = "web") -> Engine:
    """The engine of one login: `web`, `door` or `system`."""
    return _engines[login]


def dispose() -> None:
    """Close every connection (before a fork, at the end of a test)."""
    session.remove()
    for open_engine in set(_engines.values()):
        open_engine.dispose()
    _engines.clear()


def new_session(login: str = "web", **options: Any) -> Session:
    """A session apart from the thread's own; the caller closes it."""
    return maker(bind=_engines[login], **options)


@contextmanager
def transaction(action: str, on: Session | None = None) -> Iterator[Session]:
    """Run a unit of work named `action` (noun.verb): all of it is committed, or none.

    Whatever was read before in the same session belongs to it. Not nested: a verb does not commit.
    """
    work = on if on is not None else session()
    if "action" in work.info:
        raise RuntimeError(f"{action} inside {work.info['action']}: a transaction is not nested.")
    work.info["action"] = action
    try:
        yield work
        work.commit()
    except BaseException:
        work.rollback()
        raise
    finally:
        work.info.pop("action", None)


def begin(connection: Connection, actor: UUID | None) -> None:
    """Begin a transaction of PostgreSQL's and tell its row policies who acts, in one exchange.

    For this transaction alone: set for the session it would be whoever borrows the connection next (measured). Every
    page begins several transactions, and psycopg would send BEGIN by itself, and then what is told.
    """
    line: Any = connection.connection.driver_connection
    idle = line.pgconn.transaction_status == pq.TransactionStatus.IDLE
    told = f"SET LOCAL tracer.actor = '{actor or ''}'"
    if line.pgconn.exec_(f"{'BEGIN; ' if idle else ''}{told}".encode()).status != pq.ExecStatus.COMMAND_OK:
        connection.exec_driver_sql(told)  # says what is wrong with the line


def _open(url: str, more: str = "") -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    # Every query goes by an index: planning it anew, or compiling it, costs more than running it.
    options = f"-c jit=off -c plan_cache_mode=force_generic_plan {more}"
    given = {"options": options, "prepare_threshold": 1}
    made = create_engine(url, pool_size=5, max_overflow=15, connect_args=given)
    made.dialect.do_rollback = _roll_back  # type: ignore[assignment,method-assign]
    return made


def _roll_back(connection: Any) -> None:
    """Roll back, and keep what the connection has prepared.

    psycopg forgets it at a rollback, for a transaction that made tables is undone with them. Ours make none, and every
    page that only reads ends in a rollback: each statement was planned anew, which is
    dear under the row policies (decision 0007).
    """
    line = connection.pgconn
    if line.transaction_status == pq.TransactionStatus.IDLE:
        return
    if line.exec_(b"ROLLBACK").status != pq.ExecStatus.COMMAND_OK:
        connection.rollback()  # says what is wrong with the line


def _open_sqlite(url: str) -> Engine:
    """SQLite with foreign keys on, every write durable, and the write lock taken at the start.

    A deferred transaction that reads and then writes fails with "database is locked" when two meet
    (35 of 200, measured); BEGIN IMMEDIATE waits instead. The rollback journal, not WAL: SQLite 3.40.1
    can corrupt a WAL that is reset.
    """
    made = create_engine(url, connect_args={"timeout": 60})

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=DELETE", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made
