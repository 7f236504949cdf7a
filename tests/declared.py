"""What the sweeps need to know of a route and cannot read off it: how to make its record, and a form that it takes.

The one table to add to. A new part of an address (`<uuid:grant_id>`) gets a line in RECORDS or WORDS, or the
sweep fails and says so. A form in FORMS is optional: without one a changing route is tried with an empty form.
"""

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import batches, world
from tests.reach import Row
from tracer import clock
from tracer.access.session import new_token
from tracer.casework import contacts, receipts
from tracer.casework.contacts import Named
from tracer.models import (
    ApiToken,
    Base,
    Case,
    Contact,
    Intake,
    IntakeReject,
    IntakeState,
    Interview,
    Person,
    PublishedScript,
    Staff,
    Task,
    TaskState,
)
from tracer.schemas.identity import Identity

Rows = Mapping[str, Row]
Maker = Callable[[Session, Staff, int], Base]


def _hold(session: Session, task: Task, owner: Staff) -> None:
    """By hand, because some owners could not be given work: a trainer who was a tracer yesterday."""
    task.state, task.holder_id, task.held_until = TaskState.HELD, owner.id, clock.now() + timedelta(hours=8)
    task.team_id = owner.team_id or task.pool_id
    session.flush()


def _nhs_number(number: int) -> str:
    """A valid one of the range kept for tests, of which no two numbers share one."""
    for last in range(10):
        nine = f"9990{number:04d}{last}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{nine}{check % 11}"
    raise AssertionError(number)


def secrets(number: int) -> dict[str, Any]:
    """The parts of a person that no page but a reveal may show, beside those that `world` gives."""
    return {
        "nhs_number": _nhs_number(number),
        "date_of_birth": clock.today().replace(year=1931, month=1, day=1) + timedelta(days=number),
    }


def case(session: Session, owner: Staff, number: int) -> Case:
    made, task = world.make_case(session, number, **secrets(number))
    _hold(session, task, owner)
    return made


def task(session: Session, owner: Staff, number: int) -> Task:
    about = case(session, owner, number)
    return session.scalars(select(Task).where(Task.case_id == about.id)).one()


def person(session: Session, owner: Staff, number: int) -> Person:
    return case(session, owner, number).person


