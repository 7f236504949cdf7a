"""Row rules of training: what somebody tried, passed and signed."""

from typing import Any

from sqlalchemy import and_, exists, or_

from tracer import models as m
from tracer.access.row_sets import i_am
from tracer.access.row_terms import ME, Rule, table
from tracer.access.second_rows import people_i_reach
from tracer.courses.library import MOCK_CALL, SIGN_OFF, UNDERTAKING
from tracer.models import Role


def trainers(_: Any) -> Rule:
    """Those who make courses."""
    return i_am(Role.ADMINISTRATOR, Role.TRAINER)


def final_tests(test: Any) -> Rule:
    """Their own: what somebody got wrong is nobody else's to browse."""
    mine: Rule = test.c.staff_id == ME
    return mine


def own_open_test(test: Any) -> Rule:
    """Their own, and not marked yet: a mark stands."""
    return and_(test.c.staff_id == ME, test.c.marked_at.is_(None))


def completions(completion: Any) -> Rule:
    """Their own; those of the teams they reach; those who keep the organisation or train it see all."""
    mine, reached = completion.c.staff_id == ME, completion.c.staff_id.in_(people_i_reach())
    return or_(mine, reached, i_am(Role.ADMINISTRATOR, Role.TRAINER))


def graces(grace: Any) -> Rule:
    """Their own, and those of the teams they reach; administrators and privacy officers see all."""
    mine, reached = grace.c.staff_id == ME, grace.c.staff_id.in_(people_i_reach())
    return or_(mine, reached, i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER))


def may_let_off(grace: Any) -> Rule:
    """Of somebody in a team that they lead; an administrator's of anybody. Never of themselves."""
    reached = grace.c.staff_id.in_(people_i_reach())
    return and_(grace.c.staff_id != ME, or_(reached, i_am(Role.ADMINISTRATOR)))


def own_grace(grace: Any) -> Rule:
    """Given by them, to somebody whom they may let off."""
    return and_(grace.c.given_by_id == ME, may_let_off(grace))


def own_completion(completion: Any) -> Rule:
    """In their own name: what they signed, or passed by a test of that version that was marked so.

    Never the mock call, nor the sign-off: somebody else says those.
    """
    test = table(m.FinalTest)
    same = (test.c.staff_id == ME, test.c.course == completion.c.key)
    passed = exists().where(*same, test.c.course_version == completion.c.course_version, test.c.passed.is_(True))
    mine = (completion.c.staff_id == ME, completion.c.by_id == ME, completion.c.key.not_in((MOCK_CALL, SIGN_OFF)))
    return and_(*mine, or_(completion.c.key == UNDERTAKING, passed))


def signed_off_by_me(completion: Any) -> Rule:
    """The sign-off of somebody in a team that they lead; an administrator's of anybody. Never their own."""
    reached = or_(completion.c.staff_id.in_(people_i_reach()), i_am(Role.ADMINISTRATOR))
    return and_(completion.c.by_id == ME, completion.c.staff_id != ME, completion.c.key == SIGN_OFF, reached)
