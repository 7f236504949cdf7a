"""JSON for machines: the same verbs, described at /api/v1/openapi.json."""

from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect

from tracer.access.allow import PUBLIC, allow
from tracer.api import intakes
from tracer.schemas.intake import Problem

_SPEC = {
    "title": "Tracer",
    "version": "v1",
    "openapi_version": "3.1.0",
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
}
_DESCRIPTION = "api-docs.openapi_json"


class _Api(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's description and arguments, without its own answers to errors.

    Those would stand for the whole application, pages included, and lose a 405's Allow; faults are
    answered in one module.
    """

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        pass


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Mount the API. A token is no cookie that a browser sends by itself, so the forgery check stands aside."""
    app.config["OPENAPI_URL_PREFIX"] = "/api/v1"
    api = _Api(app, spec_kwargs=_SPEC)
    description: Any = app.view_functions[_DESCRIPTION]
    app.view_functions[_DESCRIPTION] = allow(PUBLIC)(lambda **values: description(**values))
    csrf.exempt(intakes.bp)
    api.register_blueprint(intakes.bp)
    app.extensions["tracer-api"] = api


def description(app: Flask) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = app.extensions["tracer-api"].spec.to_dict()
    return document
