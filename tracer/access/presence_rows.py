"""Row rules of presence and absence: one's own, those of the teams that one reaches; an illness is nobody else's."""

from typing import Any

from sqlalchemy import and_, or_

from tracer.access.row_terms import ME, Rule
from tracer.access.second_rows import people_i_reach


def own_or_led(row: Any) -> Rule:
    """Their own; those of whoever works in the teams they reach."""
    return or_(row.c.staff_id == ME, led(row))


def led(row: Any) -> Rule:
    """Of somebody in the teams they reach."""
    found: Rule = row.c.staff_id.in_(people_i_reach())
    return found


def said_of_led(absence: Any) -> Rule:
    """Said by them, of somebody in the teams they reach."""
    return and_(absence.c.by_id == ME, led(absence))
