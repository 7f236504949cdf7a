"""From the reference of a case or contact to the keys under which its events stand in the audit.

The privacy officer answers "who saw this record?" without any right to see the record. So this asks past
the row rules, for them alone, and gives back keys: of the record, its person and the work on it.
"""

from uuid import UUID

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from tracer import db
from tracer.access import actor
from tracer.faults import NotFound
from tracer.models import Attempt, Case, Contact, Interview, Notice, Person, Role, Task

Keys = dict[str, list[str]]


def keys_of(session: Session, reference: str) -> Keys:
    """Table name -> ids; NotFound where no record has the reference, and for any actor but the privacy officer."""
    if actor.of(session).role is not Role.PRIVACY_OFFICER:
        raise NotFound
    with db.engine("system").connect() as connection:
        return _find(connection, reference)


def _find(connection: Connection, reference: str) -> Keys:
    case = connection.execute(select(Case.id, Case.person_id).where(Case.reference == reference)).one_or_none()
    if case is not None:
        return _keys(connection, Case.__tablename__, case.id, case.person_id, _of_case(case.id))
    columns = select(Contact.id, Contact.person_id, Contact.alert_task_id)
    contact = connection.execute(columns.where(Contact.reference == reference)).one_or_none()
    if contact is None:
        raise NotFound
    return _keys(
        connection, Contact.__tablename__, contact.id, contact.person_id, _of_contact(contact.id, contact.alert_task_id)
    )


def _of_case(case_id: UUID) -> dict[str, Select[UUID]]:
    return {
        Task.__tablename__: select(Task.id).where(Task.case_id == case_id),
        Interview.__tablename__: select(Interview.id).where(Interview.case_id == case_id),
        Attempt.__tablename__: select(Attempt.id).where(Attempt.case_id == case_id),
    }


def _of_contact(contact_id: UUID, task_id: UUID | None) -> dict[str, Select[UUID]]:
    return {
        Task.__tablename__: select(Task.id).where(Task.id == task_id),
        Interview.__tablename__: select(Interview.id).where(Interview.contact_id == contact_id),
        Attempt.__tablename__: select(Attempt.id).where(Attempt.contact_id == contact_id),
        Notice.__tablename__: select(Notice.id).where(Notice.contact_id == contact_id),
    }


def _keys(connection: Connection, table: str, record_id: UUID, person_id: UUID, work: dict[str, Select[UUID]]) -> Keys:
    found = {name: [str(one) for one in connection.scalars(query)] for name, query in work.items()}
    return {table: [str(record_id)], Person.__tablename__: [str(person_id)]} | found
