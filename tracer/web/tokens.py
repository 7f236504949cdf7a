"""Tokens of machines: making one, shown once, and ending one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import records, tokens
from tracer.faults import Invalid
from tracer.models import ApiToken, Staff
from tracer.schemas.form import Form
from tracer.schemas.intake import TokenForm
from tracer.web import call

bp = Blueprint("tokens", __name__)


@bp.get("/intake/tokens")
@allow(Permission.TOKEN_MANAGE)
def show() -> Any:
    """The tokens there are, and the form that makes one."""
    return _page({"days": "90"}, {})


@bp.post("/intake/tokens")
@allow(Permission.TOKEN_MANAGE)
@stepped_up
def add() -> Any:
    """Make a token, and show it on this one answer: not after a redirect, for it is kept nowhere."""
    try:
        given = TokenForm().load(request.form)
        with db.transaction("token.add") as session:
            staff = records.get(session, Staff, given["staff"])
            made = tokens.add(session, given["name"], staff, given["days"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(request.form, call.messages(fault)), 422
    return render_template("intake/token.html", name=given["name"], token=made)


@bp.post("/intake/tokens/<uuid:token_id>/revoke")
@allow(Permission.TOKEN_MANAGE)
def revoke(token_id: UUID) -> Any:
    """End a token: its next request is refused."""
    token = records.get(db.session(), ApiToken, token_id)
    Form().load(request.form)
    with db.transaction("token.revoke") as session:
        tokens.revoke(session, token.name, clock.now())
    flash(f"Revoked: {token.name}. Its next request is refused.")
    return redirect(url_for("tokens.show"))


def _page(values: "MultiDict[str, str] | dict[str, str]", errors: dict[str, str]) -> str:
    session = db.session()
    accounts = [{"value": str(one.id), "text": f"{one.name}, {one.email}"} for one in tokens.accounts(session)]
    return render_template(
        "intake/tokens.html",
        tokens=tokens.every(session),
        accounts=[{"value": "", "text": "Choose an account"}, *accounts],
        values=values,
        errors=errors,
    )
