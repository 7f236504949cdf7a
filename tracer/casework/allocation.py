"""Allocation: a lead asks who should get what waits, looks at the answer, and has it carried out.

Planning and carrying out look across everybody's records, so the worker does both as SYSTEM; `flask tasks allocate`
does them at once. A plan is no promise: what somebody took meanwhile stays with them, and is counted.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.allocation import Hand, Placed, Plan, Work, plan
from tracer.casework import allocation_sight, allocation_write
from tracer.casework.records import session_of
from tracer.faults import Conflict
from tracer.ids import new_id
from tracer.models import Allocation, Team
from tracer.models.allocations import GOOD_FOR

# One plan of the page: the most urgent of what waits. The command takes all.
MOST = 20_000
# Asked for and not made, or ordered and not done.
_FOR_THE_WORKER = (
    Allocation.done_at.is_(None),
    or_(Allocation.planned_at.is_(None), Allocation.ordered_at.is_not(None)),
)


def ask(session: Session, team: Team, now: datetime) -> Allocation:
    """Ask for a plan for a team and all under it; Conflict while one of the actor's is being made or carried out."""
    me = actor.staff_id(session)
    mine = select(Allocation.id).where(Allocation.asked_by_id == me, *_FOR_THE_WORKER)
    if session.scalars(mine).first() is not None:
        raise Conflict("Your last one is still being worked on. It takes a moment: open it again.")
    made = Allocation(id=new_id(), team_id=team.id, asked_by_id=me, asked_at=now, said={})
    session.add(made)
    session.flush()
    return made


def order(allocation: Allocation, now: datetime) -> None:
    """Have a plan carried out; Conflict for one that is not made, is under way, or is too old."""
    if allocation.planned_at is None:
        raise Conflict("This plan is not made yet.")
    if allocation.ordered_at is not None:
        raise Conflict("This plan was carried out already, or is under way.")
    if now - allocation.planned_at > GOOD_FOR:
        raise Conflict("This plan is over half an hour old, and people and work have changed since. Make a new one.")
    allocation.ordered_at = now
    session_of(allocation).flush()


def settle(session: Session, now: datetime) -> int:
    """Make the plan that was asked for first, or carry out the one ordered first; SYSTEM's work, one at a time."""
    query = select(Allocation).where(*_FOR_THE_WORKER).order_by(Allocation.asked_at).limit(1)
    found = session.scalar(query.with_for_update(skip_locked=True))
    if found is None:
        return 0
    team = session.get_one(Team, found.team_id)
    if found.planned_at is None:
        _plan(session, found, team, now)
    else:
        _carry_out(session, found, team, now)
    session.flush()
    return 1


def _plan(session: Session, allocation: Allocation, team: Team, now: datetime) -> None:
    team_ids = allocation_sight.under(session, team)
    works, hands = allocation_sight.works(session, team_ids, now, MOST), allocation_sight.hands(session, team_ids, now)
    before = {hand.id: hand.held for hand in hands}
    made = plan(works, hands)
    allocation.said, allocation.planned_at = said(works, hands, before, made), now
    lines = [[str(task), str(to), why] for task, to, why in made.placed]
    allocation.lines = zlib.compress(json.dumps(lines).encode())


def _carry_out(session: Session, allocation: Allocation, team: Team, now: datetime) -> None:
    """Line by line as things are now: work that still waits there, for somebody still at work who can do it."""
    team_ids = allocation_sight.under(session, team)
    waiting = {work.id: work for work in allocation_sight.works(session, team_ids, now)}
    at_work = {hand.id: hand for hand in allocation_sight.hands(session, team_ids, now)}
    lines = [Placed(UUID(task), UUID(to), why) for task, to, why in _lines(allocation)]
    good = [one for one in lines if _holds(waiting.get(one.task), at_work.get(one.to))]
    allocation.moved = allocation_write.write(session, good, at_work, now, by_id=allocation.asked_by_id)
    allocation.passed, allocation.done_at, allocation.lines = len(lines) - allocation.moved, now, None


def _lines(allocation: Allocation) -> Iterable[list[str]]:
    found: list[list[str]] = json.loads(zlib.decompress(allocation.lines or zlib.compress(b"[]")))
    return found


def _holds(work: Work | None, hand: Hand | None) -> bool:
    """Whether a line can still be carried out."""
    if work is None or hand is None:
        return False
    return work.pool in hand.pools and work.need in hand.needs and work.id not in hand.never


def said(works: Iterable[Work], hands: Iterable[Hand], before: dict[UUID, int], made: Plan) -> dict[str, Any]:
    """What a plan says on a page: how many to whom and why, and what found nobody and would have to change."""
    given, why = Counter(one.to for one in made.placed), Counter(one.why for one in made.placed if one.why)
    places = {work.id: work.need for work in works}
    needed: dict[UUID, Counter[str]] = {}
    for one in made.placed:
        if places[one.task]:
            needed.setdefault(one.to, Counter())[places[one.task]] += 1
    people = [
        {
            "id": str(hand.id),
            "held": before[hand.id],
            "given": given[hand.id],
            "capacity": hand.capacity,
            "needs": dict(needed.get(hand.id, {})),
        }
        for hand in hands
    ]
    counts = {"placed": len(made.placed), "left": len(made.left), "why": dict(why)}
    return {**counts, "people": people, "short": short(made)}


def short(made: Plan) -> list[dict[str, Any]]:
    """What found nobody, the most first, as it is kept."""
    return [
        {
            "pools": [str(pool) for pool in one.pools],
            "needs": sorted(filter(None, one.needs)),
            "tasks": one.tasks,
            "able": one.able,
        }
        for one in sorted(made.short, key=lambda one: -one.tasks)
    ]
