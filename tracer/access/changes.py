"""Which rows an actor may enter, change or take away: what the database asks besides, where no verb is there to ask.

`rows.py` says what an actor sees; on PostgreSQL a policy made from these says what they may write. A table that is
not named here cannot be written from the web at all.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, exists, true

from tracer import models as m
from tracer.access import rows
from tracer.access.rows import ME, Rule
from tracer.models import Base, IntakeState, Role

Rules = dict[type[Base], Callable[[Any], Rule]]


def somebody(_: Any) -> Rule:
    """Anyone who is known: the verbs decide, and what is entered names no one who could not be named."""
    return ME.is_not(None)


def administrators(_: Any) -> Rule:
    """Those who keep the organisation."""
    return rows._i_am(Role.ADMINISTRATOR)


def by_me(column: str) -> Callable[[Any], Rule]:
    """In the actor's own name, never in another's."""
    return lambda row: row.c[column] == ME


def own_attempt(attempt: Any) -> Rule:
    """Their own try, under a task of theirs."""
    return and_(attempt.c.staff_id == ME, rows.attempts(attempt))


def own_answer(answer: Any) -> Rule:
    """Taken down by them, in an interview that they can see."""
    return and_(answer.c.given_by_id == ME, rows.answers(answer))


def own_interview(interview: Any) -> Rule:
    """Begun by them, under a task of theirs."""
    return and_(interview.c.started_by_id == ME, rows.interviews(interview))


def of_a_case(contact: Any) -> Rule:
    """Named by a case that they can see."""
    return rows._of_case(contact.c.case_id)


def own_intake(intake: Any) -> Rule:
    """Received from them, and not loaded: that is the worker's to say."""
    return and_(intake.c.received_by_id == ME, intake.c.state != IntakeState.LOADED, intake.c.declared == 0)


def of_own_intake(part: Any) -> Rule:
    """Of a batch that they sent and that waits."""
    intake = rows._table(m.Intake)
    waits = intake.c.state == IntakeState.RECEIVED
    return exists().where(intake.c.id == part.c.intake_id, intake.c.received_by_id == ME, waits)


ENTER: Rules = {
    m.Answer: own_answer,
    m.ApiToken: administrators,
    m.Assignment: by_me("by_id"),
    m.Attempt: own_attempt,
    m.AuditEvent: by_me("actor_id"),
    m.Contact: of_a_case,
    m.Exposure: rows.exposures,
    m.Intake: own_intake,
    m.IntakePiece: of_own_intake,
    m.IntakeUpload: of_own_intake,
    m.Interview: own_interview,
    m.Leadership: administrators,
    m.Notice: somebody,
    m.PasswordLink: administrators,
    m.Person: somebody,
    m.Staff: administrators,
    m.Task: somebody,
    m.Team: administrators,
    m.TeamArea: administrators,
    m.TeamReach: administrators,
}

CHANGE: Rules = {
    m.ApiToken: administrators,
    m.Assignment: rows.assignments,
    m.Case: rows.cases,
    m.Contact: rows.contacts,
    m.Interview: rows.interviews,
    m.PasswordLink: administrators,
    m.Person: rows.people,
    m.Staff: administrators,
    m.Task: rows.tasks,
    m.Team: administrators,
}

REMOVE: Rules = {m.Leadership: administrators}


def everything(_: Any) -> Rule:
    """Every row: the door's own tables."""
    return true()
