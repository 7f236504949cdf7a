"""Refreshers: before what somebody passed or signed ends, they are told at 30, 14, 7 and 1 days. SYSTEM's."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracer import vault
from tracer.casework.training import title_of_key
from tracer.ids import new_id
from tracer.models import Channel, Completion, Notice, Requirement, Staff

DAYS = (30, 14, 7, 1)
# Notices of one tick: the worker has other things to do besides.
_MOST = 200


def remind(session: Session, now: datetime) -> int:
    """Owe a reminder to each whose training ends soon: one message, whatever ends. Returns how many.

    Whoever was away from the first step is told by the next; nobody is told twice of one step, nor of what they have
    renewed, or need no more.
    """
    due: dict[UUID, list[Completion]] = defaultdict(list)
    people: dict[UUID, Staff] = {}
    for completion, person in session.execute(_due(now).limit(_MOST)):
        due[person.id].append(completion)
        people[person.id] = person
    for staff_id, completions in due.items():
        _owe(session, people[staff_id], completions, now)
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
    return query.where(Completion.until_at > now, or_(*steps), ~renewed, *Staff.current()).order_by(
        Completion.until_at, Completion.staff_id
    )


def _owe(session: Session, person: Staff, completions: Sequence[Completion], now: datetime) -> None:
    made, first = new_id(), min(completions, key=lambda one: one.until_at)
    titles = sorted({title_of_key(one.key) for one in completions})
    details = {"given_name": person.given_name, "what": "\n".join(f"- {title}" for title in titles)}
    details |= {"ends_on": first.until_at.isoformat(), "page": "training"}
    sealed = vault.current().seal({"to": person.email, "details": details}, made, now.date())
    kind, key = "training-refresher", f"refresher/{first.id}/{step(first.until_at, now)}"
    notice = Notice(id=made, key=key, kind=kind, channel=Channel.EMAIL, staff_id=person.id, sealed=sealed)
    notice.next_try_at = notice.created_at = now
    session.add(notice)
