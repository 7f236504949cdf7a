"""What the actor answers as an expert, and which teams they lead: asked by verbs and by lists alike."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import EXPERT_KINDS, Leadership, QuestionKind, Staff, TeamReach


def skills(session: Session) -> frozenset[QuestionKind]:
    """The kinds of question that the actor has the skill for."""
    has = session.scalar(select(Staff.skills).where(Staff.id == actor.staff_id(session))) or []
    return frozenset(kind for kind in EXPERT_KINDS if kind.value in has)


def led(session: Session) -> Select[UUID]:
    """The ids of the teams that the actor leads and of all teams under those, to ask with."""
    query = select(TeamReach.team_id).join(Leadership, Leadership.team_id == TeamReach.above_id)
    return query.where(Leadership.staff_id == actor.staff_id(session))
