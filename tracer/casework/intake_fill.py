"""What a row that joins may still add: empty dates of the case, empty parts of the person. It overwrites nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import identity
from tracer.casework import cases, people
from tracer.models import Case, Person
from tracer.schemas.case_batch import CaseRow
from tracer.schemas.identity import Identity


def fills(case: Any, row: CaseRow) -> bool:
    """Whether a row knows a date that the case lacks.

    The onset of a case that was interviewed to the end is what the case said, "no symptoms" included.
    """
    onset = case.onset_date is None and row.onset_date is not None and case.outcome is None
    return onset or (case.result_date is None and row.result_date is not None)


def dates(session: Session, given: Sequence[tuple[UUID, CaseRow]]) -> None:
    """Fill the empty dates of these cases from the rows that joined them, the first row first."""
    wanted = {case_id for case_id, _ in given}
    if not wanted:
        return
    found = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(wanted)))}
    for case_id, row in given:
        case = found[case_id]
        if case.result_date is None:
            case.result_date = row.result_date
        if case.onset_date is None and row.onset_date is not None and case.outcome is None:
            cases.set_onset(case, row.onset_date)
    session.flush()


def identities(session: Session, given: Mapping[UUID, Sequence[Identity]], now: datetime) -> None:
    """Fill the empty parts of these people's identities; each opening is on record."""
    if not given:
        return
    found = session.scalars(select(Person).where(Person.id.in_(given))).all()
    for person, known in zip(found, identity.read(session, *found), strict=True):
        whole = known
        for newer in given[person.id]:
            whole = _filled(whole, newer)
        people.seal(person, whole, now.date())
    session.flush()


def _filled(known: Identity, newer: Identity) -> Identity:
    """What is known, with its empty parts from the newer; an address is taken whole or not at all."""
    address = {"address_line_1", "address_line_2", "town", "postcode"}
    keep = address if known.address else set()
    empty = [one.name for one in fields(known) if not getattr(known, one.name) and one.name not in keep]
    return replace(known, **{name: getattr(newer, name) for name in empty})
