"""Somebody's own second factors: seeing, adding and removing them, and new recovery codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import factors, passkeys, recovery, totp
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import factors as verbs
from tracer.casework import records
from tracer.faults import Invalid, NotFound
from tracer.models import Factor, FactorKind, Role, Staff
from tracer.schemas.form import Form
from tracer.web import entry, proving, setting_up
from tracer.web.call import messages
from tracer.web.proving import Code, Made

bp = Blueprint("factors", __name__)


@bp.get("/account/factors")
@allow(Permission.ACCOUNT_SEE)
def show() -> str:
    """What they have, and how many recovery codes are left."""
    session = db.session()
    me, held = _me(), factors.held(session, g.actor.id)
    return render_template(
        "factors/show.html",
        held=[(one, factors.why_kept(one, held, me.role, entry.required())) for one in held],
        left=recovery.left(session, me.id),
        strong=any(one.kind in factors.STRONG for one in held),
        app=any(one.kind is FactorKind.TOTP for one in held),
        must=me.role in factors.MUST_HAVE_PASSKEY,
        required=entry.required(),
        resets=verbs.resets(session, me.id),
    )


@bp.get("/account/factors/app")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def app() -> str:
    """The QR code for an authenticator app."""
    return _app({})


@bp.post("/account/factors/app")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def add_app() -> Any:
    """The first code shows that the app has the secret."""
    me, now = _person(), clock.now()
    secret = setting_up.secret_of(me)
    try:
        given = Code().load(request.form)
        if secret is None:
            raise Invalid("Too late.", {"code": "The page waited too long. Scan the new picture below."})
        with db.transaction("factor.add") as session:
            totp.add(session, me.id, secret, given["code"], now)
            codes = _first_codes(now)
            verbs.tell(session, _me(), "app-added", now)
    except (ValidationError, Invalid) as fault:
        return _app(messages(fault)), 422
    setting_up.forget_secret(me)
    return _added(codes, "The authenticator app was added.")


@bp.get("/account/factors/passkey")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def passkey() -> str:
    """The form that makes a passkey."""
    return _passkey({})


@bp.post("/account/factors/options")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def making() -> Any:
    """What the browser asks of the device that makes the passkey."""
    Form().load(request.form)
    held = factors.credentials(db.session(), g.actor.id)
    me = _person()
    return proving.ask(passkeys.ask_to_make(proving.party(), me, held, clock.now()))


@bp.post("/account/factors/passkey")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def add_passkey() -> Any:
    """Keep the passkey that was made."""
    me, now = _person(), clock.now()
    try:
        given = Made().load(request.form)
        made = passkeys.make(proving.party(), me.id, proving.handle(), given["credential"], given["name"].strip(), now)
    except (ValidationError, Invalid) as fault:
        return _passkey(messages(fault)), 422
    with db.transaction("factor.add") as session:
        session.add(made)
        codes = _first_codes(now)
        verbs.tell(session, _me(), "passkey-added", now)
    return _added(codes, f"The passkey “{made.name}” was added.")


@bp.post("/account/factors/<uuid:factor_id>/remove")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def remove(factor_id: UUID) -> Any:
    """Take one of their own away."""
    with db.transaction("factor.remove") as session:
        me, factor = _me(), records.get(session, Factor, factor_id)
        if factor.staff_id != me.id or factor.kind is FactorKind.RECOVERY:
            raise NotFound
        factors.remove(session, factor, me.role, entry.required())
        verbs.tell(session, me, f"{factor.kind.value}-removed", clock.now())
    flash("Removed. It does not sign you in any more.")
    return redirect(url_for("factors.show"))


@bp.post("/account/factors/codes")
@allow(Permission.ACCOUNT_SEE)
@stepped_up
def renew_codes() -> str:
    """Ten new recovery codes; those from before stop working."""
    Form().load(request.form)
    with db.transaction("factor.renew_codes") as session:
        codes = recovery.make(session, _me().id, clock.now())
    return setting_up.codes_page(codes, url_for("factors.show"))


@dataclass(frozen=True, slots=True)
class Person:
    """Who this is, apart from any session."""

    id: UUID
    email: str
    name: str
    role: Role


def _me() -> Staff:
    return records.get(db.session(), Staff, g.actor.id)


def _person() -> Person:
    """Who this is; the transaction that read it is over, for what the door does is one of its own."""
    me = _me()
    found = Person(me.id, me.email, me.name, me.role)
    db.session.rollback()
    return found


def _first_codes(now: datetime) -> list[str]:
    """Recovery codes, for whoever has none left."""
    session = db.session()
    session.flush()
    return [] if recovery.left(session, g.actor.id) else recovery.make(session, g.actor.id, now)


def _added(codes: list[str], words: str) -> Any:
    flash(words)
    onward = url_for("factors.show")
    return setting_up.codes_page(codes, onward) if codes else redirect(onward)


def _app(errors: dict[str, str]) -> str:
    return setting_up.app_page(_person(), url_for("factors.add_app"), url_for("factors.show"), errors)


def _passkey(errors: dict[str, str]) -> str:
    action, options = url_for("factors.add_passkey"), url_for("factors.making")
    parts = setting_up.passkey_parts(_person(), action, options, errors, request.form)
    return render_template("factors/passkey.html", **parts)
