"""What a finished interview writes: onset, identity parts, contacts with their exposures, the outcome."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from tracer import phone
from tracer.access import identity as sealed
from tracer.casework import cases, contacts, people, tasks
from tracer.casework.contacts import Named
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.interview.record import Record, Values
from tracer.models import Case, Contact, ContactState, Person, Task
from tracer.schemas.identity import Identity

# The outcomes of a call as the record's words.
_WORDS = {
    "completed": "completed",
    "refused": "refused",
    "not_identified": "not reached",
    "unable": "not able",
}


def write(about: Case | Contact, task: Task, found: Record, now: datetime) -> None:
    """Write a record to its case or contact, in the transaction of whoever calls."""
    if found.outcome == "call_back":
        tasks.touch(task, now)
    elif isinstance(about, Case):
        _write_case(about, task, found, now)
    else:
        _write_contact(about, task, found, now)


def _write_case(case: Case, task: Task, found: Record, now: datetime) -> None:
    session, outcome = session_of(case), _WORDS[found.outcome or "completed"]
    who = _learn(case.person, found.person, now)
    if told := found.case.get("onset_date"):
        cases.set_onset(case, date.fromisoformat(str(told)))
    if (setting := found.case.get("setting")) and setting != "none":
        case.setting = str(setting)
    case.outcome = outcome
    named = _once(
        [_named(one, case, now, household=True) for one in found.household]
        + [_named(one, case, now, household=False) for one in found.contacts]
    )
    if named:
        contacts.record(case, named, who, now)
    session.flush()
    tasks.finish(task, outcome, now)


def _write_contact(contact: Contact, task: Task, found: Record, now: datetime) -> None:
    _learn(contact.person, found.person, now)
    outcome = _WORDS[found.outcome or "completed"]
    if "symptoms" in found.contact:
        contact.symptoms = found.contact["symptoms"] == "yes"
    told = found.contact.get("told") == "yes"
    if outcome == "completed" and told:
        contact.state = ContactState.ALERTED
    elif outcome == "refused":
        contact.state = ContactState.REFUSED
    else:
        contact.state = ContactState.NOT_REACHED
    session = session_of(contact)
    session.flush()
    left = select(func.count(Contact.id)).where(
        Contact.alert_task_id == task.id, Contact.state == ContactState.TO_ALERT
    )
    if not session.scalar(left):
        tasks.finish(task, outcome, now)


def _learn(person: Person, told: Values, now: datetime) -> Identity:
    """Seal the identity again with what the person told us; returns it."""
    known = sealed.read(session_of(person), person)[0]
    parts: dict[str, Any] = {}
    if told.get("phone"):
        number = phone.parse(str(told["phone"]))
        if number != known.phone:
            parts |= {"phone": number, "phone_2": known.phone or known.phone_2}
    if told.get("email"):
        parts["email"] = str(told["email"])
    if told.get("date_of_birth"):
        parts["date_of_birth"] = date.fromisoformat(str(told["date_of_birth"]))
    if told.get("language"):
        person.language = str(told["language"])
    if not parts:
        return known
    who = replace(known, **parts)
    people.seal(person, who, now.date())
    return who


def _named(told: Values, case: Case, now: datetime, *, household: bool) -> Named:
    """A contact as the answers have it; a household contact's last exposure is the window's end or today."""
    text = {key: str(value).strip() for key, value in told.items()}
    today = london(now).date()
    last = text.get("last_exposure")
    return Named(
        identity=Identity(
            given_name=text.get("given_name", ""),
            family_name=text.get("family_name", ""),
            phone=phone.parse(text["phone"]) if text.get("phone") else None,
            email=text.get("email"),
        ),
        last_exposure=date.fromisoformat(last) if last else min(today, case.window_until),
        closeness="household" if household else text.get("closeness", "other"),
        household=household or text.get("same_address") == "yes",
        minutes=int(text["minutes"]) if text.get("minutes") else None,
        place=text.get("place"),
        relationship=text.get("relationship"),
        birth_year=int(text["birth_year"]) if text.get("birth_year") else None,
        known_id=UUID(text["is"]) if text.get("is") else None,
    )


def _once(named: list[Named]) -> list[Named]:
    """Each person once: the same name and number under home and under contacts is one, the nearer one."""
    found: dict[tuple[str, ...], Named] = {}
    for one in named:
        who = one.identity
        key = (who.given_name.casefold(), who.family_name.casefold(), who.phone or who.email or "")
        found.setdefault(key, one)
    return list(found.values())
