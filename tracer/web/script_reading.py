"""Reading scripts: the whole text, what differs between two versions, the history of a question, and the workbook."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from marshmallow import RAISE, Schema, fields
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.faults import Invalid, NotFound
from tracer.interview import difference, fhir, languages, written
from tracer.interview.script import Script
from tracer.models import ScriptVersion
from tracer.reporting import script_history
from tracer.reporting import scripts as lines
from tracer.tables import write_book
from tracer.web import script_page

bp = Blueprint("script_reading", __name__)

# Parts of a script as staff call them.
PARTS = {
    "title": "Title",
    "form_id": "Identifier of the form",
    "version": "Version in the file",
    "languages": "Languages",
    "unchecked": "Languages that a native speaker has still to check",
    "label": "Words",
    "hint": "Hint",
    "guidance": "Help",
    "constraint_message": "What is said when it does not fit",
    "required_message": "What is said when it is missing",
    "kind": "Kind of question",
    "relevant": "Asked when",
    "required": "Must be answered",
    "constraint": "What fits",
    "calculation": "Worked out as",
    "default": "There already",
    "appearance": "Look",
    "field": "Fills in the record",
    "flag": "Raises the flag",
    "flag_when": "Raises it when",
    "declinable": "May be declined",
    "choice_filter": "Choices offered",
    "columns": "Columns of the choice",
    "count": "How many",
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_FHIR = "application/fhir+json"


class Which(Schema):
    """What a script is compared with, and the language that it is read in."""

    class Meta:
        """A word that means nothing here is a fault."""

        unknown = RAISE

    against = fields.UUID(data_key="with", load_default=None, error_messages={"invalid_uuid": "Choose a version."})
    language = fields.String(load_default="")


@bp.get("/scripts/<uuid:script_id>/text")
@allow(Permission.SCRIPT_SEE)
def read(script_id: UUID) -> str:
    """The whole script on one page, in any of its languages beside the one it was written in."""
    version = script_page.get(script_id)
    script = Script.from_document(version.document)
    language = Which(only=("language",)).load(request.args)["language"] or script.languages[0]
    if language not in script.languages:
        raise NotFound
    return _page("scripts/text.html", version, script=script, turned=script.in_language(language), language=language)


@bp.get("/scripts/<uuid:script_id>/difference")
@allow(Permission.SCRIPT_SEE)
def differs(script_id: UUID) -> str:
    """What differs from another version: the one that it took or would take the place of, unless one is chosen."""
    version = script_page.get(script_id)
    script = lines.around(db.session(), version, clock.now())
    wanted = Which(only=("against",)).load(request.args)["against"] or _before(version, script)
    other = next((one for one, _ in script.versions if one.id == wanted and one.id != version.id), None)
    if wanted is not None and other is None:
        raise Invalid("Choose another version of the same script.", {"with": "Choose another version."})
    found = _between(other, version) if other else None
    return _page("scripts/difference.html", version, other=other, found=found, versions=script.versions)


def _before(version: ScriptVersion, script: lines.Lines) -> UUID | None:
    if version.number is None:
        return version.base_id
    return next((one.id for one, _ in script.versions if one.number and one.number < version.number), None)


def _between(old: ScriptVersion, new: ScriptVersion) -> difference.Difference:
    return difference.between(Script.from_document(old.document), Script.from_document(new.document))


@bp.get("/scripts/<uuid:script_id>/questions/<question>")
@allow(Permission.SCRIPT_SEE)
def history(script_id: UUID, question: str) -> str:
    """Who changed which words of a question when, up to this version."""
    version = script_page.get(script_id)
    changes = script_history.of(db.session(), version, question)
    if not changes:
        raise NotFound
    return _page("scripts/history.html", version, question=question, changes=changes)


@bp.get("/scripts/<uuid:script_id>/workbook")
@allow(Permission.SCRIPT_SEE)
def workbook(script_id: UUID) -> Response:
    """The version as an .xlsx workbook, to start from."""
    version = script_page.get(script_id)
    data = write_book(written.sheets(Script.from_document(version.document)))
    name = f"{version.disease}-{version.kind}-{version.number or 'draft'}.xlsx"
    return _attached(data, _XLSX, name)


@bp.get("/scripts/<uuid:script_id>/questionnaire")
@allow(Permission.SCRIPT_SEE)
def questionnaire(script_id: UUID) -> Response:
    """The version as a FHIR R4 Questionnaire."""
    version = script_page.get(script_id)
    status = fhir.RETIRED if version.retired_at else fhir.ACTIVE if version.approved_at else fhir.DRAFT
    script, number = Script.from_document(version.document), str(version.number or "draft")
    data = json.dumps(fhir.questionnaire(script, str(version.id), number, status), ensure_ascii=False, indent=1)
    return _attached(data, _FHIR, f"{version.disease}-{version.kind}-{number}.json")


def _attached(data: bytes | str, kind: str, name: str) -> Response:
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(template: str, version: ScriptVersion, **more: Any) -> str:
    return render_template(
        template,
        version=version,
        name=script_page.name(version),
        called=script_page.called,
        parts=PARTS,
        own_name=languages.own_name,
        direction=languages.direction,
        **more,
    )
