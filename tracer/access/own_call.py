"""The one short way to an interview: of whoever holds its task, while they write to it.

Every word that is typed on a call comes through here, and the row rules, written for every way to a record, cost more
than all the rest of a save. So this asks past them by a rule that is narrower than any of them: in the actor's own
hands at this moment, and no conflict. On PostgreSQL two views of the owner's say it (`rls.py` makes them from the
selects below), and what is entered stands under a policy besides; elsewhere this module is the guard.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from tracer import models as m
from tracer.access.clearance import calls_to_end, cleared
from tracer.access.row_sets import tasks_in_conflict
from tracer.access.row_terms import ME, Rule
from tracer.access.row_terms import table as named
from tracer.access.told import know
from tracer.models import TaskState

INTERVIEW: tuple[str, ...] = ("id", "script_id", "task_id", "case_id", "contact_id")
INTERVIEW += ("started_at", "called_at", "paused_at", "finished_at")
_ANSWER = ("id", "interview_id", "key", "sealed", "page", "seq", "known", "beside", "given_at")


@dataclass(frozen=True, slots=True)
class OwnCall:
    """An interview whose task the actor holds."""

    id: UUID
    script_id: UUID
    task_id: UUID
    case_id: UUID | None
    contact_id: UUID | None
    started_at: datetime
    called_at: datetime | None
    paused_at: datetime | None
    finished_at: datetime | None
    held_until: datetime | None


class Row(NamedTuple):
    """One answer, sealed."""

    id: int
    interview_id: UUID
    key: str
    sealed: bytes
    page: UUID | None
    seq: int
    known: int
    beside: bool
    given_at: datetime


def in_own_hands(task: Any) -> Rule:
    """Held by the actor, who is cleared for it or ends a call begun so; and no conflict."""
    mine = or_(task.c.holder_id == cleared(), and_(task.c.holder_id == ME, calls_to_end.has(task.c.id)))
    held = and_(task.c.state == TaskState.HELD, mine)
    return and_(held, not_(tasks_in_conflict.has(task.c.id)))


def of_own_call(column: Any) -> Rule:
    """Of an interview whose task is in the actor's own hands."""
    interview, task = named(m.Interview), named(m.Task)
    return exists().where(interview.c.id == column, task.c.id == interview.c.task_id, in_own_hands(task))


def calls() -> Select[Any]:
    """Every interview in the actor's hands."""
    interview, task = named(m.Interview), named(m.Task)
    columns = [interview.c[name] for name in INTERVIEW]
    return select(*columns, task.c.held_until).where(task.c.id == interview.c.task_id, in_own_hands(task))


def answers() -> Select[Any]:
    """Every answer given in those."""
    answer = named(m.Answer)
    return select(*[answer.c[name] for name in _ANSWER]).where(of_own_call(answer.c.interview_id))


VIEWS = {"own_call": calls, "own_answer": answers}


def alone(session: Session, interview_id: UUID) -> None:
    """One transaction at a time writes to an interview, from here to its end. SQLite's stand in line already."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE, {"key": (interview_id.int >> 64 ^ interview_id.int) % (1 << 63)})


def look(session: Session, interview_id: UUID, since: int) -> tuple[OwnCall | None, list[Row]]:
    """The interview, where its task is in the actor's hands, and its answers in order, from a row on."""
    connection = session.connection()
    views = connection.dialect.name == "postgresql"
    if not views:  # the owner's views ask by themselves
        know(session)
    asked = {"interview": interview_id, "since": since}
    found = connection.execute(_query(views), asked).all()
    if not found:
        return None, []
    width = len(OwnCall.__slots__)
    return OwnCall(*found[0][:width]), [Row(*row[width:]) for row in found if row[width] is not None]


def enter(session: Session, entered: list[dict[str, Any]]) -> list[int]:
    """Write answers; their numbers in order. Nothing is read back: the policies would be asked once more."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        made = (connection.execute(_ENTER, row).inserted_primary_key for row in entered)
        return [key[0] for key in made if key is not None]
    numbers = list(connection.execute(_NUMBERS, {"count": len(entered)}).scalars())
    connection.execute(_ENTER.inline(), [{**row, "id": number} for row, number in zip(entered, numbers, strict=True)])
    return numbers


@cache
def _query(views: bool) -> Select[Any]:
    call, answer = (
        (_view("own_call", (*INTERVIEW, "held_until")), _view("own_answer", _ANSWER))
        if views
        else (calls().subquery("own_call"), answers().subquery("own_answer"))
    )
    new = and_(answer.c.interview_id == call.c.id, answer.c.id >= bindparam("since", type_=BigInteger()))
    query = select(call, answer).select_from(call.outerjoin(answer, new))
    return query.where(call.c.id == bindparam("interview", type_=Uuid())).order_by(answer.c.id)


def _view(name: str, columns: tuple[str, ...]) -> Any:
    """A view of the owner's, its columns as the tables have them."""
    source = {**m.Task.__table__.c, **(m.Answer if name == "own_answer" else m.Interview).__table__.c}
    return table(name, *[column(one, source[one].type) for one in columns])


_ENTER = insert(m.Answer)
_ALONE = select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger())))
_NUMBERS = select(func.nextval("answer_id_seq")).select_from(
    func.generate_series(1, bindparam("count", type_=Integer()))
)
