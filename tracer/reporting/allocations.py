"""What a plan of who gets which work says, with names for whoever may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.models import Allocation, Staff, Team
from tracer.models.allocations import GOOD_FOR
from tracer.schemas.skills import need_in_words

MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """What one person holds and would get; `needs` is the work among it that not everybody can do."""

    name: str
    held: int
    given: int
    capacity: int
    needs: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Work that found nobody, and what would have to change for it."""

    where: str
    needs: str
    tasks: int
    change: str


@dataclass(frozen=True, slots=True)
class Told:
    """A plan in words. `stage` is being made, ready, too old, being carried out, or done."""

    team: str
    by: str
    stage: str
    lines: list[Line]
    people: int
    idle: int
    lacks: list[Lack]


def recent(session: Session) -> list[tuple[Allocation, str, str]]:
    """The last plans for teams that the actor reaches, each with the team's name and who asked for it."""
    query = select(Allocation, Team.name).join(Team, Team.id == Allocation.team_id)
    found = session.execute(query.order_by(Allocation.asked_at.desc()).limit(20)).all()
    names = _names(session, {plan.asked_by_id for plan, _ in found})
    return [(plan, team, names.get(plan.asked_by_id, "somebody else")) for plan, team in found]


def tell(session: Session, plan: Allocation, now: datetime) -> Told:
    """A plan as its page shows it: those who get most first."""
    said = plan.said or {}
    people = sorted(said.get("people", ()), key=lambda one: (-one["given"], one["id"]))
    shown = people[:MOST_PEOPLE]
    names = _names(session, {UUID(one["id"]) for one in shown} | {plan.asked_by_id})
    lines = [
        Line(
            names.get(UUID(one["id"]), "somebody who left"),
            one["held"],
            one["given"],
            one["capacity"],
            ", ".join(f"{count} {need_in_words(need)}" for need, count in sorted(one["needs"].items())),
        )
        for one in shown
    ]
    team = session.get(Team, plan.team_id)
    idle = sum(1 for one in people if not one["given"] and not one["held"])
    by = names.get(plan.asked_by_id, "somebody else")
    return Told(
        team.name if team else "",
        by,
        _stage(plan, now),
        lines,
        len(people),
        idle,
        lacks(session, said.get("short", ())),
    )


def _stage(plan: Allocation, now: datetime) -> str:
    if plan.planned_at is None:
        return "being made"
    if plan.done_at is not None:
        return "done"
    if plan.ordered_at is not None:
        return "being carried out"
    return "ready" if now - plan.planned_at <= GOOD_FOR else "too old"


def lacks(session: Session, short: Sequence[Mapping[str, Any]]) -> list[Lack]:
    """What found nobody, in words."""
    teams = {str(team_id): name for team_id, name in session.execute(select(Team.id, Team.name))}
    found = []
    for one in short:
        where = " and ".join(sorted(teams.get(pool, "a team") for pool in one["pools"]))
        needs = " and ".join(need_in_words(need) for need in one["needs"])
        found.append(Lack(where, needs or "any tracer", one["tasks"], _change(one["tasks"], one["able"], needs)))
    return found


def _change(tasks: int, able: int, needs: str) -> str:
    """What would have to be otherwise for this work to find somebody."""
    if able == 0:
        who = f"Nobody at work there with room can do {needs}" if needs else "Nobody at work there has room"
        return f"{who}: bring somebody in, or hand it to another team."
    them = "The only person who can is" if able == 1 else f"The {able} people who can are"
    return f"{them} full: {'1 more place' if tasks == 1 else f'{tasks} more places'} needed."


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    return {one.id: one.name for one in session.scalars(select(Staff).where(Staff.id.in_(ids)))}
