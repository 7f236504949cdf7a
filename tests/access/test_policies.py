"""What PostgreSQL itself lets the web's login see and do, whatever the code above it forgets."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Select, create_engine, make_url, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from tests import world
from tests.access.test_rows import arrange
from tests.conftest import KINDS
from tests.site import Site, web_login
from tracer import db
from tracer.access import changes, logins, rls, rows
from tracer.access.actor import Actor, bind
from tracer.config import ConfigFault
from tracer.models import Base, Case, Person, Staff


@pytest.fixture(params=[kind for kind in KINDS if kind == "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Only PostgreSQL has policies."""
    return str(request.param)


@contextmanager
def raw(actor: UUID | None = None, login: str = "web") -> Iterator[Connection]:
    """SQL as one may type it under a login, in a transaction that is rolled back; the actor set as the app does."""
    with db.engine(login).connect() as connection:
        db.begin(connection, actor)
        yield connection


def test_a_line_that_was_cut_is_said_and_the_next_serves(site: Site) -> None:
    """To begin and to tell go to the server past SQLAlchemy, which must hear of it all the same."""
    with site.acting("tracer1") as session:
        process = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with db.engine("system").connect() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": process}).scalar_one()
    with pytest.raises(OperationalError), site.acting("tracer1") as session:
        session.scalars(select(Staff)).all()
    with site.acting("tracer1") as session:
        assert staff_id(site, "tracer1") in {one.id for one in session.scalars(select(Staff))}


def staff_id(site: Site, account: str) -> UUID:
    with site.system() as session:
        return world.account(session, account).id


def keys(model: type[Base]) -> str:
    return ", ".join(column.name for column in model.__mapper__.primary_key)


def seen_by_policy(connection: Connection, model: type[Base]) -> set[tuple[Any, ...]]:
    """The primary keys that the policies let through, no filter in the statement."""
    return {tuple(row) for row in connection.execute(text(f"SELECT {keys(model)} FROM {model.__tablename__}"))}


def seen_by_filter(session: Session, model: type[Base]) -> set[tuple[Any, ...]]:
    """The primary keys that the session's own rules let through."""
    return {tuple(row) for row in session.execute(_keys_of(model))}


@cache
def _keys_of(model: type[Base]) -> Select[Any]:
    mapper = model.__mapper__
    return select(*(getattr(model, mapper.get_property_by_column(column).key) for column in mapper.primary_key))


@contextmanager
def filtered(site: Site, account: str) -> Iterator[Session]:
    """A session whose rows only the ORM's rules narrow: the owner's login, which no policy binds."""
    with site.system() as session:
        row = world.account(session, account)
    session = db.new_session("system")
    bind(session, Actor(row.id, row.role.value, row.name, row.role, row.team_id))
    try:
        yield session
    finally:
        session.close()


def test_filter_and_policy_are_one(site: Site) -> None:
    """For every account and every table, the ORM's rules alone and the policies alone give the same rows."""
    arrange(site)
    site.browser("tracer1").get("/caseload")
    differences = []
    for account in world.ACCOUNTS:
        with filtered(site, account) as session, raw(staff_id(site, account)) as connection:
            for model in [*rows.ROWS, *rows.OPEN]:
                by_filter, by_policy = seen_by_filter(session, model), seen_by_policy(connection, model)
                if by_filter != by_policy:
                    differences.append((account, model.__tablename__, by_filter ^ by_policy))
    assert differences == []


def test_raw_sql_without_an_actor_sees_nothing(site: Site) -> None:
    """Not one row of any table; and an actor who does not exist is nobody."""
    arrange(site)
    for actor in (None, uuid4()):
        with raw(actor) as connection:
            found = {model.__tablename__: seen_by_policy(connection, model) for model in rows.ROWS}
        assert {name: seen for name, seen in found.items() if seen} == {}


