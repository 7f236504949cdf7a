"""Coming in by a link: an invitation, or a new password after forgetting the old one."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields

from tracer import clock
from tracer.access import links, password_rules, throttle
from tracer.access.allow import PUBLIC, allow
from tracer.access.throttle import REQUEST, Limit
from tracer.faults import Invalid
from tracer.schemas.form import Form
from tracer.web.call import messages

bp = Blueprint("joining", __name__)


class ChoosePassword(Form):
    """The password that the link is for."""

    password = fields.String(required=True)


class Forgotten(Form):
    """Whose password it is."""

    email = fields.Email(required=True, error_messages={"invalid": "Enter one e-mail address, like name@example.com."})


@bp.get("/join/<token>")
@allow(PUBLIC)
def show(token: str) -> Any:
    """Whom the link is for, and the form; looking does not use it up (mail programs look)."""
    return _page(token, {})


@bp.post("/join/<token>")
@allow(PUBLIC)
def choose(token: str) -> Any:
    """Set the password, once; they sign in with it next."""
    invited = links.whose(token, clock.now())
    if invited is None:
        return _no_use()
    try:
        given = ChoosePassword().load(request.form)
        about = (invited.name, invited.email)
        password_rules.check(given["password"], about, current_app.extensions["tracer"].breached)
    except (ValidationError, Invalid) as fault:
        return _page(token, messages(fault), 422)
    if not links.use(token, given["password"], clock.now()):
        return _no_use()
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("sign_in.show"))


@bp.get("/forgotten-password")
@allow(PUBLIC)
def forgotten() -> str:
    """Ask for a link."""
    return render_template("joining/forgotten.html", values={}, errors={}, asked=False)


@bp.post("/forgotten-password")
@allow(PUBLIC)
def ask() -> Any:
    """Answered alike for every address: nothing is looked up here, and above the limit nothing is written."""
    try:
        given = Forgotten().load(request.form)
    except ValidationError as fault:
        return render_template("joining/forgotten.html", values=request.form, errors=messages(fault), asked=False), 422
    now, email = clock.now(), given["email"].strip().lower()
    per_network = Limit("request/network", current_app.extensions["tracer"].tries_per_network)
    if throttle.take(now, (per_network, throttle.network_of(request.remote_addr)), (REQUEST, email)):
        links.ask(email, now)
    return render_template("joining/forgotten.html", values={}, errors={}, asked=True)


def _page(token: str, errors: dict[str, str], status: int = 200) -> Any:
    invited = links.whose(token, clock.now())
    if invited is None:
        return _no_use()
    page = render_template("joining/join.html", token=token, invited=invited, errors=errors, rule=password_rules.LENGTH)
    return page, status


def _no_use() -> Any:
    """Used, replaced, expired and made up: one answer."""
    return render_template("joining/no_use.html"), 404
