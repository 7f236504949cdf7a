"""Cases: finding one, and working out its dates again when what we know changes."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracer import policy
from tracer.casework import records
from tracer.clock import london
from tracer.faults import NotFound
from tracer.ids import new_id, new_reference
from tracer.models import Case, Task, TaskKind, TaskState, urgency
from tracer.needs import need
from tracer.policy import Rules, needs


def get(session: Session, case_id: UUID) -> Case:
    """The case with its person, where the actor may see it; NotFound otherwise."""
    return records.get(session, Case, case_id, joinedload(Case.person))


def with_task(session: Session, case_id: UUID) -> tuple[Case, Task]:
    """The case with its person, and the interview task that is open on it (or was last), in one statement.

    For whoever sees no interview task of it: what an answer called for.
    """
    query = select(Case, Task).join(Task, Task.case_id == Case.id).options(joinedload(Case.person))
    other, done = Task.kind != TaskKind.INTERVIEW, Task.state == TaskState.DONE
    query = query.where(Case.id == case_id).order_by(other, done, Task.created_at.desc())
    found = session.execute(query.limit(1)).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def task_of(session: Session, case: Case) -> Task:
    """The interview task that is open on this case, or the last one; NotFound when none is visible."""
    query = select(Task).where(Task.case_id == case.id, Task.kind == TaskKind.INTERVIEW)
    task = session.scalar(query.order_by(Task.state == TaskState.DONE, Task.created_at.desc()).limit(1))
    if task is None:
        raise NotFound
    return task


def derive(disease: str, specimen: date, onset: date | None) -> dict[str, object]:
    """What the policy in force on the specimen's day makes of the dates: window, isolation, version."""
    rules = policy.rules(disease, specimen)
    window_from, window_until = rules.contact_window(onset, specimen)
    return {
        "policy_version": rules.version,
        "window_from": window_from,
        "window_until": window_until,
        "isolation_until": rules.isolation_until(onset, specimen),
    }


def opening(
    person_id: UUID,
    *,
    disease: str,
    specimen_date: date,
    pool_id: UUID,
    now: datetime,
    onset_date: date | None = None,
    setting: str | None = None,
    birth_year: int | None = None,
    area: str | None = None,
    language: str | None = None,
    **more: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A new case and its interview task, as the column values of both.

    The task waits in the pool of the area's team, as urgent as the policy says. `more` is further columns
    of the case (result_date, test_type, lab_code, record_key, intake_id).
    """
    case_id, rules = new_id(), policy.rules(disease, specimen_date)
    case = {
        "id": case_id,
        "version": 1,
        "reference": new_reference(),
        "person_id": person_id,
        "disease": disease,
        "specimen_date": specimen_date,
        "onset_date": onset_date,
        "setting": setting,
        "created_at": now,
        **derive(disease, specimen_date, onset_date),
        **more,
    }
    task = _interview(case, rules, pool_id=pool_id, birth_year=birth_year, area=area, language=language, now=now)
    return case, task


def _interview(
    case: dict[str, Any],
    rules: Rules,
    *,
    pool_id: UUID,
    birth_year: int | None,
    area: str | None,
    language: str | None,
    now: datetime,
) -> dict[str, Any]:
    """The interview task of a new case: what it needs, how urgent it is and why."""
    today = london(now).date()
    points, why = rules.priority(
        specimen=case["specimen_date"],
        onset=case["onset_date"],
        today=today,
        setting=case["setting"],
        birth_year=birth_year,
    )
    age, due = today.year - birth_year if birth_year else None, now + timedelta(hours=rules.interview_due_hours)
    skill = needs.skill_for(TaskKind.INTERVIEW, setting=case["setting"], age=age)
    return {
        "id": new_id(),
        "version": 1,
        "kind": TaskKind.INTERVIEW,
        "state": TaskState.WAITING,
        "disease": case["disease"],
        "case_id": case["id"],
        "area": area,
        "language": language,
        "skill": skill,
        "need": need(skill, language),
        "pool_id": pool_id,
        "team_id": pool_id,
        "priority": points,
        "reasons": why,
        "due_at": due,
        "urgent_at": urgency(due, points),
        "callback": False,
        "attempts": 0,
        "created_at": now,
    }


def set_onset(case: Case, onset: date | None) -> None:
    """The onset as the case told it, and with it every date that follows from it."""
    case.onset_date = onset
    for column, value in derive(case.disease, case.specimen_date, onset).items():
        setattr(case, column, value)
