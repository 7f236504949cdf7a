"""Signing in and out, and where the home page sends each role."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from marshmallow import fields, validate

from tracer import clock, db
from tracer.access import credentials, throttle
from tracer.access import session as sign_ins
from tracer.access.actor import ANONYMOUS
from tracer.access.allow import PUBLIC, allow
from tracer.access.clearance import is_cleared
from tracer.access.credentials import Proved
from tracer.access.permissions import Permission
from tracer.casework import presence
from tracer.models import PresenceState
from tracer.schemas.form import Form
from tracer.web import cookie, ended, entry

bp = Blueprint("sign_in", __name__)

# One sentence for every refusal, the ones above the limit too.
_REFUSED = "The e-mail address or the password is not right. Check both; after several wrong tries, wait five minutes."
_ANOTHERS = "This page was opened by somebody else, and is only for them. Sign in on a page of your own."


class SignInSchema(Form):
    """The sign-in form; `here` is set by a page that goes on where it was, for the same person only."""

    email = fields.String(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=validate.Length(max=200))
    next = fields.String(load_default="")
    carry = fields.String(load_default="", validate=validate.Length(max=600_000))
    here = fields.Boolean(load_default=False)


@bp.get("/healthz")
@allow(PUBLIC)
def healthz() -> Any:
    """Alive, for a load balancer: no database, nobody's data."""
    return {"status": "ok"}


@bp.get("/")
@allow(Permission.HOME_SEE)
def home() -> Any:
    """Each role's own first page."""
    if not is_cleared(db.session()):
        return redirect(url_for("training.show"))
    return redirect(entry.home_of(g.actor.role))


@bp.get("/sign-in")
@allow(PUBLIC)
def show() -> Any:
    """The form, with what became of the last sign-in; whoever is signed in already goes home."""
    if g.actor is not ANONYMOUS:
        return redirect(url_for("sign_in.home"))
    if entry.halfway() is not None:
        return redirect(url_for("second_factor.show"))
    return _page({"next": request.args.get("next", "")}, told=ended.why(ended.gone()))


@bp.post("/sign-in")
@allow(PUBLIC)
def enter() -> Any:
    """Check the password; a wrong one and an unknown address read the same."""
    given, now = SignInSchema().load(request.form), clock.now()
    settings = current_app.extensions["tracer"]
    who = credentials.check(given["email"], given["password"], request.remote_addr, now, settings.tries_per_network)
    if who is None:
        return _refused(given, _REFUSED)
    before = ended.gone()
    if given["here"] and before is not None and before.staff_id != who.id:
        throttle.give_back(*who.tries)
        return _refused(given, _ANOTHERS)
    return entry.begin(who, given, now) if entry.required() else let_in(who, given, now)


def let_in(who: Proved, given: dict[str, Any], now: datetime) -> Any:
    """Everything is proved: open the sign-in and go where they were. `given` has `next`, `carry` and `here`."""
    opened = sign_ins.let_in(who, now, proved_by="password", instead_of=cookie.token())
    if opened is None:
        return _refused(given, _REFUSED)
    return entry.entered(opened, who.id, given, now)


@bp.post("/sign-out")
@allow(PUBLIC)
def leave() -> Any:
    """End this browser's sign-in in the database, then forget the cookie. Whoever signs out is away."""
    if token := cookie.token():
        if g.actor is not ANONYMOUS:
            with db.transaction("presence.set") as session:
                presence.become(session, PresenceState.AWAY, clock.now())
        sign_ins.sign_out(token, clock.now())
    answer = redirect(url_for("sign_in.show"))
    cookie.forget(answer)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _refused(given: dict[str, Any], words: str) -> Any:
    if given["here"]:
        return jsonify(status=422, message=words, fields={"email": words}), 422
    values = {name: given[name] for name in ("email", "next", "carry")}
    return _page(values, errors={"email": words}, kept=bool(given["carry"])), 422


def _page(values: dict[str, str], **more: Any) -> str:
    return render_template("sign_in.html", values=values, **{"errors": {}, **more})
