"""Trained before trusted: no rows without training in date, by the ORM's rules and by PostgreSQL's policies alone."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from tests import making, world
from tests.access.test_policies import filtered, raw, seen_by_filter, seen_by_policy
from tests.access.test_reach import arrange
from tests.conftest import KINDS
from tests.interviewing import OpenPage, begin
from tests.reach import Reach, dump
from tests.site import Site
from tracer import clock
from tracer.access import clearance, lookup, own_call, rows
from tracer.casework import clearance as verbs
from tracer.courses import library
from tracer.faults import Conflict, Invalid, NotFound, Refused
from tracer.models import Base, Case, Completion, Grace, Interview, Person, Requirement, Role, Task

# Their own affairs, which take no training.
OWN = {"audit_event", "completion", "factor", "factor_reset", "final_test", "grace", "grant_record", "notice"}
OWN |= {
    "absence",
    "help_question",
    "presence",
    "sign_in",
    "staff",
    "staff_key",
    "training_seat",
    "training_session",
    "conflict",
    "approval",
    "practice_call",
    "practice_mark",
}
PEOPLE = [account for account, (role, _) in world.ACCOUNTS.items() if role is not Role.IMPORTER]


POLICIES = pytest.mark.parametrize("database", [kind for kind in KINDS if kind == "postgresql"], indirect=True)


def number_of(site: Site, account: str, model: type[Base] = Case) -> int:
    with site.acting(account) as session:
        return len(session.scalars(select(model)).all())


def held(site: Site, number: int = 1) -> tuple[Case, Task]:
    with site.system() as session:
        case, task = world.make_case(session, number)
        world.give(session, task, "tracer1")
        return case, task


def lapse_at(site: Site, account: str, at: datetime, key: str = "safeguarding") -> None:
    with site.system() as session:
        mine = (Completion.staff_id == world.account(session, account).id, Completion.key == key)
        session.execute(update(Completion).where(*mine).values(until_at=at))


def test_a_course_that_lapses_at_ten_gives_no_rows_a_second_later(site: Site) -> None:
    held(site)
    ten = datetime(2027, 1, 4, 10, tzinfo=UTC)
    lapse_at(site, "tracer1", ten)
    for second, seen in ((-1, 1), (0, 0), (1, 0)):
        with time_machine.travel(ten + timedelta(seconds=second), tick=False):
            assert [number_of(site, "tracer1", model) for model in (Task, Case, Person)] == [seen] * 3
    assert number_of(site, "supervisor") == 1


@POLICIES
def test_the_policies_end_in_the_same_second(site: Site) -> None:
    held(site)
    with site.system() as session:
        me = world.account(session, "tracer1").id
    lapse_at(site, "tracer1", clock.now() + timedelta(seconds=2))
    with raw(me) as connection:
        assert len(seen_by_policy(connection, Person)) == 1
    time.sleep(2.1)
    with raw(me) as connection:
        assert {model: len(seen_by_policy(connection, model)) for model in (Task, Case, Person)} == {
            Task: 0,
            Case: 0,
            Person: 0,
        }


STATES = ("nothing", "one short", "out of date", "by grace", "grace that ended", "grace that was ended", "trained")


def put(site: Site, account: str, state: str) -> None:
    """Bring somebody into a state of training."""
    now, day = clock.now(), timedelta(days=1)
    with site.system() as session:
        me = world.account(session, account)
        other = world.account(session, "admin" if account != "admin" else "privacy")
        session.execute(delete(Grace).where(Grace.staff_id == me.id))
        world.untrain(session, account)
        if state in {"one short", "out of date", "trained"}:
            world.train(session, me, now)
        mine = (Completion.staff_id == me.id, Completion.key == "data-protection")
        if state == "one short":
            session.execute(delete(Completion).where(*mine))
        if state == "out of date":
            session.execute(update(Completion).where(*mine).values(until_at=now - day))
        if "grace" in state:
            until = now - day if state == "grace that ended" else now + day
            made = Grace(staff_id=me.id, given_by_id=other.id, reason="x", from_at=now - 2 * day, until_at=until)
            made.ended_at = now - day if state == "grace that was ended" else None
            session.add(made)


@pytest.mark.parametrize("state", STATES)
def test_filter_policy_and_plain_python_agree(site: Site, database: str, state: str) -> None:
    """Role by state of training, over every table: who is not cleared sees their own affairs and no record."""
    arrange(site)
    for account in PEOPLE:
        put(site, account, state)
    with site.system() as session:
        reach = Reach(dump(session))
        ids = {account: world.account(session, account).id for account in PEOPLE}
    wrong = []
    for account in PEOPLE:
        with site.acting(account) as session:
            by_filter = {model: seen_by_filter(session, model) for model in rows.ROWS}
        for model, seen in by_filter.items():
            table = model.__tablename__
            if seen != reach.seen(ids[account], table):
                wrong.append(f"{account}: the filter of {table}")
            if seen and state not in {"trained", "by grace"} and table not in OWN:
                wrong.append(f"{account} sees {table}")
        if database == "postgresql":
            with raw(ids[account]) as connection:
                wrong += [
                    f"{account}: the policy of {model.__tablename__}"
                    for model, seen in by_filter.items()
                    if seen_by_policy(connection, model) != seen
                ]
    assert wrong == []


def test_a_role_that_needs_nothing_known_is_not_cleared(site: Site) -> None:
    held(site)
    with site.system() as session:
        session.execute(delete(Requirement).where(Requirement.role == Role.TRACER))
    assert number_of(site, "tracer1") == 0


def on_a_call(site: Site) -> tuple[Case, OpenPage]:
    case, _ = held(site)
    client = site.browser("tracer1")
    return case, OpenPage(client, begin(client, f"/cases/{case.id}"), "introduction")


def test_the_call_in_that_moment_can_go_on(site: Site) -> None:
    _, page = on_a_call(site)
    held(site, 2)
    lapse_at(site, "tracer1", clock.now())
    assert number_of(site, "tracer1") == 1, "of the two the one that they are on"
    page.give(who_answers="person")
    with site.acting("tracer1") as session:
        found, given = own_call.look(session, UUID(page.interview.rpartition("/")[2]), 0)
        assert found is not None and given


def changed_call(site: Site, **values: object) -> None:
    with site.system() as session:
        session.execute(update(Interview).values(**values))


def test_what_is_paused_finished_or_forgotten_is_over(site: Site) -> None:
    on_a_call(site)
    now = clock.now()
    with site.system() as session:
        called = session.scalars(select(Interview.called_at)).one()
    lapse_at(site, "tracer1", now)
    over = {"paused_at": now}, {"finished_at": now - timedelta(seconds=61)}, {"called_at": now - timedelta(hours=4)}
    for one in over:
        changed_call(site, **one)
        assert number_of(site, "tracer1") == 0, one
        changed_call(site, paused_at=None, finished_at=None, called_at=called)
        assert number_of(site, "tracer1") == 1


def test_a_call_begun_without_training_opens_nothing(site: Site) -> None:
    on_a_call(site)
    lapse_at(site, "tracer1", clock.now() - timedelta(hours=1))
    assert number_of(site, "tracer1") == 0


def test_a_call_that_somebody_else_began_opens_nothing(site: Site) -> None:
    on_a_call(site)
    lapse_at(site, "tracer2", clock.now())
    with site.system() as session:
        task = session.scalars(select(Task)).one()
        task.holder_id = world.account(session, "tracer2").id
    assert number_of(site, "tracer2") == 0


def test_nobody_untrained_looks_a_record_up(site: Site) -> None:
    case, _ = held(site)
    with site.acting("tracer3") as session:
        assert lookup.by_reference(session, case.reference)
    lapse_at(site, "tracer3", clock.now())
    with pytest.raises(NotFound), site.acting("tracer3") as session:
        lookup.by_reference(session, case.reference)


def test_what_is_needed_is_kept_as_shipped(site: Site) -> None:
    with site.system() as session:
        kept = {(one.role, one.key): one.months for one in session.scalars(select(Requirement))}
        shipped = library.needed(list(Role))
        assert {key for role, key in kept if role is Role.ANALYST} == {"data-protection", library.UNDERTAKING}
        assert {
            (role, key): months for role in Role for key, months in shipped.of(role).items()
        }.items() <= kept.items()
        session.execute(delete(Requirement).where(Requirement.key == "conversation"))
        session.add(Requirement(role=Role.ANALYST, key="juggling", months=1))
        session.execute(update(Requirement).where(Requirement.key == "data-protection").values(months=1))
        session.expire_all()
        verbs.keep(session)
        session.flush()
        session.expire_all()
        assert {(one.role, one.key): one.months for one in session.scalars(select(Requirement))} == kept


def test_a_version_that_must_be_taken_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was passed of an earlier version serves to the end of that day, and no longer; the new one serves on."""
    from dataclasses import replace

    load, day = library.load, clock.today() + timedelta(days=10)
    newer = replace(load("conversation"), version=2, retake_by=day)
    monkeypatch.setattr(library, "load", lambda name: newer if name == "conversation" else load(name))
    with site.system() as session:
        me = world.account(session, "tracer1")
        early = making.completion(session, me, 1)
        early.key, early.until_at = "conversation", clock.now() + timedelta(days=3)
        new = making.completion(session, me, 2)
        new.key, new.course_version = "conversation", 2
        session.flush()
        new_until = new.until_at
        verbs.keep(session)
        session.expire_all()
        mine = select(Completion).where(Completion.staff_id == me.id, Completion.key == "conversation")
        until = {(one.course_version, one.id): one.until_at for one in session.scalars(mine)}
        assert until.pop((2, new.id)) == new_until
        assert until.pop((1, early.id)) < clock.end_of(day)
        assert set(until.values()) == {clock.end_of(day)}


