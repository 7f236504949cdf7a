"""The second factor at sign-in: proving it, and setting the first one up. For whoever is halfway in."""

from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock
from tracer.access import halfway, passkeys, recovery, totp
from tracer.access.allow import PUBLIC, allow
from tracer.access.factors import MUST_HAVE_PASSKEY, Owed
from tracer.access.halfway import Halfway, Step
from tracer.access.permissions import Permission
from tracer.faults import Invalid, Refused
from tracer.models import FactorKind
from tracer.web import carry, entry, proving, setting_up
from tracer.web.call import messages
from tracer.web.proving import Code, Given, Made

bp = Blueprint("second_factor", __name__)


def _owing(*steps: Owed) -> Halfway:
    """Who is halfway in and owes one of these; everybody else is sent where they belong."""
    who = entry.halfway()
    if who is None:
        abort(redirect(url_for("sign_in.show")))
    if who.owed not in steps:
        abort(redirect(url_for("second_factor.show" if who.owed is Owed.PROOF else "second_factor.choose")))
    return who


@bp.get("/sign-in/second")
@allow(PUBLIC)
def show() -> Any:
    """What proves that it is them."""
    return _ask(_owing(Owed.PROOF), {})


@bp.post("/sign-in/second")
@allow(PUBLIC)
def prove() -> Any:
    """A code of the app, a recovery code, or a passkey."""
    who = _owing(Owed.PROOF)
    try:
        given = (Given if "credential" in request.form else Code)().load(request.form)
        step = halfway.prove(who, proving.answer(given, who.id), clock.now())
    except ValidationError as fault:
        return _ask(who, messages(fault)), 422
    except Refused as fault:
        return _ask(who, {"code": fault.message}), 429
    if step is None:
        passkey = bool(given.get("credential"))
        return _ask(who, {"passkey" if passkey else "code": proving.NO_PASSKEY if passkey else proving.NOT_RIGHT}), 422
    if step.done:
        return entry.entered(step.opened, who.id, entry.kept(who.id, clock.now()), clock.now())
    return entry.with_cookie(redirect(url_for("second_factor.choose")), step.opened.token)


@bp.post("/sign-in/second/options")
@allow(PUBLIC)
def options() -> Any:
    """What the browser asks of their passkey."""
    who = _owing(Owed.PROOF)
    return proving.ask(passkeys.ask_to_use(proving.party(), clock.now(), who.id, list(who.passkeys)))


@bp.get("/sign-in/set-up")
@allow(PUBLIC)
def choose() -> Any:
    """The first one: a passkey, or an app where the role leaves the choice."""
    return _choose(_owing(Owed.SET_UP, Owed.PASSKEY))


@bp.post("/sign-in/set-up/options")
@allow(PUBLIC)
def making() -> Any:
    """What the browser asks of the device that makes the passkey."""
    who = _owing(Owed.SET_UP, Owed.PASSKEY)
    return proving.ask(passkeys.ask_to_make(proving.party(), who, list(who.passkeys), clock.now()))


@bp.post("/sign-in/set-up/passkey")
@allow(PUBLIC)
def made() -> Any:
    """Keep the passkey, and let them in."""
    who, now = _owing(Owed.SET_UP, Owed.PASSKEY), clock.now()
    try:
        given = Made().load(request.form)
        made = passkeys.make(proving.party(), who.id, proving.handle(), given["credential"], given["name"].strip(), now)
    except (ValidationError, Invalid) as fault:
        return _choose(who, messages(fault)), 422
    with halfway.setting_up(who) as session:
        session.add(made)
        session.flush()
        codes = recovery.make(session, who.id, now)
        step = halfway.set_up(session, who, made, now)
    return _codes(codes, step)


@bp.get("/sign-in/set-up/app")
@allow(PUBLIC)
def app() -> Any:
    """The QR code for an authenticator app."""
    return _app(_choosing_app())


@bp.post("/sign-in/set-up/app")
@allow(PUBLIC)
def confirm() -> Any:
    """The first code shows that the app has the secret."""
    who, now = _choosing_app(), clock.now()
    secret = setting_up.secret_of(who)
    try:
        given = Code().load(request.form)
        if secret is None:
            raise Invalid("Too late.", {"code": "The page waited too long. Scan the new picture below."})
        with halfway.setting_up(who) as session:
            made = totp.add(session, who.id, secret, given["code"], now)
            codes = recovery.make(session, who.id, now)
            step = halfway.set_up(session, who, made, now)
    except (ValidationError, Invalid) as fault:
        return _app(who, messages(fault)), 422
    setting_up.forget_secret(who)
    return _codes(codes, step)


def _choosing_app() -> Halfway:
    who = _owing(Owed.SET_UP)
    if who.role in MUST_HAVE_PASSKEY:
        abort(redirect(url_for("second_factor.choose")))
    return who


def _ask(who: Halfway, errors: dict[str, str]) -> str:
    return render_template(
        "factors/prove.html",
        who=who,
        passkey=FactorKind.PASSKEY in who.accepted,
        app=FactorKind.TOTP in who.accepted,
        recovery=FactorKind.RECOVERY in who.accepted,
        elsewhere=proving.passkey_elsewhere(),
        values={},
        errors=errors,
    )


def _choose(who: Halfway, errors: dict[str, str] | None = None) -> str:
    action, options = url_for("second_factor.made"), url_for("second_factor.making")
    parts = setting_up.passkey_parts(who, action, options, errors, request.form)
    return render_template("factors/first.html", who=who, **parts)


def _app(who: Halfway, errors: dict[str, str] | None = None) -> str:
    return setting_up.app_page(who, url_for("second_factor.confirm"), url_for("second_factor.choose"), errors)


def _codes(codes: list[str], step: Step) -> Any:
    entry.tell(step.opened)
    page = make_response(setting_up.codes_page(codes, url_for("second_factor.onward")))
    return entry.with_cookie(page, step.opened.token)


@bp.get("/sign-in/onward")
@allow(Permission.ACCOUNT_SEE)
def onward() -> Any:
    """To where they wanted to go before they set the first one up."""
    given, now = entry.kept(g.actor.id, clock.now()), clock.now()
    carried = carry.unpack(given["carry"], g.actor.id, now)
    if carried:
        return render_template("sent_again.html", carried=carried)
    return redirect(entry.where(given["next"], g.actor.role))
