"""Which rows are whose: one function for each entity, the parent's rule inside the child's.

Written on Core tables against the actor's id alone (everything else is a subquery), so that one
expression serves the ORM guard and, with another parameter, a row-level-security policy.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    MetaData,
    Table,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
)

from tracer import models as m
from tracer.models import Base, Role, TaskKind, TaskState
from tracer.models.base import Moment

Rule = ColumnElement[bool]

# Who executes the statement, and when; set by the guard from the session just before each statement.
executing: ContextVar[UUID | None] = ContextVar("executing", default=None)
executed_at: ContextVar[datetime | None] = ContextVar("executed_at", default=None)
ME: ColumnElement[UUID] = bindparam("actor", callable_=executing.get, type_=Uuid())
# For what ends by itself, to the second; in a policy it is the database's own clock.
NOW: ColumnElement[datetime] = bindparam("now", callable_=executed_at.get, type_=Moment())


_elsewhere: ContextVar[tuple[str, MetaData] | None] = ContextVar("elsewhere", default=None)


@contextmanager
def inside(schema: str) -> Iterator[None]:
    """While a rule is written for a policy, it looks into other tables through that schema (`rls.py`)."""
    token = _elsewhere.set((schema, MetaData()))
    try:
        yield
    finally:
        _elsewhere.reset(token)


def _table(model: type[Base]) -> FromClause:
    table, elsewhere = cast(Table, model.__table__), _elsewhere.get()
    if elsewhere is None:
        return table.alias()
    schema, known = elsewhere
    there = known.tables.get(f"{schema}.{table.name}")
    return (table.to_metadata(known, schema=schema) if there is None else there).alias()


def _my(column: str) -> Any:
    me = _table(m.Staff)
    return select(me.c[column]).where(me.c.id == ME).scalar_subquery()


def _i_am(*roles: Role) -> Rule:
    found: Rule = _my("role").in_(roles)
    return found


def _teams_i_reach() -> Any:
    lead, reach = _table(m.Leadership), _table(m.TeamReach)
    return select(reach.c.team_id).where(reach.c.above_id == lead.c.team_id, lead.c.staff_id == ME).scalar_subquery()


def _teams_above_mine() -> Any:
    reach = _table(m.TeamReach)
    return select(reach.c.above_id).where(reach.c.team_id == _my("team_id")).scalar_subquery()


def theirs(task: Any) -> Rule:
    """Held by the actor, or in a team that the actor's leadership reaches: opens the record."""
    return or_(task.c.holder_id == ME, task.c.team_id.in_(_teams_i_reach()))


def tasks(task: Any) -> Rule:
    """Theirs, waiting in a pool that they draw from, or last moved by them (a task names nobody)."""
    waiting = and_(task.c.state == TaskState.WAITING, task.c.team_id.in_(_teams_above_mine()))
    return or_(theirs(task), waiting, task.c.moved_by_id == ME)


def _task_of_theirs(match: Callable[[Any], Rule]) -> Rule:
    task = _table(m.Task)
    return exists().where(match(task), theirs(task))


def cases(case: Any) -> Rule:
    """A task of theirs is about it."""
    return _task_of_theirs(lambda task: task.c.case_id == case.c.id)


def contacts(contact: Any) -> Rule:
    """A task of theirs is about it, or its case is visible through an interview task."""
    interviews_case = _task_of_theirs(
        lambda task: and_(task.c.case_id == contact.c.case_id, task.c.kind == TaskKind.INTERVIEW)
    )
    return or_(_task_of_theirs(lambda task: task.c.id == contact.c.alert_task_id), interviews_case)


def people(person: Any) -> Rule:
    """A visible case or contact is theirs."""
    case, contact = _table(m.Case), _table(m.Contact)
    return or_(
        exists().where(case.c.person_id == person.c.id, cases(case)),
        exists().where(contact.c.person_id == person.c.id, contacts(contact)),
    )


def _of_contact(column: Any) -> Rule:
    contact = _table(m.Contact)
    return exists().where(contact.c.id == column, contacts(contact))


def _of_case(column: Any) -> Rule:
    return _task_of_theirs(lambda task: task.c.case_id == column)