def test_raw_sql_sees_the_rows_of_its_actor(site: Site) -> None:
    """As tracer1 the case that tracer1 holds; as tracer3, who calls its contact, not."""
    held, other, contact = arrange(site)
    with raw(staff_id(site, "tracer1")) as connection:
        assert seen_by_policy(connection, Case) == {(held.id,)}
        assert (contact.person_id,) in seen_by_policy(connection, Person)
    with raw(staff_id(site, "tracer3")) as connection:
        assert seen_by_policy(connection, Case) == set()
        assert seen_by_policy(connection, Person) == {(contact.person_id,)}
    with raw(staff_id(site, "supervisor2")) as connection:
        assert seen_by_policy(connection, Case) == {(other.id,)}


def test_the_setting_ends_with_its_transaction(site: Site) -> None:
    """The next who borrows the connection is nobody until they say who they are."""
    arrange(site)
    with site.acting("tracer1") as session:
        assert session.scalars(select(Case)).all()
    for _ in range(3):
        with db.engine("web").connect() as connection:
            assert connection.execute(text("SELECT current_setting('tracer.actor', true)")).scalar() in (None, "")
            assert connection.execute(text("SELECT count(*) FROM case_record")).scalar() == 0


REFUSED = {
    "the owner's views": "SELECT * FROM inside.task",
    "a role": "SET ROLE postgres",
    "emptying": "TRUNCATE audit_event",
    "row security off": "SET row_security = off; SELECT * FROM case_record",
    "triggers off": "SET session_replication_role = replica",
    "dropping a guard": "DROP POLICY seen ON person",
    "owning": "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
    "a new table": "CREATE TABLE mine (id int)",
    "changing the audit": "UPDATE audit_event SET action = 'nothing'",
    "deleting from the audit": "DELETE FROM audit_event",
    "deleting people": "DELETE FROM person",
    "somebody else's audit": (
        "INSERT INTO audit_event (at, actor_id, actor_kind, action, did, entity, entity_id) "
        "VALUES (now(), gen_random_uuid(), 'tracer', 'case.read', 'read', 'case_record', 'x')"
    ),
    "a case": "INSERT INTO case_record SELECT * FROM case_record",
    "a sign-in for somebody": (
        "INSERT INTO sign_in (id, staff_id, token_hash, epoch, created_at, seen_at) "
        "SELECT gen_random_uuid(), id, '\\x00', 1, now(), now() FROM staff"
    ),
    "reading the server's files": "SELECT pg_read_file('/etc/passwd')",
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_to_the_web(site: Site, what: str) -> None:
    """The web's login owns nothing: what would get round the policies, or forge the record, is refused."""
    arrange(site)
    with raw(staff_id(site, "tracer1")) as connection, pytest.raises(ProgrammingError):
        connection.execute(text(REFUSED[what]))


def test_nobody_makes_themselves_more(site: Site) -> None:
    """A tracer who changes their own role, or anybody's row, changes none."""
    me = staff_id(site, "tracer1")
    with raw(me) as connection:
        changed = connection.execute(text("UPDATE staff SET role = 'administrator'"))
        assert changed.rowcount == 0
    with raw(staff_id(site, "admin")) as connection:
        changed = connection.execute(text("UPDATE staff SET given_name = 'X' WHERE id = :id"), {"id": me})
        assert changed.rowcount == 1


def test_work_cannot_be_entered_in_another_name(site: Site) -> None:
    """An attempt is one's own, under a task of one's own."""
    held, _, _ = arrange(site)
    with site.system() as session:
        task = session.execute(text("SELECT id FROM task WHERE case_id = :id"), {"id": held.id}).scalar_one()
    words = text(
        "INSERT INTO attempt (id, task_id, case_id, staff_id, outcome, at) "
        "VALUES (:id, :task, :case, :staff, 'no answer', now())"
    )
    given = {"task": task, "case": held.id}
    mine, others = staff_id(site, "tracer1"), staff_id(site, "tracer2")
    for actor, staff, allowed in ((mine, mine, True), (mine, others, False), (others, others, False)):
        with raw(actor) as connection:
            if allowed:
                connection.execute(words, {**given, "id": uuid4(), "staff": staff})
            else:
                with pytest.raises(ProgrammingError, match="row-level security"):
                    connection.execute(words, {**given, "id": uuid4(), "staff": staff})


def test_the_door_sees_no_record(site: Site) -> None:
    """It reads what proves who somebody is, writes the audit, and reads nothing else."""
    arrange(site)
    site.browser("tracer1")
    with raw(None, "door") as connection:
        found = {model: seen_by_policy(connection, model) for model in rows.ROWS}
    assert {model for model, seen in found.items() if seen} <= rows.DOORWAY
    assert found[Staff]


def test_every_table_is_under_a_policy(site: Site) -> None:
    """A new table cannot escape: row security is on for each, and the role's rights are those declared."""
    with site.system() as session:
        bare = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "AND NOT relrowsecurity"
            )
        ).all()
        rights = session.execute(
            text(
                "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = :role "
                "AND table_schema = 'public'"
            ),
            {"role": rls.ROLE},
        ).all()
    assert set(bare) == {"alembic_version"}
    writing = {"INSERT": changes.ENTER, "UPDATE": changes.CHANGE, "DELETE": changes.REMOVE}
    tables = {model.__tablename__: model for model in [*rows.ROWS, *rows.OPEN]}
    for table, right in rights:
        if right != "SELECT":
            model = tables[table]
            assert model in rows.DOORWAY or model in writing[right], (table, right)