def test_grace_takes_another_a_reason_and_an_end(site: Site) -> None:
    put(site, "tracer1", "nothing")
    held(site)
    for reason, days, field in (("", 3, "reason"), ("needed at once", 15, "days"), ("needed at once", 0, "days")):
        with pytest.raises(Invalid) as fault, site.acting("supervisor") as session:
            verbs.let_off(session, world.account(session, "tracer1"), reason, days, clock.now())
        assert set(fault.value.fields) == {field}
    with pytest.raises(Refused), site.acting("supervisor") as session:
        verbs.let_off(session, world.account(session, "supervisor"), "for me", 3, clock.now())
    assert number_of(site, "tracer1") == 0
    with site.acting("supervisor", "grace.give") as session:
        verbs.let_off(session, world.account(session, "tracer1"), "needed at once", 3, clock.now())
    assert number_of(site, "tracer1") == 1
    with site.acting("supervisor", "grace.end") as session:
        verbs.end(session.scalars(select(Grace)).one(), clock.now())
    assert number_of(site, "tracer1") == 0
    with pytest.raises(Conflict), site.acting("supervisor", "grace.end") as session:
        verbs.end(session.scalars(select(Grace)).one(), clock.now())


@POLICIES
@pytest.mark.parametrize(
    ("giver", "taker"), [("supervisor", "tracer4"), ("tracer1", "tracer2"), ("privacy", "tracer1")]
)
def test_the_database_takes_grace_from_no_other(site: Site, giver: str, taker: str) -> None:
    with site.system() as session:
        ids = {name: world.account(session, name).id for name in (giver, taker)}
    given = {"reason": "x", "from_at": clock.now(), "until_at": clock.now() + timedelta(days=1)}
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting(giver) as session:
        session.add(Grace(staff_id=ids[taker], given_by_id=ids[giver], **given))
        session.flush()


@POLICIES  # SQLite has one transaction at a time
def test_clearance_is_told_to_each_session_apart(site: Site) -> None:
    """One thread, two people, statement by statement: neither sees with the other's eyes."""
    held(site)
    put(site, "tracer2", "nothing")
    with filtered(site, "tracer1") as mine, filtered(site, "tracer2") as others:
        for _ in range(3):
            assert len(mine.scalars(select(Case)).all()) == 1 and clearance.is_cleared(mine)
            assert others.scalars(select(Case)).all() == [] and not clearance.is_cleared(others)
