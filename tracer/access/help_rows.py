"""Row rules of help: one's own questions, all for whoever answers them, published ones for everybody who is known."""

from typing import Any

from sqlalchemy import and_, or_

from tracer.access.row_sets import i_am
from tracer.access.row_terms import ME, Rule
from tracer.models import Role


def desk(_: Any) -> Rule:
    """Those who answer."""
    return i_am(Role.ADMINISTRATOR, Role.TRAINER)


def questions(question: Any) -> Rule:
    """Their own; what was published; those who answer see all."""
    published = and_(question.c.published.is_(True), ME.is_not(None))
    return or_(question.c.asked_by_id == ME, published, desk(question))


def own_question(question: Any) -> Rule:
    """Asked by them, and not answered: whoever asks publishes nothing."""
    return and_(question.c.asked_by_id == ME, question.c.answered_at.is_(None), question.c.published.is_(False))


def own_problem(problem: Any) -> Rule:
    """Made known by them, who keep the organisation."""
    return and_(problem.c.by_id == ME, i_am(Role.ADMINISTRATOR))