def test_the_policies_are_the_rules(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed is what the code says; a rule that changes shows, and an upgrade makes it anew."""
    with db.engine("system").begin() as connection:
        assert rls.installed(connection) == rls.digest()
        before = _deparsed(connection)
        rls.remove(connection)
        rls.install(connection)
        assert _deparsed(connection) == before
    logins.check(db.engine("web"))
    monkeypatch.setitem(cast("dict[Any, Any]", rows.ROWS), Case, rows.nobody)
    with pytest.raises(ConfigFault, match="db upgrade"):
        logins.check(db.engine("web"))
    logins.upgrade(db.engine("system"), site.environ["TRACER_DATABASE_URL"])
    logins.check(db.engine("web"))
    held, _, _ = arrange(site)
    with raw(staff_id(site, "tracer1")) as connection:
        assert (held.id,) not in seen_by_policy(connection, Case)


def _deparsed(connection: Connection) -> list[Any]:
    query = "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2"
    return [tuple(row) for row in connection.execute(text(query))]


def test_logins_that_may_not_serve(site: Site) -> None:
    """The owner, a superuser, one who belongs to nothing: production does not start on them."""
    with pytest.raises(ConfigFault, match="is a superuser"):
        logins.check(db.engine("system"))
    stranger = make_url(web_login(site.url)).set(username="tracer_test_stranger")
    with db.engine("system").begin() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = 'tracer_test_stranger'")).scalar()
        if not known:
            connection.execute(text("CREATE ROLE tracer_test_stranger LOGIN PASSWORD 'tracer-test'"))
    engine = create_engine(stranger)
    with pytest.raises(ConfigFault, match="no member"):
        logins.check(engine)
    engine.dispose()


def test_an_owner_without_the_right_is_told_what_to_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machinery's login may be no administrator of the server: then the words say what one has to run."""
    monkeypatch.setattr(rls, "ROLE", "tracer_web_unmade")
    name, owner = f"tracer_owned_{uuid4().hex[:8]}", "tracer_test_owner"
    server = db.engine("system").execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": owner}).scalar():
            connection.execute(text(f"CREATE ROLE {owner} LOGIN PASSWORD 'tracer-test'"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {owner}"))
    engine = create_engine(make_url(site.url).set(username=owner, password="tracer-test", database=name))
    try:
        with pytest.raises(ConfigFault, match="CREATE ROLE tracer_web_unmade NOLOGIN"):
            logins.upgrade(engine)
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
