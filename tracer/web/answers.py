"""Answers for analysis: asking for all answers to a version of a script, and fetching the tables that were made."""

import tempfile
import zipfile
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import answer_exports, records
from tracer.faults import Invalid
from tracer.models import AnswerExport, ScriptVersion
from tracer.schemas.form import Form
from tracer.schemas.script_forms import AnswersForm
from tracer.web import call, script_page

bp = Blueprint("answers", __name__)
# Held in memory up to here, beyond that in a file without a name that is gone with the answer.
_IN_MEMORY = 16 * 1024 * 1024


@bp.get("/scripts/<uuid:script_id>/answers")
@allow(Permission.ANSWER_EXPORT)
def show(script_id: UUID) -> str:
    """What there is of this version, and asking for it."""
    return _page(script_id, {"named": "no"}, {})


@bp.post("/scripts/<uuid:script_id>/answers")
@allow(Permission.ANSWER_EXPORT)
def ask(script_id: UUID) -> Any:
    """Ask for the answers as they stand now; with names it takes a reason and a second person."""
    version = script_page.get(script_id)
    try:
        given = AnswersForm().load(request.form)
        with db.transaction("answers.ask") as session:
            if given["named"]:
                answer_exports.ask_named(session, version, given["reason"], clock.now())
            else:
                answer_exports.ask(session, version, clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(script_id, request.form, call.messages(fault)), 422
    then = "It is made once an administrator or privacy officer has agreed." if given["named"] else "It is being made."
    flash(f"Asked. {then} You find it here.")
    return redirect(url_for("answers.show", script_id=script_id))


@bp.post("/answer-exports/<uuid:export_id>")
@allow(Permission.ANSWER_EXPORT)
@stepped_up
def fetch(export_id: UUID) -> Response:
    """The tables as one archive of CSV files; on record, and with names only once."""
    export = records.get(db.session(), AnswerExport, export_id)
    Form().load(request.form)
    with db.transaction("answers.export") as session:
        version = records.get(session, ScriptVersion, export.script_id)
        tables = answer_exports.fetch(export, clock.now())
        made = _archive(session, export, version, tables)
        answer_exports.close(export, clock.now())
    name = f"{version.disease}-{version.kind}-{version.number}-answers{'-named' if export.named else ''}.zip"
    return send_file(made, mimetype="application/zip", as_attachment=True, download_name=name)


def _archive(session: Session, export: AnswerExport, version: ScriptVersion, tables: dict[str, list[UUID]]) -> Any:
    made = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("read-me.txt", _read_me(export, version))
        for sheet, pieces in tables.items():
            kind = "ndjson" if sheet == answer_exports.RESPONSES else "csv"
            with archive.open(f"{sheet}.{kind}", "w") as part:
                for piece in answer_exports.opened(session, pieces):
                    part.write(piece)
    made.seek(0)
    return made


def _read_me(export: AnswerExport, version: ScriptVersion) -> str:
    service, now = current_app.extensions["tracer"].service_name, clock.london(clock.now())
    whose = f"{g.actor.name} ({g.actor.role.value})"
    lines = [
        f"Answers to {script_page.name(version)}, version {version.number}, from {service}.",
        f"Exported for {whose} on {now:%Y-%m-%d at %H:%M}. On record; not to be passed on.",
        f"As they stood on {clock.london(export.asked_at):%Y-%m-%d at %H:%M}: {export.interviews} interviews.",
        *([f"Left out: {export.forgotten} interviews that were forgotten."] if export.forgotten else []),
        "",
        "answers.csv has a row for each interview; each repeat has a table of its own, joined by _interview.",
        "questions.csv says what each column asked, and what its codes mean.",
        "responses.ndjson has the same as FHIR R4, a QuestionnaireResponse a line.",
        "Blank: not asked, or not answered. does_not_know, prefers_not_to_say: an answer, that it is not given.",
        "With names: every answer, and who gave it."
        if export.named
        else "Without names: no free text, and nothing that says who somebody is.",
    ]
    return "\r\n".join([*lines, ""])


def _page(script_id: UUID, values: Any, errors: dict[str, str]) -> str:
    session = db.session()
    version = script_page.get(script_id)
    return render_template(
        "scripts/answers.html",
        version=version,
        name=script_page.name(version),
        called=script_page.called(version),
        exports=answer_exports.of_mine(session, version),
        values=values,
        errors=errors,
    )
