"""Single sign-on: to the provider, and back. Not there unless TRACER_OIDC_ISSUER is set."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for

from tracer import clock
from tracer.access import provider, provider_account, veil
from tracer.access import session as sign_ins
from tracer.access.allow import PUBLIC, allow
from tracer.access.credentials import Proved
from tracer.access.factors import MUST_HAVE_PASSKEY
from tracer.access.provider import SignOnFault
from tracer.config import Provider
from tracer.web import cookie, entry

bp = Blueprint("oidc", __name__)

_HANDLE = "provider"


@bp.get("/sign-in/provider")
@allow(PUBLIC)
def start() -> Any:
    """To the provider; with `anew`, where they are to prove who they are whatever it remembers."""
    entry.aim(request.args.get("next", ""))
    try:
        target, session[_HANDLE] = provider.start(_provider(), _back(), clock.now(), anew="anew" in request.args)
    except SignOnFault as fault:
        return _failed(fault)
    return redirect(target)


@bp.get("/sign-in/provider/back")
@allow(PUBLIC)
def back() -> Any:
    """Back: in, or halfway in where the second factor is still ours to ask."""
    settings, now = _provider(), clock.now()
    try:
        said = provider.finish(settings, _back(), session.pop(_HANDLE, ""), request.args, now)
        staff = provider_account.find(settings, said, now)
    except SignOnFault as fault:
        return _failed(fault)
    given = entry.kept(staff.id, now)
    if not said.anew and veil.is_down(staff.id):
        entry.keep(staff.id, given, now)
        return redirect(url_for("oidc.start", anew=1, next=given["next"] or None))
    who = Proved(staff.id, staff.epoch)
    enough = said.second_factor and staff.role not in MUST_HAVE_PASSKEY
    if entry.required() and not enough:
        return entry.begin(who, given, now)
    opened = sign_ins.let_in(who, now, proved_by="provider" if said.anew else None, instead_of=cookie.token())
    return entry.entered(opened, who.id, given, now) if opened else redirect(url_for("sign_in.show"))


def _provider() -> Provider:
    found = entry.settings().provider
    if found is None:
        abort(404)
    return found


def _back() -> str:
    """Ours, as the provider knows it; never taken from the request, which can lie."""
    return entry.settings().address + url_for("oidc.back")


def _failed(fault: SignOnFault) -> Any:
    return render_template("sign_in.html", values={}, errors={}, failed=fault.message), 403
