"""Every table under a row rule, for every account: the guard lets through what plain Python says, row by row."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from tests import declared, making, world
from tests.reach import NOBODYS, Reach, dump
from tests.site import Site
from tracer import clock
from tracer.access import rows
from tracer.access.door import door_session
from tracer.casework import tasks
from tracer.models import (
    Answer,
    Attempt,
    Base,
    Channel,
    ConflictOfInterest,
    FactorReset,
    Interview,
    Notice,
    Outcome,
    PasswordLink,
    QuestionTally,
    StaffKey,
    Suspension,
    Task,
    Team,
)

OWNERS = ("tracer1", "tracer2", "tracer4", "supervisor", "trainer", "importer")
# What stays shut to whoever is only signing in, whatever else the door may learn to read.
RECORDS = {
    *("answer", "assignment", "attempt", "audit_event", "case_record", "contact", "exposure", "flag", "intake"),
    *("intake_reject", "interview", "notice", "person", "task"),
}


def arrange(site: Site) -> Reach:
    """Records of every sort in many hands: held, waiting in several pools, finished, handed on."""
    browsers = [site.browser(account) for account in ("tracer1", "supervisor", "privacy")]
    with site.system() as session:
        for place, account in enumerate(OWNERS):
            owner = world.account(session, account)
            for number, maker in enumerate(declared.RECORDS.values(), 1):
                maker(session, owner, place * len(declared.RECORDS) + number)
            session.add(_owed_to(owner.id, account))
            for number in (400, 450):
                making.flag(session, owner, number + place, by_contact=number == 450)
        for place, area in enumerate(("LS6", "YO1", "SE1", "ZE1"), 200):
            world.make_case(session, place, area=area)
        for place, account in enumerate(("tracer1", "tracer3"), 300):
            _, task = world.make_case(session, place, area="YO1")
            world.give(session, task, account)
        for team in session.scalars(select(Team)):
            making.counts(session, team)
        session.add(QuestionTally(course="x", course_version=1, question="y", asked=1, right=1, chosen={}))
        _worked(session)
        _overseen(session)
    for browser in browsers:
        browser.post("/caseload/next")
    with site.acting("tracer3") as session:
        held = session.scalars(select(Task).where(Task.holder_id == world.account(session, "tracer3").id)).one()
        tasks.finish(held, "completed", clock.now())
    with site.system() as session:
        return Reach(dump(session))


def _owed_to(staff_id: Any, account: str) -> Notice:
    now = clock.now()
    kind = {"kind": "test", "channel": Channel.EMAIL, "sealed": b"x", "next_try_at": now + timedelta(days=1)}
    return Notice(key=f"test:{account}", staff_id=staff_id, created_at=now, **kind)


def _overseen(session: Session) -> None:
    """What others than the holders of records see or do: links, resets, suspensions, conflicts of interest."""
    now, mine = clock.now(), world.account(session, "tracer1")
    until = now + timedelta(days=1)
    session.add(PasswordLink(staff_id=mine.id, token_hash=b"x", created_at=now, expires_at=until))
    session.add(FactorReset(staff_id=mine.id, by_id=world.account(session, "admin").id, at=now, reason="lost"))
    alert = making.alert(session, mine, 0)
    session.flush()
    session.add(Suspension(staff_id=mine.id, alert_id=alert.id, from_at=now, lifted_at=now))
    session.add(StaffKey(staff_id=mine.id, kind="phone", key=b"x"))
    for place, account in enumerate(("tracer1", "tracer2"), 350):
        about, task = world.make_case(session, place)
        against = {"staff_id": world.account(session, account).id, "person_id": about.person_id}
        session.add(ConflictOfInterest(task_id=task.id, why="home", **against))
    _asked(session)
    held, work = world.make_case(session, 360)
    making.hold(session, work, mine)
    session.add(ConflictOfInterest(staff_id=mine.id, person_id=held.person_id, task_id=work.id, why="self"))


def _asked(session: Session) -> None:
    """Experts, what they can answer, have taken up, and have answered; in whose way a conflict stands."""
    now, (one, two) = clock.now(), (world.account(session, name) for name in ("tracer1", "tracer2"))
    stranger = world.account(session, "tracer4")
    two.skills, one.skills = ["clinical", "complex settings"], ["conversation"]
    for number, kind in enumerate(("clinical", "conversation", "clinical", "conversation"), 371):
        asked = making.record_question(session, stranger, number, kind)
        if number == 373:
            session.flush()
            shun = {"staff_id": two.id, "person_id": UUID(asked.person_key)}
            session.add(ConflictOfInterest(task_id=asked.task_id, why="home", **shun))
        if number == 374:
            asked.taken_by_id, asked.taken_until = one.id, now + timedelta(hours=2)
            asked.answered_by_id, asked.answered_at, asked.sealed_answer = one.id, now, b"x"


def _worked(session: Session) -> None:
    """An attempt under every held task, and an answer in every interview."""
    for task in session.scalars(select(Task).where(Task.holder_id.is_not(None))):
        tried = {"task_id": task.id, "case_id": task.case_id, "staff_id": task.holder_id}
        session.add(Attempt(outcome=Outcome.NO_ANSWER, at=clock.now(), **tried))
    for one in session.scalars(select(Interview)):
        given = {"given_at": clock.now(), "given_by_id": one.started_by_id}
        session.add(Answer(interview_id=one.id, key="onset", sealed=b"x", **given))


def keys(session: Session, model: type[Base]) -> set[tuple[Any, ...]]:
    """The keys of the rows of a table that a session sees."""
    mapper = inspect(model)
    key = [mapper.get_property_by_column(column).class_attribute for column in mapper.primary_key]
    return {tuple(row) for row in session.execute(select(*key))}


def test_the_guard_and_plain_python_agree(site: Site) -> None:
    reach, wrong = arrange(site), []
    seen, hidden = set[str](), set[str]()
    for account in world.ACCOUNTS:
        with site.acting(account) as session:
            me = world.account(session, account).id
            for model in rows.ROWS:
                table = model.__tablename__
                shown, ought = keys(session, model), reach.seen(me, table)
                if shown != ought:
                    wrong.append(
                        f"{account} sees {len(shown - ought)} of {table} too many, {len(ought - shown)} too few"
                    )
                seen |= {table} if shown else set()
                hidden |= {table} if len(shown) < len(reach.tables[table]) else set()
    assert wrong == []
    unproven = {model.__tablename__ for model in rows.ROWS} - (seen & hidden) - NOBODYS
    assert not unproven, f"Make rows of these in arrange(), some in reach and some not: {sorted(unproven)}"


def test_the_door_sees_who_people_are_and_no_record(site: Site) -> None:
    reach = arrange(site)
    with door_session() as session:
        for model in rows.ROWS:
            shown = keys(session, model)
            whole = model in rows.DOORWAY and model.__tablename__ not in RECORDS
            assert len(shown) == (len(reach.tables[model.__tablename__]) if whole else 0), model


@pytest.mark.parametrize("account", ["tracer1", "privacy"])
def test_what_is_open_is_open_to_everybody(site: Site, account: str) -> None:
    with site.system() as session:
        tables = dump(session)
    with site.acting(account) as session:
        for model in rows.OPEN:
            assert len(session.execute(select(model)).all()) == len(tables[model.__tablename__])
