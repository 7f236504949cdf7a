"""Where faults become answers: the one module, for pages and for the API alike."""

import logging
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from tracer import db
from tracer.faults import Conflict, Fault, Invalid, NotFound, Refused

log = logging.getLogger("tracer.web")

STATUS: dict[type[Fault], int] = {NotFound: 404, Invalid: 422, Conflict: 409, Refused: 403, Fault: 400}
TITLES = {
    400: "That did not work",
    401: "Sign in first",
    403: "You cannot do this",
    404: "Page not found",
    405: "Page not found",
    409: "Something changed meanwhile",
    413: "That file is too large",
    415: "That cannot be read here",
    422: "Something needs correcting",
    500: "Something went wrong here",
}
_WORDS = {
    400: "The request could not be understood. Go back and try again.",
    401: "Sign in, or give a token that is in force.",
    403: "Your role does not include this. If it should, ask your supervisor.",
    404: "There is no such page or record, or it is not yours to see.",
    405: "There is no such page or record, or it is not yours to see.",
    413: "That is more than can be sent here: 200 MB as a file by whoever may send one, anything else 2 MB.",
    422: "Go back, correct it and send it again.",
    500: "Nothing was changed. Try again; if it goes on, tell your supervisor what you were doing.",
}
_STALE = "Somebody saved this while your page was open. Nothing of theirs was overwritten."
_TIRED = "This page was open for a long time or came from elsewhere. Go back, reload it and send it again."


def install(app: Flask) -> None:
    """Answer every fault in words."""
    app.register_error_handler(Fault, _fault)
    app.register_error_handler(ValidationError, _not_valid)
    app.register_error_handler(StaleDataError, lambda _: answer(409, _STALE))
    app.register_error_handler(CSRFError, lambda _: answer(400, _TIRED))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda _: answer(500, _WORDS[500]))


def _fault(fault: Fault) -> Any:
    status = next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS)
    # Absent, hidden and not allowed are one answer, byte for byte.
    return answer(status, _WORDS[404] if status == 404 else fault.message, fault.fields)


def _not_valid(error: ValidationError) -> Any:
    return answer(422, "Some of what was sent cannot be used.", flatten(error))


def flatten(error: ValidationError) -> dict[str, str]:
    """Marshmallow's messages as one sentence a field."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return {
        field: " ".join(str(one) for one in (found if isinstance(found, list) else [found]))
        for field, found in messages.items()
    }


def _http(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):
        # Asked for under a name that is not ours: there is no address of ours to put into a page.
        return "This is not the address of the service.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    status = error.code or 500
    body, status = answer(status, _WORDS.get(status, error.description or ""))
    allowed = getattr(error, "valid_methods", None)
    return body, status, {"Allow": ", ".join(sorted(allowed))} if allowed else {}


def _note_refusal(status: int) -> None:
    """Into the log: who was refused what, by id and endpoint; no address, for that may hold a record's id."""
    who = g.get("actor")
    if status in (403, 404) and who is not None and who.id is not None:
        log.warning("refused status=%s endpoint=%s actor=%s", status, request.endpoint, who.id)


def answer(status: int, message: str, fields: dict[str, str] | None = None) -> tuple[Any, int]:
    """A page for a person, JSON for a machine, with the status and what to do."""
    db.session.rollback()
    _note_refusal(status)
    fields = fields or {}
    if request.path.startswith("/api/") or request.is_json:
        return jsonify(status=status, message=message, fields=fields), status
    title = TITLES.get(status, TITLES[400])
    return render_template("error.html", status=status, title=title, message=message, fields=fields), status
