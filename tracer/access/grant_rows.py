"""What a grant opens to the actor while it lasts: a case with its contacts, or one contact. To see, never to change.

Sets of ids that the rules are told of; nothing in them when no grant is open, as nearly always.
"""

from typing import Any

from sqlalchemy import Select, not_, or_, select

from tracer import models as m
from tracer.access.row_sets import granted_cases, granted_contacts, granted_tasks, people_in_conflict
from tracer.access.row_terms import Rule, table
from tracer.access.told import told_many

_EITHER = (granted_cases, granted_contacts)


@told_many(after=(granted_cases,))
def contacts_of_granted_cases(_: Any) -> Select[Any]:
    """The contacts of granted cases. One in conflict takes a grant of its own."""
    contact = table(m.Contact)
    named = select(contact.c.id).where(granted_cases.has(contact.c.case_id))
    return named.where(not_(people_in_conflict.has(contact.c.person_id)))


def _of_contact(column: Any) -> Rule:
    return or_(granted_contacts.has(column), contacts_of_granted_cases.has(column))


def _of_case(column: Any) -> Rule:
    return granted_cases.has(column)


def tasks(task: Any) -> Rule:
    """The work on it: the row names nobody."""
    return or_(granted_cases.has(task.c.case_id), granted_tasks.has(task.c.id))


def cases(case: Any) -> Rule:
    """The case itself."""
    return _of_case(case.c.id)


def contacts(contact: Any) -> Rule:
    """The contact itself, or one of the case."""
    return _of_contact(contact.c.id)


@told_many(after=(granted_cases,))
def people_of_granted_cases(_: Any) -> Select[Any]:
    """Whose those cases are."""
    case = table(m.Case)
    return select(case.c.person_id).where(_of_case(case.c.id))


@told_many(after=_EITHER)
def people_of_granted_contacts(_: Any) -> Select[Any]:
    """Who those contacts are."""
    contact = table(m.Contact)
    return select(contact.c.person_id).where(contacts(contact))


def people(person: Any) -> Rule:
    """Whose case or contact it is."""
    return or_(people_of_granted_cases.has(person.c.id), people_of_granted_contacts.has(person.c.id))


def exposures(exposure: Any) -> Rule:
    """Of its contacts."""
    return _of_contact(exposure.c.contact_id)


def notices(notice: Any) -> Rule:
    """To its contacts."""
    return _of_contact(notice.c.contact_id)


def attempts(attempt: Any) -> Rule:
    """To reach them."""
    return or_(_of_case(attempt.c.case_id), _of_contact(attempt.c.contact_id))


def interviews(interview: Any) -> Rule:
    """With them."""
    return or_(_of_case(interview.c.case_id), _of_contact(interview.c.contact_id))


@told_many(after=_EITHER)
def granted_interviews(_: Any) -> Select[Any]:
    """The interviews with them."""
    interview = table(m.Interview)
    return select(interview.c.id).where(interviews(interview))


def answers(answer: Any) -> Rule:
    """Given in those interviews."""
    return granted_interviews.has(answer.c.interview_id)
