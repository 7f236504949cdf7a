"""Reviews: those that wait, one of them in words, how a team's work was found; and what a tracer has not read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.access import actor, experts
from tracer.interview.rubric import POINTS
from tracer.models import Case, Contact, Review, ReviewOutcome, Task, Team
from tracer.reporting.events import staff_by_id

MOST = 100
OVER = timedelta(days=28)
WHY = {"new": "new here", "sample": "by chance", "week": "this week’s one"}


@dataclass(frozen=True, slots=True)
class Line:
    """One review, with whose work it is about and what record; names where the actor may know them."""

    review: Review
    task: Task | None
    tracer: str
    reviewer: str
    reference: str
    record_id: UUID | None
    of_case: bool


@dataclass(slots=True)
class Found:
    """How the work of one team was found: how many, how many approved, and the points by line of the rubric."""

    team: str
    reviewed: int = 0
    approved: int = 0
    reopened: int = 0
    unable: int = 0
    points: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def share(self) -> int | None:
        """Approved, with or without feedback, of a hundred that could be reviewed."""
        judged = self.reviewed - self.unable
        return round(100 * self.approved / judged) if judged else None

    def line(self, key: str) -> int | None:
        """Of a hundred points of one line of the rubric, those that were given."""
        given = self.points.get(key)
        return round(50 * sum(given) / len(given)) if given else None


def waiting(session: Session, _: datetime) -> int:
    """How many reviews wait for the actor."""
    return session.scalar(select(func.count(Review.id)).where(Review.reviewed_at.is_(None), *_led(session))) or 0


def to_make(session: Session) -> list[Line]:
    """Those that wait, the oldest first."""
    query = select(Review).where(Review.reviewed_at.is_(None), *_led(session))
    return lines(session, session.scalars(query.order_by(Review.drawn_at, Review.id).limit(MOST)).all())


def made(session: Session) -> list[Line]:
    """The last ones that were made in the teams that the actor leads."""
    query = select(Review).where(Review.reviewed_at.is_not(None), *_led(session))
    return lines(session, session.scalars(query.order_by(Review.reviewed_at.desc()).limit(20)).all())


def unread(session: Session) -> list[Review]:
    """Reviews of the actor's own work that they have not read."""
    query = select(Review).where(Review.tracer_id == actor.staff_id(session), Review.read_at.is_(None))
    return list(session.scalars(query.where(Review.reviewed_at.is_not(None)).order_by(Review.reviewed_at)))


def lines(session: Session, found: Sequence[Review]) -> list[Line]:
    """These reviews as lines."""
    people = {one for each in found for one in (each.tracer_id, each.reviewer_id) if one}
    names = {person.id: person.name for person in staff_by_id(session, people).values()}
    tasks = {one.id: one for one in session.scalars(select(Task).where(Task.id.in_([r.task_id for r in found])))}
    said = _records(session, [*tasks.values()])
    return [_line(each, tasks.get(each.task_id), names, said, actor.staff_id(session)) for each in found]


def _line(
    each: Review, task: Task | None, names: dict[UUID, str], said: dict[UUID, tuple[UUID, str]], me: UUID
) -> Line:
    record_id, reference = said.get(each.task_id, (None, ""))
    tracer = "You" if each.tracer_id == me else names.get(each.tracer_id, "Somebody who moved")
    reviewer = names.get(each.reviewer_id, "your supervisor") if each.reviewer_id else ""
    return Line(each, task, tracer, reviewer, reference, record_id, bool(task and task.case_id))


def _records(session: Session, tasks: list[Task]) -> dict[UUID, tuple[UUID, str]]:
    """By task, the id and reference of its case, or of the first contact of its household."""
    cases = select(Case.id, Case.reference).where(Case.id.in_([one.case_id for one in tasks if one.case_id]))
    by_case = {row.id: row.reference for row in session.execute(cases)}
    contacts = select(Contact.alert_task_id, Contact.id, Contact.reference)
    contacts = contacts.where(Contact.alert_task_id.in_([one.id for one in tasks])).order_by(Contact.created_at.desc())
    found = {
        task_id: (contact_id, reference) for task_id, contact_id, reference in session.execute(contacts) if task_id
    }
    of_cases = [(one.id, one.case_id) for one in tasks if one.case_id is not None]
    return found | {task_id: (case_id, by_case[case_id]) for task_id, case_id in of_cases if case_id in by_case}


def by_team(session: Session, now: datetime) -> list[Found]:
    """How the work of each team that the actor leads was found lately, by name; without those of which nothing was."""
    query = select(Review.team_id, Review.outcome, Review.marks, Team.name).join(Team, Team.id == Review.team_id)
    found: dict[UUID, Found] = {}
    for team_id, outcome, marks, name in session.execute(query.where(Review.reviewed_at > now - OVER, *_led(session))):
        _count(found.setdefault(team_id, Found(name)), outcome, marks)
    return sorted(found.values(), key=lambda one: one.team)


def whole(found: Iterable[Found]) -> Found:
    """Several teams as one."""
    all_ = Found("All of them")
    for one in found:
        for name in ("reviewed", "approved", "reopened", "unable"):
            setattr(all_, name, getattr(all_, name) + getattr(one, name))
        for key, points in one.points.items():
            all_.points[key] += points
    return all_


def _count(found: Found, outcome: ReviewOutcome, marks: dict[str, Any]) -> None:
    found.reviewed += 1
    found.approved += outcome in (ReviewOutcome.APPROVE, ReviewOutcome.FEEDBACK)
    found.reopened += outcome is ReviewOutcome.REOPEN
    found.unable += outcome is ReviewOutcome.UNABLE
    for key, mark in marks.items():
        if mark in POINTS:
            found.points[key].append(POINTS[mark])


def _led(session: Session) -> tuple[Any, Any]:
    return Review.team_id.in_(experts.led(session)), Review.tracer_id != actor.staff_id(session)
