"""The second person's decision on a script, and stopping one that is approved before it goes live."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import script_approval
from tracer.schemas.form import Form
from tracer.schemas.script_forms import DecisionForm
from tracer.web import call, script_page

bp = Blueprint("script_approval", __name__)


@bp.post("/scripts/<uuid:script_id>/decision")
@allow(Permission.SCRIPT_APPROVE)
@stepped_up
def decide(script_id: UUID) -> Any:
    """Approve it, and it goes live at its time; or send it back with what should be changed."""
    draft = script_page.get(script_id)
    try:
        given = DecisionForm().load(request.form)
    except ValidationError as fault:
        return script_page.page(script_id, request.form, call.messages(fault)), 422
    yes = given["decision"] == "approve"
    with db.transaction("script.approve" if yes else "script.return"):
        if yes:
            script_approval.approve(draft, given["shown"], clock.now())
        else:
            script_approval.send_back(draft, given["shown"], given["why"], clock.now())
    flash("Approved." if yes else "Sent back, with what you wrote.")
    return _back(script_id)


@bp.post("/scripts/<uuid:script_id>/withdraw")
@allow(Permission.SCRIPT_EDIT)
def withdraw(script_id: UUID) -> Response:
    """Stop it before it goes live."""
    version = script_page.get(script_id)
    Form().load(request.form)
    with db.transaction("script.withdraw"):
        script_approval.withdraw(version, clock.now())
    flash("Withdrawn: it will not go live.")
    return _back(script_id)


def _back(script_id: UUID) -> Response:
    return redirect(url_for("scripts.version", script_id=script_id))
