"""Row rules of questions on a record: who asked, who leads their team, and the experts while one is open."""

from typing import Any

from sqlalchemy import Select, String, and_, cast, exists, not_, or_, select

from tracer import models as m
from tracer.access.clearance import cleared
from tracer.access.row_sets import my_team, tasks_in_conflict, teams_i_reach
from tracer.access.row_terms import ME, Rule, looked_up, table
from tracer.models import EXPERT_KINDS, GrantKind


@looked_up
def i_answer(skill: str) -> Select[Any]:
    """The actor, where they have this skill: a list of words, read as text alike on either database."""
    me = table(m.Staff)
    return select(me.c.id).where(me.c.id == cleared(), cast(me.c.skills, String).contains(f'"{skill}"'))


def questions(question: Any) -> Rule:
    """Their own; of the teams they lead; for their skill while it is open; those that they took. And no conflict."""
    seen = or_(
        question.c.asked_by_id == cleared(),
        question.c.team_id.in_(teams_i_reach()),
        _for_my_skill(question),
        question.c.taken_by_id == cleared(),
    )
    return and_(seen, not_(tasks_in_conflict.has(question.c.task_id)))


def _for_my_skill(question: Any) -> Rule:
    kinds = [and_(question.c.kind == kind, cleared().in_(i_answer(kind.value))) for kind in EXPERT_KINDS]
    return and_(question.c.answered_at.is_(None), or_(*kinds))


def own_question(question: Any) -> Rule:
    """Asked by them under work that they hold, in their own team, and nothing of it answered."""
    task = table(m.Task)
    held = exists().where(task.c.id == question.c.task_id, task.c.holder_id == cleared())
    fresh = and_(question.c.answered_at.is_(None), question.c.taken_by_id.is_(None))
    return and_(question.c.asked_by_id == ME, question.c.team_id == my_team(), held, fresh)


def answers_one(grant: Any) -> Rule:
    """Where it is an expert's grant: they answer an open question on that very record, which another asked."""
    question = table(m.RecordQuestion)
    same = or_(question.c.case_id == grant.c.case_id, question.c.contact_id == grant.c.contact_id)
    asked = exists().where(same, question.c.asked_by_id != ME, _for_my_skill(question))
    return or_(grant.c.kind != GrantKind.EXPERT, asked)
