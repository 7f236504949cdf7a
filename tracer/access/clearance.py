"""Trained before trusted: who may see records at this moment, and which call may still be ended.

The row rules ask for `cleared()` where they would ask for the actor. It is nothing while anything that the actor's
role needs is lacking or out of date; so then there are no rows, on every way to them at once.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from tracer import clock
from tracer import models as m
from tracer.access import actor
from tracer.access.row_terms import ME, NOW, Rule, ago, executed_at, executing, table, told, told_many
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


@told
def cleared() -> Select[Any]:
    """The actor, while they are cleared for the work of their role; else nothing."""
    me = table(m.Staff)
    return select(me.c.id).where(me.c.id == ME, _ready(me, NOW))


@told_many
def calls_to_end() -> Select[Any]:
    """The tasks of the calls that the actor was cleared for when they began, and is in the middle of.

    Nothing for whoever is cleared: they reach their work as always. Nothing that is paused: to begin again takes
    somebody who is cleared.
    """
    me, task, interview, held = table(m.Staff), table(m.Task), table(m.Interview), table(m.Assignment)
    theirs = or_(task.c.holder_id == ME, and_(task.c.moved_by_id == ME, task.c.holder_id.is_(None)))
    own = exists().where(held.c.task_id == task.c.id, held.c.staff_id == ME, held.c.from_at <= interview.c.called_at)
    going_on = (own, interview.c.paused_at.is_(None), interview.c.called_at > _CALL_AGO)
    open_ = or_(interview.c.finished_at.is_(None), interview.c.finished_at > _MINUTE_AGO)
    then = exists().where(me.c.id == ME, _ready(me, interview.c.called_at)).correlate_except(me)
    lapsed = cleared().is_(None)  # first of all, and of no row: nearly always this is the end of it
    return select(task.c.id).where(lapsed, interview.c.task_id == task.c.id, theirs, *going_on, open_, then)


def know(session: Session) -> bool:
    """Have the rules of the next statement know whether the actor is cleared, and which calls they may end.

    Asked once a transaction, as a policy's clock stands still in one. Returns whether they are.
    """
    who = actor.of(session)
    executing.set(who.id)
    executed_at.set(clock.now())
    found = session.info.get(_KNOWN)
    if found is None:
        found = session.info[_KNOWN] = _ask(session, who)
    cleared.known.set(found[0])
    calls_to_end.known.set(found[1])
    return found[0] is not None


def forget(session: Session) -> None:
    """At the beginning of a transaction."""
    session.info.pop(_KNOWN, None)


def is_cleared(session: Session) -> bool:
    """Whether whoever acts is cleared for their work; the machinery always is."""
    return actor.of(session).is_system or know(session)


_KNOWN = "clearance"


def _ask(session: Session, who: actor.Actor) -> tuple[UUID | None, tuple[UUID, ...]]:
    if who.id is None:
        return None, ()
    connection = session.connection()
    found = connection.execute(_cleared()).scalar()
    if found is not None:
        return found, ()
    cleared.known.set(None)
    return None, tuple(connection.execute(_calls()).scalars())


@cache
def _cleared() -> Select[Any]:
    return cleared.build()


@cache
def _calls() -> Select[Any]:
    return calls_to_end.build()