def exposures(exposure: Any) -> Rule:
    """Its contact is visible."""
    return _of_contact(exposure.c.contact_id)


def attempts(attempt: Any) -> Rule:
    """Made under a task of theirs, or about a case that they can see."""
    return or_(_task_of_theirs(lambda task: task.c.id == attempt.c.task_id), _of_case(attempt.c.case_id))


def assignments(assignment: Any) -> Rule:
    """Their own, or of a task of theirs."""
    return or_(assignment.c.staff_id == ME, _task_of_theirs(lambda task: task.c.id == assignment.c.task_id))


def interviews(interview: Any) -> Rule:
    """Under a task of theirs, or about a case that they can see."""
    return or_(_task_of_theirs(lambda task: task.c.id == interview.c.task_id), _of_case(interview.c.case_id))


def answers(answer: Any) -> Rule:
    """Its interview is visible."""
    interview = _table(m.Interview)
    return exists().where(interview.c.id == answer.c.interview_id, interviews(interview))


def notices(notice: Any) -> Rule:
    """About a contact that they can see, or addressed to them."""
    return or_(notice.c.staff_id == ME, _of_contact(notice.c.contact_id))


def staff(person: Any) -> Rule:
    """Themselves, the teams they reach, who leads them; administrators and privacy officers see all."""
    lead = _table(m.Leadership)
    leads_me = exists().where(lead.c.staff_id == person.c.id, lead.c.team_id.in_(_teams_above_mine()))
    return or_(
        person.c.id == ME,
        person.c.team_id.in_(_teams_i_reach()),
        leads_me,
        _i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER),
    )


def sign_ins(sign_in: Any) -> Rule:
    """Their own."""
    mine: Rule = sign_in.c.staff_id == ME
    return mine


def api_tokens(_: Any) -> Rule:
    """An administrator's to manage."""
    return _i_am(Role.ADMINISTRATOR)


def intakes(intake: Any) -> Rule:
    """Those they brought in; an administrator sees all."""
    return or_(intake.c.received_by_id == ME, _i_am(Role.ADMINISTRATOR))


def intake_rejects(reject: Any) -> Rule:
    """Its intake is visible."""
    intake = _table(m.Intake)
    return exists().where(intake.c.id == reject.c.intake_id, intakes(intake))


def audit_events(event: Any) -> Rule:
    """What they did themselves; the privacy officer sees all."""
    return or_(event.c.actor_id == ME, _i_am(Role.PRIVACY_OFFICER))


def watched(_: Any) -> Rule:
    """The privacy officer's: alerts, suspensions, canaries."""
    return _i_am(Role.PRIVACY_OFFICER)


def nobody(_: Any) -> Rule:
    """No rows at all: only SYSTEM reads these."""
    return false()


ROWS: dict[type[Base], Callable[[Any], Rule]] = {
    m.Alert: watched,
    m.Answer: answers,
    m.ApiToken: api_tokens,
    m.Assignment: assignments,
    m.Attempt: attempts,
    m.AuditEvent: audit_events,
    m.AuditGap: nobody,
    m.AuditSeal: nobody,
    m.Canary: watched,
    m.Case: cases,
    m.Contact: contacts,
    m.Exposure: exposures,
    m.Intake: intakes,
    m.IntakeReject: intake_rejects,
    m.Interview: interviews,
    m.Notice: notices,
    m.Person: people,
    m.SignIn: sign_ins,
    m.Staff: staff,
    m.Suspension: watched,
    m.Task: tasks,
    m.WatchMark: nobody,
    m.WatchMemory: nobody,
}

# Open to every actor: the shape of the organisation and the published scripts say nothing of anybody.
OPEN: frozenset[type[Base]] = frozenset({m.Leadership, m.PublishedScript, m.Team, m.TeamArea, m.TeamReach})

# What the DOOR reads and writes whole: what proves who somebody is. Everything else is nobody's to it.
DOORWAY: frozenset[type[Base]] = frozenset({m.ApiToken, m.SignIn, m.Staff})


def undeclared() -> list[str]:
    """The entities that stand in neither table; the app does not start while there is one."""
    known = set(ROWS) | OPEN
    return sorted(mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.class_ not in known)
