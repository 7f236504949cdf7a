"""Trained before trusted: who may see records at this moment, and which call may still be ended.

The row rules ask for `cleared()` where they would ask for the actor. It is nothing while anything that the actor's
role needs is lacking or out of date; so then there are no rows, on every way to them at once.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from tracer import models as m
from tracer.access import actor
from tracer.access.row_terms import NOW, Rule, ago, table
from tracer.access.told import know, told, told_many
from tracer.models import Role

# A call is longer than this only where somebody forgot it.
_A_CALL = timedelta(hours=3)
# What ends a call writes to its task, its case and its contacts after it.
_A_MINUTE = timedelta(minutes=1)
_CALL_AGO, _MINUTE_AGO = ago("call_ago", _A_CALL), ago("minute_ago", _A_MINUTE)


def _ready(me: Any, at: Any) -> Rule:
    """Whether somebody had all that their role needs at a moment, or was let off.

    A role of which nothing is known needs something that nobody has. A machine is trained by nobody.
    """
    need, known, done, let_off = table(m.Requirement), table(m.Requirement), table(m.Completion), table(m.Grace)
    in_date = (done.c.key == need.c.key, done.c.passed_at <= at, done.c.until_at > at)
    # Said of each: a subquery in a subquery looks no further out by itself, and would find anybody's completion.
    has = exists().where(done.c.staff_id == me.c.id, *in_date).correlate_except(done)
    lacking = exists().where(need.c.role == me.c.role, not_(has)).correlate_except(need)
    grace = (
        exists()
        .where(
            let_off.c.staff_id == me.c.id,
            let_off.c.from_at <= at,
            let_off.c.until_at > at,
            or_(let_off.c.ended_at.is_(None), let_off.c.ended_at > at),
        )
        .correlate_except(let_off)
    )
    trained = and_(exists().where(known.c.role == me.c.role).correlate_except(known), not_(lacking))
    return or_(me.c.role == Role.IMPORTER, trained, grace)


def among_staff(at: datetime) -> Rule:
    """The same, to narrow a select of staff."""
    return _ready(m.Staff.__table__, at)


@told()
def cleared(me: Any) -> Select[Any]:
    """The actor, while they are cleared for the work of their role; else nothing."""
    account = table(m.Staff)
    return select(account.c.id).where(account.c.id == me, _ready(account, NOW))


@told_many(unless=cleared)
def calls_to_end(me: Any) -> Select[Any]:
    """The tasks of the calls that the actor was cleared for when they began, and is in the middle of.

    Nothing for whoever is cleared: they reach their work as always. Nothing that is paused: to begin again takes
    somebody who is cleared.
    """
    account, task, interview, held = table(m.Staff), table(m.Task), table(m.Interview), table(m.Assignment)
    theirs = or_(task.c.holder_id == me, and_(task.c.moved_by_id == me, task.c.holder_id.is_(None)))
    own = exists().where(held.c.task_id == task.c.id, held.c.staff_id == me, held.c.from_at <= interview.c.called_at)
    going_on = (own, interview.c.paused_at.is_(None), interview.c.called_at > _CALL_AGO)
    open_ = or_(interview.c.finished_at.is_(None), interview.c.finished_at > _MINUTE_AGO)
    then = exists().where(account.c.id == me, _ready(account, interview.c.called_at)).correlate_except(account)
    return select(task.c.id).where(interview.c.task_id == task.c.id, theirs, *going_on, open_, then)


def is_cleared(session: Session) -> bool:
    """Whether whoever acts is cleared for their work; the machinery always is."""
    return actor.of(session).is_system or know(session).get(cleared.name) is not None
