"""Tasks: pieces of work that are queued, held, handed over; and who held them."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, event, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned, words


class TaskKind(StrEnum):
    """What the work is."""

    INTERVIEW = "interview"
    ALERT = "alert"
    # What an answer called for (`flags`): not worked by calling down a list, but by those who have taken it on.
    ESCALATION = "escalation"
    SUPPORT = "support"


# What a point of priority is worth.
_POINT = timedelta(minutes=15)

RAISED = (TaskKind.ESCALATION, TaskKind.SUPPORT)


class TaskState(StrEnum):
    """Waiting in a pool, held by somebody, or done."""

    WAITING = "waiting"
    HELD = "held"
    DONE = "done"


class Task(Identified, Versioned, Base):
    """One piece of work: an interview with a case, or the alert calls to a household's contacts.

    It names nobody. While it waits it belongs to the pool of its area's team (`team_id` equals
    `pool_id`), or, where hands are idle elsewhere, of a team above; held, to its holder's team.
    """

    __tablename__ = "task"

    kind: Mapped[TaskKind] = mapped_column(words(TaskKind))
    state: Mapped[TaskState] = mapped_column(words(TaskState), default=TaskState.WAITING)
    disease: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    household_key: Mapped[bytes | None]
    area: Mapped[str | None] = mapped_column(String(4))
    language: Mapped[str | None] = mapped_column(String(3))
    # What whoever takes it must be able to do: the skill, and with the language the one word that claims go by
    # (`tracer.needs`); opened to everybody by the worker when nobody who can came in time.
    skill: Mapped[str | None] = mapped_column(String(24))
    need: Mapped[str] = mapped_column(String(32), default="", server_default="")
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    priority: Mapped[int] = mapped_column(default=0)
    # Why it stands where it stands, as it was when the task was made; never changed in place.
    reasons: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    due_at: Mapped[datetime]
    # The one thing that waiting work is taken by, the earliest first: see `urgency`. Kept when the task is saved.
    urgent_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    callback: Mapped[bool] = mapped_column(default=False)
    # The part of the day that they asked to be called in: no try is set for another.
    best_time: Mapped[str | None] = mapped_column(String(12))
    # When the policy's hours were over and it went to the local team.
    local_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    held_until: Mapped[datetime | None]
    moved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    @hybrid_property
    def when(self) -> datetime:
        """When to work it: the callback or next try, else when it is due."""
        return self.not_before or self.due_at

    @when.inplace.expression
    @classmethod
    def _when(cls) -> ColumnElement[datetime]:
        return func.coalesce(cls.not_before, cls.due_at)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


def urgency(due_at: datetime, priority: int) -> datetime:
    """When work is due, less a quarter of an hour for each point of priority.

    So what waits grows more urgent by itself: work of 40 points less, left for ten hours longer, comes first.
    """
    return due_at - _POINT * priority


@event.listens_for(Task, "before_insert")
@event.listens_for(Task, "before_update")
def _keep_urgency(_: object, __: object, task: Task) -> None:
    task.urgent_at = urgency(task.due_at, task.priority or 0)


# Only open work is looked through; finished rows stay out of the indexes that every claim walks.
_WAITING, _OPEN = text("state = 'waiting'"), text("state <> 'done'")
_HELD = text("holder_id IS NOT NULL")
Index(
    "ix_task_pool",
    Task.team_id,
    Task.need,
    Task.urgent_at,
    Task.id,
    postgresql_where=_WAITING,
    sqlite_where=_WAITING,
)
_NEEDS = text("state = 'waiting' AND need <> ''")
Index("ix_task_need", Task.created_at, postgresql_where=_NEEDS, sqlite_where=_NEEDS)
Index("ix_task_holder", Task.holder_id, postgresql_where=_HELD, sqlite_where=_HELD)
Index("ix_task_open", Task.team_id, Task.state, Task.due_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
Index("ix_task_moved_by", Task.moved_by_id, Task.finished_at)
# At every tick of the worker: the callbacks whose minute may have come, and what may go to the local team.
_CALLBACK = text("callback AND state <> 'done'")
Index("ix_task_callback", Task.not_before, postgresql_where=_CALLBACK, sqlite_where=_CALLBACK)
_TRIED = text("local_at IS NULL AND attempts > 0 AND state <> 'done'")
Index("ix_task_local", Task.created_at, postgresql_where=_TRIED, sqlite_where=_TRIED)
Index("ix_task_household", Task.household_key, postgresql_where=_OPEN, sqlite_where=_OPEN)


class How(StrEnum):
    """How a task came to be held."""

    CLAIMED = "claimed"
    ALLOCATED = "allocated"
    REASSIGNED = "reassigned"


class Assignment(Identified, Base):
    """Who held a task, from when until when, how it came to them and how it left."""

    __tablename__ = "assignment"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    how: Mapped[How] = mapped_column(words(How))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(24))
    ended_reason: Mapped[str | None] = mapped_column(String(200))


# A task is held once at a time: the database refuses a second open assignment.
_OPEN_ENDED = text("until_at IS NULL")
Index("uq_assignment_open", Assignment.task_id, unique=True, postgresql_where=_OPEN_ENDED, sqlite_where=_OPEN_ENDED)
