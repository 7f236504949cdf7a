"""The veil: the page goes blank at once, and comes back with the password or a passkey."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from tracer import clock
from tracer.access import credentials, passkeys, step_up, veil
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.faults import Refused
from tracer.schemas.form import Form
from tracer.web import carry, entry, proving

bp = Blueprint("veil", __name__)

# What answers under the veil: the veil itself, and how much time is left.
OPEN = frozenset({"veil.lower", "veil.show", "veil.lift", "veil.options", "idle.left"})
_NONE = "You have no passkey here. Use another way."
_WRONG = "That is not your password. Try again; after several wrong tries, wait five minutes."


class Lower(Form):
    """Where to go back to."""

    next = fields.String(required=True, validate=validate.Length(max=2000))


class Lift(proving.Given):
    """The password again, or the answer of a passkey, and where to go on."""

    password = fields.String(load_default="", validate=validate.Length(max=200))
    next = fields.String(load_default="")
    carry = fields.String(load_default="", validate=validate.Length(max=600_000))


@bp.post("/veil")
@allow(Permission.ACCOUNT_SEE)
def lower() -> Any:
    """Somebody is looking: answer nothing from here on."""
    given = Lower().load(request.form)
    veil.lower(g.sign_in.id, clock.now())
    if request.headers.get("X-Part"):
        return "", 204
    return redirect(url_for("veil.show", next=given["next"]))


@bp.get("/veil")
@allow(Permission.ACCOUNT_SEE)
def show() -> Any:
    """The veil; without one, home."""
    if g.sign_in.veiled_at is None:
        return redirect(url_for("sign_in.home"))
    return page({"next": request.args.get("next", "")})


@bp.post("/veil/options")
@allow(Permission.ACCOUNT_SEE)
def options() -> Any:
    """What the browser asks of their passkey."""
    Form().load(request.form)
    held = step_up.ways(g.actor).passkeys
    if not held:
        return jsonify(status=422, message=_NONE), 422
    return proving.ask(passkeys.ask_to_use(proving.party(), clock.now(), g.actor.id, list(held)))


@bp.post("/veil/lift")
@allow(Permission.ACCOUNT_SEE)
def lift() -> Any:
    """The password again, or a passkey, then back to the same place."""
    given, now = Lift().load(request.form), clock.now()
    if faults := _unproved(given, now):
        if request.headers.get("X-Part"):
            return jsonify(status=422, message=next(iter(faults.values())), fields=faults), 422
        return page({name: given[name] for name in ("next", "carry")}, faults), 422
    veil.lift(g.sign_in.id)
    if request.headers.get("X-Part"):
        return "", 204
    carried = carry.unpack(given["carry"], g.actor.id, now)
    if carried is not None:
        return render_template("sent_again.html", carried=carried)
    return redirect(entry.where(given["next"], g.actor.role))


def _unproved(given: dict[str, Any], now: datetime) -> dict[str, str]:
    """What to say when neither the password nor the passkey is theirs; nothing when one is. Both are counted."""
    if given["credential"]:
        try:
            answer = proving.answer(given, g.actor.id)
            proved = step_up.prove(g.sign_in, answer, None, False, now)
        except Refused as fault:
            return {"passkey": fault.message}
        return {} if proved else {"passkey": proving.NO_PASSKEY}
    most = current_app.extensions["tracer"].tries_per_network
    if credentials.prove(g.actor.id, given["password"], request.remote_addr, now, most):
        return {}
    return {"password": _WRONG}


def page(values: dict[str, str], errors: dict[str, str] | None = None) -> str:
    """The veil as a page, with nothing of anybody on it."""
    ways = step_up.ways(g.actor)
    return render_template(
        "veil.html",
        values=values,
        errors=errors or {},
        passkey=bool(ways.passkeys),
        password=ways.password,
        elsewhere=proving.passkey_elsewhere(),
        nav=[],
        covered=True,
    )


def refuse() -> Any:
    """The answer to every other request while the veil is down; a form that was sent is kept, sealed."""
    if request.is_json or request.headers.get("X-Part"):
        return jsonify(status=403, message="The screen is hidden: show it again first.", veiled=True), 403
    if request.method != "POST":
        return _away()
    packed = carry.pack(g.actor.id, clock.now())
    entry.hold(g.actor.id, packed, clock.now())
    return page({"next": "", "carry": packed or ""}), 403


def _away() -> Response:
    return redirect(url_for("veil.show", next=request.full_path.rstrip("?")))
