"""The keys of a record, for the privacy officer alone: in the code, and in the database's own view."""

import pytest
from sqlalchemy import text

from tests import world
from tests.site import Site
from tracer import clock, db
from tracer.access import on_record
from tracer.casework import contacts
from tracer.casework.contacts import Named
from tracer.faults import NotFound
from tracer.models import Case, Contact
from tracer.schemas.identity import Identity


def record(site: Site) -> tuple[Case, Contact]:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        who = Named(Identity(given_name="Wren", phone="+447400120001"), clock.today(), "face_to_face")
        return case, contacts.record(case, [who], Identity(), clock.now())[0]


def test_the_keys_of_a_case_and_of_a_contact(site: Site) -> None:
    case, contact = record(site)
    with site.acting("privacy") as session:
        of_case, of_contact = (on_record.keys_of(session, one.reference) for one in (case, contact))
    assert of_case["case_record"] == [str(case.id)] and of_case["person"] == [str(case.person_id)]
    assert of_contact["contact"] == [str(contact.id)] and of_contact["task"] == [str(contact.alert_task_id)]
    assert set(of_case) == {"case_record", "person", "task"}
    assert set(of_contact) == {"contact", "person", "task", "notice"}


@pytest.mark.parametrize("account", ["admin", "supervisor", "tracer1", "analyst"])
def test_nobody_else_gets_them(site: Site, account: str) -> None:
    case, _ = record(site)
    with pytest.raises(NotFound), site.acting(account) as session:
        on_record.keys_of(session, case.reference)


@pytest.mark.parametrize(("account", "seen"), [("privacy", True), ("admin", False), ("tracer1", False), (None, False)])
def test_the_view_itself_asks_who_it_is(site: Site, database: str, account: str | None, seen: bool) -> None:
    """Raw SQL under the web's login: keys for a current privacy officer, and no row for anybody else."""
    if database == "sqlite":
        pytest.skip("SQLite has no logins: the code's check stands alone there")
    record(site)
    with site.system() as session:
        me = str(world.account(session, account).id) if account else ""
    with db.engine("web").begin() as connection:
        connection.execute(text("SELECT set_config('tracer.actor', :me, true)"), {"me": me})
        assert bool(connection.execute(text("SELECT count(*) FROM record_key")).scalar()) is seen
    with site.system() as session:
        world.account(session, "privacy").ended_at = clock.now()
    with db.engine("web").begin() as connection:
        connection.execute(text("SELECT set_config('tracer.actor', :me, true)"), {"me": me})
        assert connection.execute(text("SELECT count(*) FROM record_key")).scalar() == 0


def test_the_view_goes_by_the_reference_s_index(site: Site, database: str) -> None:
    """The condition reaches each part of the view through the barrier."""
    if database == "sqlite":
        pytest.skip("PostgreSQL's barrier")
    with site.system() as session, db.engine("system").begin() as connection:
        me = str(world.account(session, "privacy").id)
        connection.execute(text("SELECT set_config('tracer.actor', :me, true)"), {"me": me})
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = text("EXPLAIN SELECT entity_id FROM record_key WHERE reference = 'ABCD2345'")
        plan = "\n".join(connection.execute(query).scalars())
    assert plan.count("uq_case_record_reference") + plan.count("ix_case_record_reference") >= 5, plan


def test_inserts_of_the_audit_read_nothing_back(site: Site) -> None:
    """The door may write an event and not see it: no RETURNING, of one event or of many."""
    from sqlalchemy import event

    said: list[str] = []

    def hear(*arguments: object) -> None:
        said.append(str(arguments[2]))

    for name in ("web", "door", "system"):
        event.listen(db.engine(name), "before_cursor_execute", hear)
    case, _ = record(site)
    client = site.browser("tracer1")
    client.get(f"/cases/{case.id}")
    client.post(f"/people/{case.person_id}/reveal/phone")
    site.browser().post("/sign-in", data={"email": "nobody@demo.example", "password": "x"})
    inserts = [one for one in said if "INSERT INTO audit_event" in one]
    assert len(inserts) > 4 and not [one for one in inserts if "RETURNING" in one]
