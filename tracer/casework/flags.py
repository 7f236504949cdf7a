"""Answers that act: a flag makes one piece of work, and takes it back if the answer is corrected in time.

In the transaction that takes the answer down. The work goes to the nearest team that has taken on what the policy
names; whoever raised it sees the task until somebody moves it, and from then on it is theirs who took it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import interview_sitting, records, tasks, teams
from tracer.casework.interview_sitting import Sitting
from tracer.ids import new_id
from tracer.interview import flags
from tracer.models import Case, Contact, Flag, Interview, Task, TaskKind, TaskState
from tracer.policy.flags import Consequence, consequence

WITHDRAWN = "withdrawn"


def settle(before: Sitting, after: Sitting, now: datetime) -> None:
    """Bring the work to what the answers now call for, where that is not what they called for before."""
    if not after.compiled.flagging:
        return
    was, stands = flags.raised(before.run), flags.raised(after.run)
    if was != stands:
        _bring(after, stands, was ^ stands, now)


def _bring(sitting: Sitting, stands: Collection[str], changed: Collection[str], now: datetime) -> None:
    session = sitting.session
    interview = records.get(session, Interview, sitting.call.id)
    query = select(Flag).where(Flag.interview_id == interview.id, Flag.name.in_(changed))
    known = {flag.name: flag for flag in session.scalars(query)}
    for name in sorted(changed):
        flag = known.get(name)
        if name in stands and (flag is None or flag.withdrawn_at is not None):
            _raise(session, interview, name, flag, now)
        elif name in stands and flag is not None:
            flag.corrected_at = None
        elif flag is not None:
            _take_back(session, flag, now)
    session.flush()


def _raise(session: Session, interview: Interview, name: str, again: Flag | None, now: datetime) -> None:
    about = interview_sitting.subject(interview)
    what = consequence(name, about.disease)
    task = _task(session, about, what, now)
    session.add(task)
    session.flush()
    if again is not None:
        again.task_id, again.pool_id, again.raised_at = task.id, task.pool_id, now
        again.withdrawn_at, again.corrected_at = None, None
        return
    flag = Flag(interview_id=interview.id, task_id=task.id, name=name, pool_id=task.pool_id, raised_at=now)
    flag.case_id, flag.contact_id = interview.case_id, interview.contact_id
    flag.raised_by_id = actor.staff_id(session)
    session.add(flag)


def _task(session: Session, about: Case | Contact, what: Consequence, now: datetime) -> Task:
    pool = teams.with_duty(session, what.duty, teams.Pools(session).of(about.person.area))
    about.person.compared_at = None  # new work about somebody: whose business it must not be is looked at again
    return Task(
        id=new_id(),
        kind=TaskKind(what.kind),
        state=TaskState.WAITING,
        disease=about.disease,
        case_id=about.id if isinstance(about, Case) else None,
        area=about.person.area,
        language=about.person.language,
        pool_id=pool,
        team_id=pool,
        priority=what.priority,
        due_at=now + timedelta(hours=what.due_hours),
        moved_by_id=actor.staff_id(session),
        created_at=now,
    )


def _take_back(session: Session, flag: Flag, now: datetime) -> None:
    """Nobody took it: it is gone. Somebody did, or it was moved: whoever has it reads that the answer was corrected."""
    task = session.scalar(select(Task).where(Task.id == flag.task_id).with_for_update())
    if task is not None and task.state is TaskState.WAITING:
        tasks.finish(task, WITHDRAWN, now)
        flag.withdrawn_at = now
    else:
        flag.corrected_at = now


def of_case(session: Session, case_id: UUID) -> list[Flag]:
    """What the answers of a case called for, the newest first."""
    return list(session.scalars(select(Flag).where(Flag.case_id == case_id).order_by(Flag.raised_at.desc())))


def of_contact(session: Session, contact_id: UUID) -> list[Flag]:
    """What the answers of a contact called for, the newest first."""
    return list(session.scalars(select(Flag).where(Flag.contact_id == contact_id).order_by(Flag.raised_at.desc())))


def of_task(session: Session, task: Task) -> Flag | None:
    """What called for this work."""
    return session.scalar(select(Flag).where(Flag.task_id == task.id))
