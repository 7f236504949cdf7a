"""Signing in and out, and where the home page sends each role."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from marshmallow import Schema, fields, validate

from tracer import clock
from tracer.access import session as sign_ins
from tracer.access.actor import ANONYMOUS
from tracer.access.allow import PUBLIC, allow
from tracer.access.permissions import Permission, may
from tracer.web import guard

bp = Blueprint("sign_in", __name__)

_HOMES = (
    (Permission.TEAM_SEE, "team.show"),
    (Permission.CASELOAD_SEE, "caseload.show"),
    (Permission.STAFF_CHANGE, "staff.show"),
    (Permission.AUDIT_SEE, "privacy.show"),
    (Permission.HOME_SEE, "help.show"),
)


class SignInSchema(Schema):
    """The sign-in form."""

    csrf_token = fields.String(load_only=True)
    email = fields.String(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=validate.Length(max=200))
    next = fields.String(load_default="")


@bp.get("/healthz")
@allow(PUBLIC)
def healthz() -> Any:
    """Alive, for a load balancer: no database, nobody's data."""
    return {"status": "ok"}


@bp.get("/")
@allow(Permission.HOME_SEE)
def home() -> Any:
    """Each role's own first page."""
    target = next((end for needed, end in _HOMES if may(g.actor.role, needed)), None)
    return redirect(url_for(target or "sign_in.show"))


@bp.get("/sign-in")
@allow(PUBLIC)
def show() -> Any:
    """The form; whoever is signed in already goes home."""
    if g.actor is not ANONYMOUS:
        return redirect(url_for("sign_in.home"))
    return render_template("sign_in.html", values={"next": request.args.get("next", "")}, errors={})


@bp.post("/sign-in")
@allow(PUBLIC)
def enter() -> Any:
    """Check the password; a wrong one and an unknown address read the same."""
    given = SignInSchema().load(request.form)
    token = sign_ins.sign_in(given["email"], given["password"], clock.now())
    if token is None:
        values = {"email": given["email"], "next": given["next"]}
        errors = {"email": "The e-mail address or the password is not right. Check both and try again."}
        return render_template("sign_in.html", values=values, errors=errors), 422
    back = given["next"]
    safe = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = redirect(back if safe else url_for("sign_in.home"))
    settings = current_app.extensions["tracer"]
    answer.set_cookie(guard.COOKIE, token, httponly=True, samesite="Lax", secure=settings.production)
    return answer


@bp.post("/sign-out")
@allow(PUBLIC)
def leave() -> Any:
    """End this browser's sign-in in the database, then forget the cookie."""
    if token := request.cookies.get(guard.COOKIE):
        sign_ins.sign_out(token, clock.now())
    answer = redirect(url_for("sign_in.show"))
    answer.delete_cookie(guard.COOKIE)
    answer.delete_cookie("tracer-form")
    return answer
