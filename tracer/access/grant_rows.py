"""What a grant opens to the actor while it lasts: a case with its contacts, or one contact. To see, never to change.

Sets of ids, looked up once a statement; nothing in them when no grant is open, as nearly always.
"""

from typing import Any

from sqlalchemy import Select, or_, select

from tracer import models as m
from tracer.access.row_sets import conflicting, granted
from tracer.access.row_terms import Rule, looked_up, table


@looked_up
def contacts_of_granted_cases() -> Select[Any]:
    """The contacts of granted cases. One in conflict takes a grant of its own."""
    contact = table(m.Contact)
    named = select(contact.c.id).where(contact.c.case_id.in_(granted("case_id")))
    return named.where(contact.c.person_id.not_in(conflicting("person_id")))


def _of_contact(column: Any) -> Rule:
    return or_(column.in_(granted("contact_id")), column.in_(contacts_of_granted_cases()))


def _of_case(column: Any) -> Rule:
    found: Rule = column.in_(granted("case_id"))
    return found


def tasks(task: Any) -> Rule:
    """The work on it: the row names nobody."""
    return or_(task.c.case_id.in_(granted("case_id")), task.c.id.in_(granted("task_id")))


def cases(case: Any) -> Rule:
    """The case itself."""
    return _of_case(case.c.id)


def contacts(contact: Any) -> Rule:
    """The contact itself, or one of the case."""
    return _of_contact(contact.c.id)


@looked_up
def people_of_granted_cases() -> Select[Any]:
    """Whose those cases are."""
    case = table(m.Case)
    return select(case.c.person_id).where(_of_case(case.c.id))


@looked_up
def people_of_granted_contacts() -> Select[Any]:
    """Who those contacts are."""
    contact = table(m.Contact)
    return select(contact.c.person_id).where(contacts(contact))


def people(person: Any) -> Rule:
    """Whose case or contact it is."""
    return or_(person.c.id.in_(people_of_granted_cases()), person.c.id.in_(people_of_granted_contacts()))


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


@looked_up
def granted_interviews() -> Select[Any]:
    """The interviews with them."""
    interview = table(m.Interview)
    return select(interview.c.id).where(interviews(interview))


def answers(answer: Any) -> Rule:
    """Given in those interviews."""
    found: Rule = answer.c.interview_id.in_(granted_interviews())
    return found
