"""Row rules of reviews: whoever leads the team where the work was done; whose work it was, once it was reviewed."""

from typing import Any

from sqlalchemy import and_, not_, or_

from tracer.access.clearance import cleared
from tracer.access.row_sets import tasks_in_conflict, teams_i_reach
from tracer.access.row_terms import Rule


def reviews(review: Any) -> Rule:
    """Of the teams they lead, not of their own work; their own when it is done. And no conflict."""
    led = and_(review.c.team_id.in_(teams_i_reach()), review.c.tracer_id != cleared())
    mine = and_(review.c.tracer_id == cleared(), review.c.reviewed_at.is_not(None))
    return or_(and_(led, not_(tasks_in_conflict.has(review.c.task_id))), mine)
