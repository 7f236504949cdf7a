"""Step-up: asking again who it is, and going on with what they were doing, nothing lost.

The guard calls `demand` for a marked route. A page that was asked for is come back to; a form that was posted is kept
here, sealed, while the question stands, and the answer is posted to the same address: then the form goes on.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from marshmallow import INCLUDE, ValidationError, fields, validate
from werkzeug.datastructures import ImmutableMultiDict

from tracer import clock
from tracer.access import challenges, credentials, passkeys, step_up
from tracer.access.actor import Actor
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.proof import Answer
from tracer.access.step_up import Ways
from tracer.faults import Refused
from tracer.models import FactorKind
from tracer.schemas.form import Form
from tracer.web import carry, entry, proving
from tracer.web.call import messages

bp = Blueprint("step_up", __name__)

_KIND = "form"
_LIFE = 2 * challenges.LIFE
_GONE = "This waited too long, and nothing was done. Go back, and send it again."


class Proof(Form):
    """What proves it is them. Names of its own, for it is posted where another form belongs."""

    step_up = fields.String(load_default="", validate=validate.Length(max=100))
    step_up_password = fields.String(load_default="", validate=validate.Length(max=200))
    code = fields.String(load_default="", data_key="step_up_code", validate=validate.Length(max=60))
    credential = fields.String(load_default="", validate=validate.Length(max=20_000))
    next = fields.String(load_default="")


def demand() -> Any:
    """None where the proof is fresh, or was given with this request; else what asks for it."""
    if step_up.is_fresh(g.sign_in, clock.now()):
        return _restore() if _is_answer() else None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("step_up.show", next=request.full_path.rstrip("?")))
    if request.is_json or g.sign_in is None:
        abort(403, "Prove on a page first that it is you.")
    if not _is_answer():
        return _page(_keep_form(), request.path, {}), 403
    if faults := _prove():
        return _page(request.form["step_up"], request.path, faults), 422
    return _restore()


@bp.get("/step-up")
@allow(Permission.ACCOUNT_SEE)
def show() -> Any:
    """The question, on the way to a page."""
    return _page("", url_for("step_up.answer"), {}, request.args.get("next", ""))


@bp.post("/step-up")
@allow(Permission.ACCOUNT_SEE)
def answer() -> Any:
    """The answer, and on to the page."""
    back = request.form.get("next", "")
    if faults := _prove():
        return _page("", url_for("step_up.answer"), faults, back), 422
    return redirect(entry.where(back, g.actor.role))


@bp.post("/step-up/options")
@allow(Permission.ACCOUNT_SEE)
def options() -> Any:
    """What the browser asks of their passkey."""
    Form().load(request.form)
    held = step_up.ways(g.actor).passkeys
    return proving.ask(passkeys.ask_to_use(proving.party(), clock.now(), _me(), list(held)))


def _prove() -> dict[str, str]:
    """Prove it with what was posted; what to say where it was not proved."""
    try:
        given = Proof(unknown=INCLUDE).load(request.form)
        knows = None
        if not given["credential"] and step_up.ways(g.actor).password:
            knows = credentials.prove(
                _me(), given["step_up_password"], request.remote_addr, clock.now(), entry.settings().tries_per_network
            )
        answer = proving.answer(given, _me())
        lenient = not entry.required()
        proved = step_up.prove(g.sign_in, answer, knows, lenient, clock.now())
    except ValidationError as fault:
        return messages(fault)
    except Refused as fault:
        return {"step_up_password": fault.message}
    if proved:
        return {}
    return {"passkey": proving.NO_PASSKEY} if given["credential"] else {"step_up_password": _not_right(answer)}


def _not_right(answer: Answer) -> str:
    return "The password or the code is not right." if answer.code else "That is not right. Check it and try again."


def _keep_form() -> str:
    """Keep what was posted, for this person and this address alone."""
    if not step_up.ways(g.actor).password:
        entry.hold(_me(), carry.pack(_me(), clock.now()), clock.now())
    content = {"path": request.path, "values": list(request.form.items(multi=True))}
    return challenges.make(_KIND, content, clock.now(), _me(), _LIFE)


def _restore() -> Any:
    """Put back what was posted first, as if it had come with this request."""
    kept = challenges.take(_KIND, request.form["step_up"], clock.now(), _me())
    if kept is None or kept["path"] != request.path:
        abort(409, _GONE)
    request.form = ImmutableMultiDict([(name, value) for name, value in kept["values"]])
    return None


def _page(handle: str, action: str, errors: dict[str, str], back: str = "") -> str:
    ways: Ways = step_up.ways(g.actor)
    return render_template(
        "step_up.html",
        handle=handle,
        action=action,
        back=back,
        passkey=FactorKind.PASSKEY in ways.kinds,
        code=bool(ways.kinds - {FactorKind.PASSKEY}) and entry.required(),
        password=ways.password,
        elsewhere=proving.passkey_elsewhere(),
        values={},
        errors=errors,
    )


def _is_answer() -> bool:
    return request.method == "POST" and bool(request.form.get("step_up"))


def _me() -> UUID:
    who: Actor = g.actor
    assert who.id is not None
    return who.id
