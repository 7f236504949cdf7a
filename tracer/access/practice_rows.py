"""Row rules of practice: one's own mock calls; those handed in, for whoever may judge them. Nobody judges their own."""

from typing import Any

from sqlalchemy import and_, exists, or_

from tracer import models as m
from tracer.access.row_sets import i_am
from tracer.access.row_terms import ME, Rule, table
from tracer.access.second_rows import people_i_reach
from tracer.courses.library import MOCK_CALL
from tracer.models import Role


def _judged_by_me(row: Any) -> Rule:
    """A trainer judges everybody's; a supervisor those of the teams they reach."""
    return or_(i_am(Role.TRAINER), row.c.staff_id.in_(people_i_reach()))


def calls(call: Any) -> Rule:
    """Their own; once it is handed in, those that they may judge."""
    return or_(call.c.staff_id == ME, and_(call.c.handed_in_at.is_not(None), _judged_by_me(call)))


def own_open_call(call: Any) -> Rule:
    """Their own, and not handed in yet: what is handed in stays as it is."""
    return and_(call.c.staff_id == ME, call.c.handed_in_at.is_(None))


def marks(mark: Any) -> Rule:
    """The call is visible."""
    call = table(m.PracticeCall)
    return exists().where(call.c.id == mark.c.practice_call_id, calls(call))


def own_mark(mark: Any) -> Rule:
    """In their own name, of somebody else's call that was handed in and that they may judge."""
    call = table(m.PracticeCall)
    others = (call.c.staff_id != ME, call.c.handed_in_at.is_not(None), _judged_by_me(call))
    return and_(mark.c.by_id == ME, exists().where(call.c.id == mark.c.practice_call_id, *others))


def passed_by_me(completion: Any) -> Rule:
    """Of the mock call, for somebody else whose call they marked as passed by that version of the rubric."""
    call, mark = table(m.PracticeCall), table(m.PracticeMark)
    passed = exists().where(
        call.c.staff_id == completion.c.staff_id,
        mark.c.practice_call_id == call.c.id,
        mark.c.by_id == completion.c.by_id,
        mark.c.rubric_version == completion.c.course_version,
        mark.c.passed.is_(True),
    )
    anothers = (completion.c.by_id == ME, completion.c.staff_id != ME, completion.c.key == MOCK_CALL)
    return and_(*anothers, _judged_by_me(completion), passed)
