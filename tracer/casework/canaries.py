"""Canaries: synthetic records that are planted, and records of ours that are marked, because nobody whose work
it is not has a reason to open them.

The privacy officer asks; the worker does it, for it takes sight of records that no page of theirs has. A planted
one is a finished case of a team: whoever leads the team can come upon it, and no tracer is ever given it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor
from tracer.casework import cases, people
from tracer.casework.records import session_of
from tracer.ids import new_id
from tracer.models import Canary, Case, Contact, Task, TaskState, Team
from tracer.schemas.identity import Identity

_MOST = 50
_DISEASE = "covid-19"


def mark(session: Session, reference: str, now: datetime) -> Canary:
    """Ask for one of our records to be marked, by its reference."""
    canary = Canary(id=new_id(), reference=reference, made_by_id=actor.staff_id(session), created_at=now)
    session.add(canary)
    return canary


def plant(session: Session, team: Team, identity: Identity, now: datetime) -> Canary:
    """Ask for a synthetic record to be planted in a team."""
    canary = Canary(id=new_id(), team_id=team.id, made_by_id=actor.staff_id(session), created_at=now)
    canary.sealed = vault.current().seal(identity.to_document(), canary.id, now.date())
    session.add(canary)
    return canary


def retire(canary: Canary, now: datetime) -> None:
    """It does not count any more."""
    canary.retired_at = canary.retired_at or now


def listed(session: Session) -> list[Canary]:
    """Those in use, the newest first."""
    return list(session.scalars(select(Canary).where(Canary.retired_at.is_(None)).order_by(Canary.created_at.desc())))


def set_all(session: Session, now: datetime) -> int:
    """Do what was asked for; SYSTEM's work."""
    query = select(Canary).where(Canary.set_at.is_(None)).limit(_MOST).with_for_update(skip_locked=True)
    asked = session.scalars(query).all()
    for canary in asked:
        canary.set_at = now
        if canary.sealed is not None:
            _plant(canary, now)
        else:
            _mark(canary)
    return len(asked)


def _mark(canary: Canary) -> None:
    session = session_of(canary)
    case = session.scalar(select(Case).where(Case.reference == canary.reference))
    contact = session.scalar(select(Contact).where(Contact.reference == canary.reference))
    found: Any = case or contact
    if found is None:
        canary.fault = "No case or contact has this reference."
        return
    canary.person_id = found.person_id


def _plant(canary: Canary, now: datetime) -> None:
    """A person, their case a fortnight old, and its interview task finished: nothing is left to do."""
    session, then = session_of(canary), now - timedelta(days=14)
    assert canary.sealed is not None and canary.team_id is not None
    identity = Identity.from_document(vault.current().open(canary.sealed, canary.id))
    known: dict[str, Any] = {"birth_year": None, "area": _area(identity), "language": "en"}
    person = people.new(identity, then, **known)
    session.add(person)
    case_values, task_values = cases.opening(
        person.id, disease=_DISEASE, specimen_date=then.date(), pool_id=canary.team_id, now=then, **known
    )
    case = Case(**case_values)
    session.add(case)
    session.flush()
    task = Task(**task_values)
    task.state, task.outcome, task.finished_at = TaskState.DONE, "completed", then
    session.add(task)
    canary.person_id, canary.reference = person.id, case.reference


def _area(identity: Identity) -> str | None:
    return identity.postcode.split()[0] if identity.postcode else None
