"""Refreshers: before what somebody passed or signed ends, they are told at 30, 14, 7 and 1 days. SYSTEM's."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracer.casework import notices
from tracer.casework.training import title_of_key
from tracer.models import Completion, Requirement, Staff

DAYS = (30, 14, 7, 1)
# People of one tick: the worker has other things to do besides.
_MOST = 200


def remind(session: Session, now: datetime) -> int:
    """Owe a reminder to each whose training ends soon: one message, whatever ends. Returns how many.

    Whoever was away from the first step is told by the next; nobody is told twice of one step, nor of what they have
    renewed, or need no more.
    """
    soon = _due(now)
    whom = soon.with_only_columns(Completion.staff_id).distinct().order_by(Completion.staff_id).limit(_MOST)
    query = soon.where(Completion.staff_id.in_(session.scalars(whom).all())).order_by(Completion.until_at)
    due: dict[Staff, list[Completion]] = defaultdict(list)
    for completion, person in session.execute(query.with_for_update(of=Completion, skip_locked=True)):
        due[person].append(completion)
    for person, completions in due.items():
        _owe(session, person, completions, now)
        for one in completions:
            one.told_days = step(one.until_at, now)
    session.flush()
    return len(due)


def step(until: datetime, now: datetime) -> int:
    """The last of the steps that has come, for what ends then."""
    return min(days for days in DAYS if until - now <= timedelta(days=days))


def _due(now: datetime) -> Any:
    newer = aliased(Completion)
    renewed = exists().where(
        newer.staff_id == Completion.staff_id, newer.key == Completion.key, newer.until_at > Completion.until_at
    )
    steps = [
        and_(
            Completion.until_at <= now + timedelta(days=days),
            or_(Completion.told_days.is_(None), Completion.told_days > days),
        )
        for days in DAYS
    ]
    query = select(Completion, Staff).join(Staff, Staff.id == Completion.staff_id)
    query = query.join(Requirement, and_(Requirement.role == Staff.role, Requirement.key == Completion.key))
    return query.where(Completion.until_at > now, or_(*steps), ~renewed, *Staff.current())


def _owe(session: Session, person: Staff, completions: Sequence[Completion], now: datetime) -> None:
    """One message for all of them, which are in order of their end."""
    first, titles = completions[0], sorted({title_of_key(one.key) for one in completions})
    details = {"what": "\n".join(f"- {title}" for title in titles), "ends_on": first.until_at.isoformat()}
    key = f"refresher/{first.id}/{step(first.until_at, now)}"
    notices.owe_staff(session, "training-refresher", person, details | {"page": "training"}, now, key)
