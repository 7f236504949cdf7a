"""What the demonstration's staff have done so far: claims, attempts, callbacks, interviews, alert calls."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db
from tracer.access.actor import Actor, bind
from tracer.access.system import system_session
from tracer.casework import attempts, claims, contacts, tasks
from tracer.casework import cases as casework_cases
from tracer.casework.contacts import Named
from tracer.casework.teams import Pools
from tracer.cli.demo import cases
from tracer.clock import LONDON
from tracer.models import ContactState, Outcome, Staff, Task, TaskKind, TaskState
from tracer.schemas.identity import Identity

Told = Callable[[int], None]


def make(accounts: dict[str, Actor], chance: random.Random, now: datetime, told: Told) -> None:
    """About 300 cases over five days, then the tracers' work on them."""
    _receive(chance, now, told)
    for name, since in (("tracer1", 6), ("tracer2", 14), ("tracer3", 55), ("tracer4", 21)):
        _work(accounts[name], chance, now - timedelta(minutes=since))
        _call_contacts(accounts[name], now)


def _receive(chance: random.Random, now: datetime, told: Told) -> None:
    number = 0
    with system_session() as session, db.transaction("demo.receive", session):
        pools = Pools(session)
        while number < cases.CASES:
            home = cases.household(chance, number)
            received = now - timedelta(minutes=chance.randrange(5 * 24 * 60))
            for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
                cases.make(session, pools, chance, number, home, received)
                number += 1
                told(1)


def _work(who: Actor, chance: random.Random, now: datetime) -> None:
    """One tracer's last days: some finished, some tried, some waiting for a callback, some just taken."""
    for turn in range(26):
        at = now - timedelta(minutes=(25 - turn) * 40)
        session = db.new_session()
        bind(session, who)
        try:
            with db.transaction("demo.work", session):
                task = claims.claim_next(session, at)
                if task is not None:
                    _do(session, task, chance, turn, at, now)
        finally:
            session.close()


def _do(session: Session, task: Task, chance: random.Random, turn: int, at: datetime, now: datetime) -> None:
    if task.kind is TaskKind.ALERT:
        _alert(session, task, at)
    elif turn < 16:
        _interviewed(session, task, chance, at)
    else:
        _tried(session, task, chance, turn, at, now)


def _call_contacts(who: Actor, now: datetime) -> None:
    """Some households' alert calls are theirs: two are done, one is still to do."""
    waiting = select(Task).where(
        Task.kind == TaskKind.ALERT, Task.state == TaskState.WAITING, Task.team_id == who.team_id
    )
    with system_session() as session, db.transaction("demo.hand_over", session):
        person = session.get_one(Staff, who.id)
        taken = session.scalars(waiting.order_by(Task.created_at).limit(3)).all()
        for task in taken:
            tasks.reassign(task, person, "the demonstration", now)
        for task in taken[:2]:
            _alert(session, task, now)


def _interviewed(session: Session, task: Task, chance: random.Random, at: datetime) -> None:
    """A finished interview: the contacts that it named."""
    assert task.case_id is not None
    case = casework_cases.get(session, task.case_id)
    who = Identity(family_name="Homewood", address_line_1=f"{chance.randint(1, 90)} Chapel Rise", postcode="LS6 3AA")
    named = [_named(chance, at, home=True) for _ in range(chance.randint(0, 3))]
    named += [_named(chance, at, home=False) for _ in range(chance.randint(0, 4))]
    contacts.record(case, named, who, at)
    case.outcome = "completed"
    session.flush()
    tasks.finish(task, "completed", at)


def _named(chance: random.Random, at: datetime, *, home: bool) -> Named:
    number = chance.randrange(50_000, 99_999)
    who = cases.identity(chance, number, cases.household(chance, number))
    day = at.date() - timedelta(days=chance.randint(0, 5))
    near = chance.choice(("face_to_face", "within_2m", "within_1m", "vehicle", "other"))
    plain = Identity(given_name=who.given_name, family_name=who.family_name, phone=who.phone, email=who.email)
    return Named(plain, day, "household" if home else near, home, 20, None, "Family" if home else "Friend")


def _alert(session: Session, task: Task, at: datetime) -> None:
    for contact in contacts.of_task(session, task):
        contact.state = ContactState.ALERTED
    session.flush()
    tasks.finish(task, "completed", at)


def _tried(session: Session, task: Task, chance: random.Random, turn: int, at: datetime, now: datetime) -> None:
    """Still held: no answer, a callback booked, or nothing done yet."""
    assert task.case_id is not None
    case = casework_cases.get(session, task.case_id)
    if turn % 3 == 0:
        when = (now.astimezone(LONDON) + timedelta(days=1)).replace(hour=chance.randint(9, 18), minute=30, second=0)
        attempts.record(task, case, id=uuid4(), outcome=Outcome.CALL_BACK, at=at, callback_at=when)
    elif turn % 3 == 1:
        outcome = chance.choice((Outcome.NO_ANSWER, Outcome.VOICEMAIL))
        attempts.record(task, case, id=uuid4(), outcome=outcome, at=at)
    task.held_until = max(task.held_until or now, now + timedelta(hours=2))
