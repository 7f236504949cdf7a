"""Help: who my supervisor is, and how the main things are done."""

from flask import Blueprint, g, render_template

from tracer import db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.reporting import colleagues

bp = Blueprint("help", __name__)


@bp.get("/help")
@allow(Permission.HOME_SEE)
def show() -> str:
    """Help for whoever is signed in."""
    team, leads = colleagues.over(db.session(), g.actor.team_id)
    return render_template("help/show.html", team=team, leads=leads)
