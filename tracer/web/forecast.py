"""The forecast: the next fortnight of a team and those under it."""

from typing import Any

from flask import Blueprint, g, render_template, request
from marshmallow import fields
from sqlalchemy.orm import Session

from tracer import clock, db, forecast
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import teams
from tracer.faults import NotFound
from tracer.forecast import handling
from tracer.models import Role, Team
from tracer.reporting import forecast as reporting
from tracer.schemas.form import Form
from tracer.web import forecast_chart

bp = Blueprint("forecast", __name__)


class Filters(Form):
    """Whose forecast."""

    team = fields.UUID(load_default=None)


@bp.get("/insight/forecast")
@allow(Permission.FORECAST_SEE)
def show() -> Any:
    """What comes, who is there, when people are short; and what that is based on."""
    given, session, now = Filters().load({k: v for k, v in request.args.items() if v}), db.session(), clock.now()
    mine = _mine(session)
    team = next((one for one, _ in mine if one.id == given["team"]), None)
    if given["team"] is not None and team is None:
        raise NotFound
    team = team or (mine[0][0] if mine else None)
    under = [one.id for one, _ in teams.tree(session, team)] if team else []
    page = reporting.of(session, under, now)
    hours = page.outlook.hours if page.outlook else []
    return render_template(
        "forecast/show.html",
        team=team,
        teams=mine,
        page=page,
        charts=[forecast_chart.arrivals(hours), forecast_chart.waiting(hours)] if hours else [],
        active=round(100 * handling.ACTIVE),
        calling=forecast.CALLING,
        full_week=forecast.FULL_WEEK,
        least=forecast.LEAST_DAYS,
    )


def _mine(session: Session) -> list[tuple[Team, int]]:
    """The teams whose numbers they see: those they lead and all under them; a supervisor alone is so limited."""
    if g.actor.role is not Role.SUPERVISOR:
        return teams.tree(session)
    found: dict[Any, tuple[Team, int]] = {}
    for led in teams.leads(session, g.actor.id):
        for team, depth in teams.tree(session, led):
            found.setdefault(team.id, (team, depth))
    return list(found.values())
