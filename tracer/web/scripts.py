"""Scripts: which are live, what is on its way, sending one, and the page of each version."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db, policy
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import script_drafts
from tracer.casework.script_texts import Sent
from tracer.faults import Invalid
from tracer.interview.script import Script
from tracer.interview.xlsform import Fault, ScriptFault
from tracer.reporting import scripts as lines
from tracer.schemas.script_forms import CopyForm, SendForm, kind_name
from tracer.web import call, script_page

bp = Blueprint("scripts", __name__)


@bp.get("/scripts")
@allow(Permission.SCRIPT_SEE)
def show() -> str:
    """Every script, and the form that sends one."""
    return _page({}, {})


@bp.post("/scripts")
@allow(Permission.SCRIPT_EDIT)
def send() -> Any:
    """A file becomes a draft, or all that is wrong with it is said at once and nothing is kept."""
    try:
        given = SendForm().load(request.form)
        if given["disease"] not in policy.diseases() or given["kind"] not in script_page.kinds():
            raise Invalid("Choose what it is for.", {"disease": "Choose the disease and the kind of call."})
        text = script_page.uploaded(given["note"])
        with db.transaction("script.begin") as session:
            draft = script_drafts.begin(session, given["disease"], given["kind"], text, clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(request.form, call.messages(fault)), 422
    except ScriptFault as fault:
        return _page(request.form, {}, fault.faults), 422
    flash("Kept as a draft. Look through it, then ask a second person.")
    return redirect(url_for("scripts.version", script_id=draft.id))


@bp.get("/scripts/<uuid:script_id>")
@allow(Permission.SCRIPT_SEE)
def version(script_id: UUID) -> str:
    """One version: how it stands, who had a part in it, and what can be done."""
    return script_page.page(script_id)


@bp.post("/scripts/<uuid:script_id>/copy")
@allow(Permission.SCRIPT_EDIT)
def copy(script_id: UUID) -> Any:
    """A draft with the words of this version: the way back to an older one."""
    source = script_page.get(script_id)
    try:
        given = CopyForm().load(request.form)
        with db.transaction("script.begin") as session:
            text = Sent(Script.from_document(source.document), given["note"])
            draft = script_drafts.begin(session, source.disease, source.kind, text, clock.now())
    except (ValidationError, Invalid) as fault:
        faults = {("note" if field == "file" else field): words for field, words in call.messages(fault).items()}
        return script_page.page(script_id, request.form, faults), 422
    flash("A draft with the words of that version.")
    return redirect(url_for("scripts.version", script_id=draft.id))


def _page(values: Mapping[str, str], errors: Mapping[str, str], faults: Sequence[Fault] = ()) -> str:
    nothing = [{"value": "", "text": "Choose"}]
    diseases = [{"value": name, "text": script_page.disease_name(name)} for name in policy.diseases()]
    kinds = [{"value": kind, "text": kind_name(kind)} for kind in script_page.kinds()]
    return render_template(
        "scripts/show.html",
        scripts=[(script_page.name(one), one) for one in lines.every(db.session(), clock.now())],
        called=script_page.called,
        diseases=nothing + diseases,
        kinds=nothing + kinds,
        standings=script_page.STANDINGS,
        values=values,
        errors=script_page.summed(errors, faults),
        faults=faults,
    )
