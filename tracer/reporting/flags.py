"""What answers called for, as a record's page and the lists of work show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import RAISED, Case, Contact, Flag, Task, TaskState, Team
from tracer.policy.flags import consequence


@dataclass(frozen=True, slots=True)
class Line:
    """One flag: in words, whose it is to deal with, and how it stands. `task` is there where it may be seen."""

    flag: Flag
    words: str
    kind: str
    team: str
    standing: str
    task: Task | None
    mine: bool


def lines(session: Session, found: Iterable[Flag], disease: str) -> list[Line]:
    """These flags as lines."""
    found = list(found)
    if not found:
        return []
    ids, me = [one.task_id for one in found], actor.of(session).id
    tasks = {task.id: task for task in session.scalars(select(Task).where(Task.id.in_(ids)))}
    named = select(Team.id, Team.name).where(Team.id.in_({one.pool_id for one in found}))
    teams = dict(session.execute(named).all())
    return [_line(one, tasks.get(one.task_id), teams.get(one.pool_id, ""), me, disease) for one in found]


def _line(flag: Flag, task: Task | None, team: str, me: UUID | None, disease: str) -> Line:
    what = consequence(flag.name, disease)
    mine = task is not None and task.state is TaskState.HELD and task.holder_id == me
    return Line(flag, what.words, what.kind, team, _standing(flag, task, mine), task, mine)


def _standing(flag: Flag, task: Task | None, mine: bool) -> str:
    if flag.withdrawn_at is not None:
        return "withdrawn"
    if task is None:
        return "with the team"  # whether somebody there has taken it is theirs to know
    if task.state is TaskState.HELD and not mine:
        return "taken on"
    return {TaskState.WAITING: "waits", TaskState.HELD: "yours"}.get(task.state, task.outcome or "done")


class About(NamedTuple):
    """What such work is in words, and the record that it is about: a case or a contact."""

    words: str
    record_id: UUID
    is_case: bool
    reference: str


def about(session: Session, tasks: Iterable[Task]) -> dict[UUID, About]:
    """Of work that answers called for what it is about, by the id of the task."""
    wanted = {task.id: task for task in tasks if task.kind in RAISED}
    if not wanted:
        return {}
    query = select(Flag, Case.reference, Contact.reference).outerjoin(Case, Case.id == Flag.case_id)
    query = query.outerjoin(Contact, Contact.id == Flag.contact_id).where(Flag.task_id.in_(wanted))
    found: dict[UUID, About] = {}
    for flag, of_case, of_contact in session.execute(query):
        record, words = flag.case_id or flag.contact_id, consequence(flag.name, wanted[flag.task_id].disease).words
        if record is not None:
            found[flag.task_id] = About(words, record, flag.case_id is not None, of_case or of_contact or "")
    return found
