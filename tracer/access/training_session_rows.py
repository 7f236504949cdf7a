"""Row rules of training sessions: everybody their own seat, never a list of colleagues."""

from typing import Any

from sqlalchemy import and_, exists, or_

from tracer import models as m
from tracer.access.row_sets import i_am
from tracer.access.row_terms import ME, Rule, table
from tracer.access.second_rows import people_i_reach
from tracer.models import Role


def keepers(_: Any) -> Rule:
    """Those who make sessions and invite to them."""
    return i_am(Role.ADMINISTRATOR, Role.TRAINER)


def _mine_or_reached(seat: Any) -> Rule:
    return or_(seat.c.staff_id == ME, seat.c.staff_id.in_(people_i_reach()))


def seats(seat: Any) -> Rule:
    """Their own, those of the teams they reach; trainers and administrators all, without their names."""
    return or_(_mine_or_reached(seat), keepers(seat))


def named_seats(seat: Any) -> Rule:
    """Those whose person they can see: to count is not to change."""
    return or_(_mine_or_reached(seat), i_am(Role.ADMINISTRATOR))


def sessions(session: Any) -> Rule:
    """Those in which they, or somebody they reach, have a seat; trainers and administrators see all."""
    seat = table(m.TrainingSeat)
    invited = exists().where(seat.c.training_session_id == session.c.id, _mine_or_reached(seat))
    return or_(invited, keepers(session))


def own_session(session: Any) -> Rule:
    """Made by them."""
    return and_(session.c.made_by_id == ME, keepers(session))


def own_mailing(mailing: Any) -> Rule:
    """Asked for by them."""
    return and_(mailing.c.asked_by_id == ME, keepers(mailing))
