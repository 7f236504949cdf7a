"""How long a sign-in still lasts, for the page that warns, and going on."""

from typing import Any

from flask import Blueprint, g, request
from flask_wtf.csrf import generate_csrf

from tracer import clock
from tracer.access import session as sign_ins
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.schemas.form import Form

bp = Blueprint("idle", __name__)

# Asking renews nothing, nor does a page that looks by itself; an open interview page does, once it is known to be the
# caller's own work.
QUIET = frozenset({"idle.left", "interviews.calling", "intake.part", "allocation.part", "team.live", "signals.show"})


@bp.get("/session")
@allow(Permission.ACCOUNT_SEE)
def left() -> Any:
    """Seconds until this sign-in ends if nothing is done: asking is not doing."""
    return _left(g.sign_in)


@bp.post("/session")
@allow(Permission.ACCOUNT_SEE)
def stay() -> Any:
    """Somebody is there: the time runs from now."""
    Form().load(request.form)
    return _left(sign_ins.renew(g.sign_in, clock.now()))


def _left(live: sign_ins.Live) -> dict[str, Any]:
    """Whose it is besides: a page that waited must not come back for somebody else."""
    seconds = max(0, int((live.ends_at - clock.now()).total_seconds()))
    veiled = live.veiled_at is not None
    return {"seconds": seconds, "who": str(live.actor.id), "veiled": veiled, "csrf_token": generate_csrf()}
