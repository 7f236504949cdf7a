"""Intakes over the API: send a batch, ask what became of it, fetch the rows that were not taken."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any, NoReturn
from uuid import UUID

from flask import Request, Response, g, url_for
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from tracer import clock, db
from tracer.access.actor import Actor, bind
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import intake_receive, receipts
from tracer.faults import Invalid
from tracer.models import Intake, IntakeState
from tracer.schemas.intake import AfterLine, BeforeIntake, IntakeParts, Problem, Receipt, Receipts, RejectedRows


class _Arguments(FlaskParser):
    """Arguments that do not fit are answered where all faults are; a multipart body is one set of parts."""

    __location_map__ = {**FlaskParser.__location_map__, "parts": "load_parts"}

    # A word that means nothing is refused everywhere, as the schemas say; webargs would pass over it in a query.
    DEFAULT_UNKNOWN_BY_LOCATION = {}

    def load_parts(self, request: Request, _: Schema) -> dict[str, Any]:
        """The fields and the file together."""
        return {**request.form.to_dict(), **request.files.to_dict()}

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Not an abort: `messages` by location would say nothing to the sender."""
        by_location = error.messages_dict.values()
        raise ValidationError({field: said for fields in by_location for field, said in fields.items()})


class _Intakes(Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    ARGUMENTS_PARSER = _Arguments()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {"parts": "multipart/form-data"}


class Parts(IntakeParts):
    """The parts of an upload."""

    file = Upload(
        required=True,
        error_messages={"required": "Send the batch as the part called file."},
        metadata={"description": "CSV or .xlsx, columns as in the case batch reference, or as the map says."},
    )


bp = _Intakes("api", __name__, url_prefix="/api/v1", description="Batches of cases and what became of them")


@bp.post("/intakes")
@allow(Permission.INTAKE_LOAD)
@bp.arguments(Parts, location="parts")
@bp.response(202, Receipt, description="Received whole; it waits to be loaded. Ask its address how far it is.")
@bp.alt_response(422, schema=Problem, description="Nothing is loaded; the message says what to do.")
def load(parts: dict[str, Any]) -> Any:
    """Send a batch."""
    sent = parts.pop("file")
    choices = {"map_name": parts["map"], "map_toml": parts["map_toml"], "disease": parts["disease"]}
    with db.transaction("intake.receive") as session:
        intake = intake_receive.receive(
            session,
            sent.stream,
            name=sent.filename or "batch",
            now=clock.now(),
            received_by=g.actor.id,
            **choices,
        )
    if intake.state is IntakeState.REFUSED:
        raise Invalid("Nothing was loaded.", {"file": intake.message or ""})
    return _receipt(intake), 202, {"Location": url_for("api.show", intake_id=intake.id)}


@bp.get("/intakes")
@allow(Permission.INTAKE_SEE)
@bp.arguments(BeforeIntake, location="query")
@bp.response(200, Receipts)
def recent(query: dict[str, Any]) -> Any:
    """The batches that you sent, the newest first."""
    found = receipts.recent(db.session(), query["before"])
    more = url_for("api.recent", before=found[-1].id) if len(found) == receipts.PAGE else None
    return {"intakes": [_receipt(intake) for intake in found], "next_url": more}


@bp.get("/intakes/<uuid:intake_id>")
@allow(Permission.INTAKE_SEE)
@bp.response(200, Receipt)
@bp.alt_response(404, schema=Problem, description="No such batch, or not one that you sent.")
def show(intake_id: UUID) -> Any:
    """How far a batch is, and then what became of it."""
    return _receipt(receipts.get(db.session(), intake_id))


@bp.get("/intakes/<uuid:intake_id>/rejects")
@allow(Permission.INTAKE_SEE)
@bp.arguments(AfterLine, location="query")
@bp.response(200, RejectedRows)
@bp.alt_response(404, schema=Problem, description="No such batch, or not one that you sent.")
def rejects(query: dict[str, Any], intake_id: UUID) -> Any:
    """The rows that were not taken, 50 at a time; reading them is on record."""
    with db.transaction("intake.read") as session:
        found = receipts.rejects(session, receipts.get(session, intake_id), query["after"])
    full = len(found) == receipts.PAGE
    more = url_for("api.rejects", intake_id=intake_id, after=found[-1].line) if full else None
    return {"rejects": found, "next_url": more}


@bp.get("/intakes/<uuid:intake_id>/rejects.csv")
@allow(Permission.INTAKE_SEE)
@bp.response(200, {"type": "string"}, content_type="text/csv", description="What to do, then the row as it came.")
@bp.alt_response(404, schema=Problem, description="No such batch, or not one that you sent.")
def rejects_csv(intake_id: UUID) -> Any:
    """All the rows that were not taken, to correct and send again; reading them is on record."""
    name = f"{intake_id}.rejected.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    pieces = _pieces(intake_id, g.actor)
    # The first is on record before the answer begins: where that fails it is no answer of an empty file.
    first = next(pieces, "")
    return Response(chain([first], pieces), mimetype="text/csv", headers=headers)


def _pieces(intake_id: UUID, actor: Actor) -> Iterator[str]:
    """A page of rows at a time: on record, committed, and only then sent.

    In a session of its own with the same eyes: the request's is closed before an answer streams.
    """
    after = 0
    with closing(db.new_session()) as session:
        bind(session, actor)
        while True:
            with db.transaction("intake.read", session):
                intake = receipts.get(session, intake_id)
                page = receipts.rejects(session, intake, after, receipts.FILE_PAGE)
            if not page:
                return
            yield receipts.as_csv(page, header=after == 0)
            after = page[-1].line


def _receipt(intake: Intake) -> dict[str, Any]:
    known = {name: getattr(intake, name, None) for name in Receipt._declared_fields}
    return {
        **known,
        "summary": receipts.summary(intake, clock.now()),
        "rejects_url": url_for("api.rejects", intake_id=intake.id),
        "rejects_csv_url": url_for("api.rejects_csv", intake_id=intake.id),
    }
