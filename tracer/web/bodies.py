"""How much may be sent: a form by anybody, a file by whoever may send one, to the few pages that take it.

Before anything reads the body, and so before the forgery check, which does.
"""

from flask import Flask, current_app, request

from tracer.access.permissions import Permission, may
from tracer.web import guard

FORM = 2 * 1024 * 1024
FILE = 200 * 1024 * 1024
# The endpoints that take a file.
TAKE_FILES = {"intake.load", "roster.load", "scripts.send", "api.load"}


def install(app: Flask) -> None:
    """Stand before all that reads a body."""
    app.config.update(MAX_CONTENT_LENGTH=FORM, MAX_FORM_MEMORY_SIZE=FORM)
    app.before_request(_bound)


def _bound() -> None:
    length = request.content_length  # None where it comes in pieces
    if request.endpoint in TAKE_FILES and (length is None or length > FORM) and _may_send():
        request.max_content_length = FILE


def _may_send() -> bool:
    who, needed = guard.actor(), guard.permission_of(current_app, request.endpoint or "")
    return may(who.role, Permission(needed), who.scope)
