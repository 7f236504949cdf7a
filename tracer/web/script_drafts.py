"""The draft of a script: sending it again, asking a second person, taking it back, giving it up."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import script_drafts
from tracer.faults import Invalid
from tracer.interview.xlsform import ScriptFault
from tracer.schemas.script_forms import AskForm, ReviseForm, VersionForm
from tracer.web import call, script_page

bp = Blueprint("script_drafts", __name__)


@bp.post("/scripts/<uuid:script_id>/revision")
@allow(Permission.SCRIPT_EDIT)
def revise(script_id: UUID) -> Any:
    """Another file for the draft, or all that is wrong with it: then the draft stays as it was."""
    draft = script_page.get(script_id)
    try:
        given = ReviseForm().load(request.form)
        text = script_page.uploaded(given["note"])
        with db.transaction("script.revise"):
            script_drafts.revise(draft, text, given["base"], clock.now())
    except (ValidationError, Invalid) as fault:
        return script_page.page(script_id, request.form, call.messages(fault)), 422
    except ScriptFault as fault:
        return script_page.page(script_id, request.form, {}, fault.faults), 422
    flash("The draft has the new text. Look through it, then ask a second person.")
    return _back(script_id)


@bp.post("/scripts/<uuid:script_id>/ask")
@allow(Permission.SCRIPT_EDIT)
def ask(script_id: UUID) -> Any:
    """Ask a second person, and say when it should go live."""
    draft = script_page.get(script_id)
    try:
        given = AskForm().load(request.form)
        with db.transaction("script.ask"):
            script_drafts.ask(draft, given["live_at"], given["version"], clock.now())
    except (ValidationError, Invalid) as fault:
        return script_page.page(script_id, request.form, call.messages(fault)), 422
    flash("It waits for a second person: an administrator or trainer who had no part in it.")
    return _back(script_id)


@bp.post("/scripts/<uuid:script_id>/take-back")
@allow(Permission.SCRIPT_EDIT)
def take_back(script_id: UUID) -> Response:
    """It waits for nobody any more."""
    draft = script_page.get(script_id)
    given = VersionForm().load(request.form)
    with db.transaction("script.take_back"):
        script_drafts.take_back(draft, given["version"])
    flash("Taken back: it is a draft again.")
    return _back(script_id)


@bp.post("/scripts/<uuid:script_id>/discard")
@allow(Permission.SCRIPT_EDIT)
def discard(script_id: UUID) -> Response:
    """Give the draft up."""
    draft = script_page.get(script_id)
    given = VersionForm().load(request.form)
    with db.transaction("script.discard"):
        script_drafts.discard(draft, given["version"], clock.now())
    flash("The draft is given up. What was sent for it stays on record.")
    return redirect(url_for("scripts.show"))


def _back(script_id: UUID) -> Response:
    return redirect(url_for("scripts.version", script_id=script_id))
