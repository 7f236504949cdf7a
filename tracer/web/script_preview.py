"""Preview: walking any version with invented answers. The page carries them; nothing is saved but who looked."""

import json
from dataclasses import asdict, replace
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, render_template, request
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import audit
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import scripts
from tracer.casework.script_preview import Invented, is_for, is_to_contact
from tracer.interview import record, view
from tracer.interview.compiled import Compiled
from tracer.interview.script import Script
from tracer.models import ScriptVersion
from tracer.schemas.preview_form import PreviewForm, settled
from tracer.web import call, interview_changes, script_page
from tracer.web.interview_forms import posted
from tracer.web.preview_page import PreviewPage, facts

bp = Blueprint("script_preview", __name__)


@bp.get("/scripts/<uuid:script_id>/preview")
@allow(Permission.SCRIPT_SEE)
def show(script_id: UUID) -> str:
    """The first section, with a person who is invented; that somebody looked is on record."""
    version = script_page.get(script_id)
    with db.transaction("script.preview") as session:
        audit.read(session, [version])
        return _walk(version, {}, {})


@bp.post("/scripts/<uuid:script_id>/preview")
@allow(Permission.SCRIPT_SEE)
def walk(script_id: UUID) -> Any:
    """On from page to page, with what was invented so far."""
    version = script_page.get(script_id)
    try:
        given = PreviewForm().load(request.form)
    except ValidationError as fault:
        return _walk(version, settled(cast(Any, fault.valid_data)), call.messages(fault)), 422
    return _walk(version, given, {})


def _walk(version: ScriptVersion, given: dict[str, Any], errors: dict[str, str]) -> str:
    who = replace(Invented.usual(clock.today()), **given.get("person", {}))
    page = PreviewPage(_compiled(version), version.disease, who, given.get("language", ""), facts())
    page.take(given.get("answers", {}))
    section = page.section(given.get("section", ""))
    if given:
        page.give(posted(page.run, section, request.form))
    where = page.act(section, given.get("do", "stay"))
    more = {"version": version, "who": who, "unasked": given.get("unasked", False), "errors": errors}
    return _end(page, more) if where == "" else _section(page, where, more)


def _compiled(version: ScriptVersion) -> Compiled:
    if version.approved_at is not None:
        return scripts.ready(db.session(), version.id)
    return Compiled(Script.from_document(version.document))


def _section(page: PreviewPage, name: str, more: dict[str, Any]) -> str:
    section, run = page.section(name), page.run
    more["errors"] = {**more["errors"], **page.faults(section)}
    return _page(page, section=section, items=view.items(run, section), spoken=page.spoken(section), **more)


def _end(page: PreviewPage, more: dict[str, Any]) -> str:
    """What was answered, what is missing, and what it would write to the record."""
    run = page.run
    missing = [(section, key, view.text(run, item.label, key)) for section, key, item in run.missing()]
    written = {name: value for name, value in asdict(record.of(run)).items() if value}
    return _page(page, section=None, summary=view.summary(run), missing=missing, written=written, **more)


def _page(page: PreviewPage, **more: Any) -> str:
    version: ScriptVersion = more["version"]
    return render_template(
        "scripts/preview.html",
        page=page,
        name=script_page.name(version),
        called=script_page.called,
        alert=is_to_contact(page.compiled.script, page.who),
        both=is_for(page.compiled.script, "contact") and is_for(page.compiled.script, "case"),
        sections=view.sections(page.run),
        typed=request.form,
        carried=json.dumps(page.document(), separators=(",", ":")),
        disputed=interview_changes.disputed,
        **more,
    )