def contact(session: Session, owner: Staff, number: int) -> Contact:
    """Its alert task is the owner's; its case is nobody's, elsewhere."""
    about, _ = world.make_case(session, number, area="SE1")
    known: dict[str, Any] = {"phone": f"+4474001{number + 500:05d}", "email": f"wren{number}@example.com"}
    who = Identity(given_name=f"Wren{number}", family_name=f"Sparrowhawk{number}", **known, **secrets(number + 500))
    made = contacts.record(about, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
    _hold(session, session.get_one(Task, made.alert_task_id), owner)
    return made


def interview(session: Session, owner: Staff, number: int) -> Interview:
    work = task(session, owner, number)
    live = select(PublishedScript.id).where(PublishedScript.disease == "covid-19", PublishedScript.kind == "index-case")
    made = Interview(
        script_id=session.scalars(live).one(),
        task_id=work.id,
        case_id=work.case_id,
        started_at=clock.now(),
        started_by_id=owner.id,
    )
    session.add(made)
    return made


def staff(_: Session, owner: Staff, __: int) -> Staff:
    return owner


def token(session: Session, owner: Staff, number: int) -> ApiToken:
    now = clock.now()
    until = now + timedelta(days=9)
    made = ApiToken(name=f"token {number}", staff_id=owner.id, scope="intake", created_at=now, expires_at=until)
    made.token_hash = new_token()[1]
    session.add(made)
    return made


def intake(session: Session, owner: Staff, number: int) -> Intake:
    """One row, and that one was not taken."""
    now = clock.now()
    made = Intake(filename="batch.csv", disease="covid-19", digest=bytes(32), state=IntakeState.LOADED)
    made.declared = made.rejected = 1
    made.received_by_id, made.received_at = owner.id, now
    session.add(made)
    session.flush()
    faults = [{"column": "phone", "value": "ask mum", "message": "Give a telephone number."}]
    session.add(IntakeReject(**receipts.sealed(made.id, 2, faults, {"record_id": f"Magpie{number}"}, now)))
    return made


# A part of an address that names a record -> how to make one that belongs to somebody.
RECORDS: dict[str, Maker] = {
    "case_id": case,
    "contact_id": contact,
    "intake_id": intake,
    "interview_id": interview,
    "person_id": person,
    "staff_id": staff,
    "task_id": task,
    "token_id": token,
}

# A part of an address that names no record -> a word that it takes.
WORDS = {"field": "phone", "filename": "tracer.css", "section": "introduction", "token": "no-such-link"}


def _reason(name: str, rows: Rows) -> dict[str, Any]:
    return {"data": {"reason": "for the sweep", "version": rows[name]["version"]}}


def _attempt(_: Rows) -> dict[str, Any]:
    return {"data": {"once": str(uuid4()), "outcome": "no answer", "note": "nobody there"}}


def _batch() -> tuple[io.BytesIO, str]:
    return io.BytesIO(batches.text(batches.row(1)).encode()), "batch.csv"


def _change(rows: Rows) -> dict[str, Any]:
    return {"data": {"role": "trainer", "team": "", "version": rows["staff_id"]["version"]}}


def _newcomer(_: Rows) -> dict[str, Any]:
    name = {"email": "new@demo.example", "given_name": "New", "family_name": "Comer"}
    return {"data": {**name, "role": "analyst", "team": "", "password": world.PASSWORD}}


def _tick(rows: Rows) -> dict[str, Any]:
    chosen = f"{rows['task_id']['id']}/{rows['task_id']['version']}/"
    return {"data": {"chosen": chosen, "to": "pool", "reason": "for the sweep"}}


# Endpoint -> what a person who may would send, given the records of that kind (and, under "", a few others).
FORMS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "api.load": lambda _: {"data": {"file": _batch()}},
    "caseload.hand_back": partial(_reason, "task_id"),
    "cases.record_attempt": _attempt,
    "contacts.record_attempt": _attempt,
    "intake.load": lambda _: {"data": {"file": _batch()}},
    "interviews.autosave": lambda _: {"json": {"answers": {}, "section": WORDS["section"]}},
    "interviews.save": lambda _: {"data": {"do": "pause"}},
    "joining.ask": lambda _: {"data": {"email": "nobody@demo.example"}},
    "sign_in.enter": lambda _: {"data": {"email": world.address("tracer1"), "password": world.PASSWORD}},
    "staff.add": _newcomer,
    "staff.change": _change,
    "staff.end": lambda rows: {"data": {"version": rows["staff_id"]["version"]}},
    "team.move": _tick,
    "veil.lower": lambda _: {"data": {"next": "/help"}},
    "veil.lift": lambda _: {"data": {"password": world.PASSWORD, "next": "/help"}},
    "account.change_password": lambda _: {"data": {"old": world.PASSWORD, "password": "another-long-pass-phrase"}},
    "teams.add": lambda rows: {"data": {"name": "West", "parent": str(rows["team"]["id"]), "areas": "BS"}},
    "tokens.add": lambda rows: {"data": {"name": "new", "staff": str(rows["importer"]["id"]), "days": "9"}},
}

# Open to everybody, and nothing stands there but for whoever was sent the link.
NOWHERE = {"joining.show", "joining.choose"}

# A record named in the form and not in the address: these are tried with each kind of record too.
IN_FORM = {"team.move": "task_id"}

# The verb itself refuses what the record would allow: nobody changes their own account, and only whoever
# holds a task does its interview. (endpoint, kind of record) -> status.
REFUSED_BY_VERB = {
    ("interviews.start_case", "team"): 403,
    ("interviews.start_contact", "team"): 403,
    ("interviews.autosave", "team"): 403,
    ("interviews.calling", "team"): 403,
    ("interviews.finish", "team"): 403,
    ("interviews.save", "team"): 403,
    ("staff.change", "own"): 403,
    ("staff.end", "own"): 403,
}
