"""What a tracer holds, as their home page shows it: enough to choose by, and nobody's name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import Case, Contact, Person, Task, TaskKind, TaskState
from tracer.policy import calling
from tracer.reporting import flags


@dataclass(frozen=True, slots=True)
class Held:
    """One held task, with what it is about: a case, or the contacts of a household."""

    task: Task
    references: list[tuple[UUID, str]]
    birth_year: int | None
    now: datetime
    called: str
    of_case: bool

    @property
    def late(self) -> bool:
        """Past its time; a callback has its minutes."""
        return calling.is_late(self.task.not_before, self.now) if self.task.callback else self.task.when < self.now

    @property
    def is_now(self) -> bool:
        """A callback whose minute has come."""
        return self.task.callback and not self.late and self.task.when <= self.now


def same_address(session: Session, task: Task, now: datetime) -> list[Held]:
    """What else the actor holds at the address that a held task of theirs is about."""
    if task.household_key is None:
        return []
    return of_actor(session, now, Task.household_key == task.household_key, Task.id != task.id)


def of_actor(session: Session, now: datetime, *only: ColumnElement[bool]) -> list[Held]:
    """The actor's held tasks in the order to work them: callbacks of this moment, what can be worked now, the rest."""
    turn = case(
        (Task.callback & (Task.not_before <= now + calling.SOON), 0),
        (func.coalesce(Task.not_before, now) <= now, 1),
        else_=2,
    )
    query = (
        select(Task, Case.id, Case.reference, Person.birth_year)
        .outerjoin(Case, Case.id == Task.case_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(Task.holder_id == actor.staff_id(session), Task.state == TaskState.HELD, *only)
        .order_by(turn, Task.when, Task.id)
    )
    rows = session.execute(query).all()
    about = _contacts(session, [task.id for task, *_ in rows if task.kind is TaskKind.ALERT])
    called_for = flags.about(session, [task for task, *_ in rows])
    found = []
    for task, case_id, reference, born in rows:
        shown = about.get(task.id, []) if task.kind is TaskKind.ALERT else [(case_id, reference)]
        # A conflict that came to light closes the record before the worker takes the task away.
        if task.id in called_for:
            why = called_for[task.id]
            called = f"{task.kind.value.capitalize()}: {why.words[0].lower()}{why.words[1:]}"
            found.append(Held(task, [(why.record_id, why.reference)], born, now, called, why.is_case))
        elif task.kind is TaskKind.ALERT or case_id is not None:
            called = "Alert call" if task.kind is TaskKind.ALERT else "Interview"
            found.append(Held(task, shown, born, now, called, task.kind is TaskKind.INTERVIEW))
    return found


def _contacts(session: Session, task_ids: list[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    if not task_ids:
        return {}
    query = select(Contact.alert_task_id, Contact.id, Contact.reference)
    query = query.where(Contact.alert_task_id.in_(task_ids)).order_by(Contact.created_at, Contact.id)
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for task_id, contact_id, reference in session.execute(query):
        if task_id is not None:
            found.setdefault(task_id, []).append((contact_id, reference))
    return found
