"""My account: who I am here, and what I can change about how I sign in."""

from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate

from tracer import clock, db
from tracer.access import audit, credentials, password_rules
from tracer.access import session as sign_ins
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records
from tracer.faults import Invalid
from tracer.models import Ended, Staff
from tracer.reporting import colleagues
from tracer.schemas.form import Form
from tracer.web import cookie
from tracer.web.call import messages

bp = Blueprint("account", __name__)


class Section(NamedTuple):
    """One thing of an account that has a page of its own."""

    title: str
    words: str
    endpoint: str
    link: str


# What the page lists, in order; other modules add theirs here.
SECTIONS: list[Section] = [
    Section("Password", "Changing it ends every other sign-in of yours.", "account.password", "Change your password"),
    Section(
        "Second factors", "What proves, beside your password, that it is you.", "factors.show", "Your second factors"
    ),
]


class ChangePassword(Form):
    """The old one, and the new."""

    old = fields.String(required=True, validate=validate.Length(1, 200, error="Enter the password you have now."))
    password = fields.String(required=True)


@bp.get("/account")
@allow(Permission.ACCOUNT_SEE)
def show() -> str:
    """Who I am here, and what I can change."""
    session = db.session()
    team, leads = colleagues.over(session, g.actor.team_id)
    return render_template(
        "account/show.html",
        me=records.get(session, Staff, g.actor.id),
        team=team,
        leads=leads,
        sign_in=g.sign_in,
        sections=[one for one in SECTIONS if one.endpoint in current_app.view_functions],
    )


@bp.get("/account/password")
@allow(Permission.ACCOUNT_SEE)
def password() -> str:
    """The form for another password."""
    return _page({})


@bp.post("/account/password")
@allow(Permission.ACCOUNT_SEE)
def change_password() -> Any:
    """Another password: every other sign-in ends, this browser goes on with a new token."""
    now, settings = clock.now(), current_app.extensions["tracer"]
    try:
        given = ChangePassword().load(request.form)
        _prove(given["old"])
        with db.transaction("password.change") as session:
            me = records.get(session, Staff, g.actor.id)
            password_rules.check(given["password"], (me.given_name, me.family_name, me.email), settings.breached)
            # In their own name; the door, which alone may write it, has none.
            audit.note(session, "changed", Staff.__tablename__, me.id)
    except (ValidationError, Invalid) as fault:
        return _page(messages(fault)), 422
    opened = sign_ins.let_in(credentials.replace(g.actor.id, given["password"]), now, why=Ended.PASSWORD)
    answer = redirect(url_for("account.show") if opened else url_for("sign_in.show"))
    if opened is not None:
        cookie.keep(answer, opened.token)
    flash("Your password is changed. Every other sign-in of yours has ended.")
    return answer


def _prove(old: str) -> None:
    most = current_app.extensions["tracer"].tries_per_network
    if not credentials.prove(g.actor.id, old, request.remote_addr, clock.now(), most):
        words = "That is not your password now. Try again; after several wrong tries, wait five minutes."
        raise Invalid("The old password is not right.", {"old": words})


def _page(errors: dict[str, str]) -> str:
    return render_template("account/password.html", errors=errors, rule=password_rules.LENGTH)
