"""Which rows an actor may enter, change or take away: what the database asks besides, where no verb is there to ask.

`rows.py` says what an actor sees; on PostgreSQL a policy made from these says what they may write. A table that is
not named here cannot be written from the web at all.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, true

from tracer import models as m
from tracer.access import rows
from tracer.access.rows import ME, Rule
from tracer.models import Base, Role

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


def own_canary(canary: Any) -> Rule:
    """Asked for by them, who are a privacy officer."""
    return and_(canary.c.made_by_id == ME, rows.watched(canary))


ENTER: Rules = {
    m.Answer: own_answer,
    m.ApiToken: administrators,
    m.Assignment: by_me("by_id"),
    m.Attempt: own_attempt,
    m.AuditEvent: by_me("actor_id"),
    m.Canary: own_canary,
    m.Contact: of_a_case,
    m.Exposure: rows.exposures,
    m.Interview: own_interview,
    m.Leadership: administrators,
    m.Notice: somebody,
    m.Person: somebody,
    m.Staff: administrators,
    m.Task: somebody,
    m.Team: administrators,
    m.TeamArea: administrators,
    m.TeamReach: administrators,
}

CHANGE: Rules = {
    m.Alert: rows.watched,
    m.ApiToken: administrators,
    m.Assignment: rows.assignments,
    m.Canary: rows.watched,
    m.Case: rows.cases,
    m.Contact: rows.contacts,
    m.Interview: rows.interviews,
    m.Person: rows.people,
    m.Staff: administrators,
    m.Suspension: rows.watched,
    m.Task: rows.tasks,
    m.Team: administrators,
}

REMOVE: Rules = {m.Leadership: administrators}


def everything(_: Any) -> Rule:
    """Every row: the door's own tables."""
    return true()
