"""What every page that proves somebody shares: the site that passkeys answer to, and what was given."""

from typing import Any
from uuid import UUID

from flask import request, session
from marshmallow import fields, validate

from tracer import clock
from tracer.access import passkeys
from tracer.access.passkeys import Party, Question
from tracer.access.proof import Answer
from tracer.schemas.form import Form
from tracer.web import entry

_HANDLE = "passkey"
NOT_RIGHT = "That is not right, or was used before. Check it and try again."
NO_PASSKEY = "The passkey was not taken. Try again, or use another way."


class Code(Form):
    """A code as typed: of the app, or a recovery code."""

    code = fields.String(load_default="", validate=validate.Length(max=60, error="That is longer than any code."))


class Given(Form):
    """The answer of a passkey, put into the form by passkeys.js."""

    credential = fields.String(load_default="", validate=validate.Length(max=20_000))


class Made(Given):
    """A passkey just made, and the name by which its owner knows it."""

    name = fields.String(
        required=True,
        validate=validate.And(
            validate.Length(1, 60, error="Give it a name of 1 to 60 characters."),
            validate.Regexp(r"\S", error="Give it a name of 1 to 60 characters."),
        ),
    )


def party() -> Party:
    """The site that passkeys answer to: the first of TRACER_HOSTS, or localhost.

    Origins follow the address that the browser used, which TRUSTED_HOSTS has checked. Only this machine itself may
    do without HTTPS, as browsers have it.
    """
    hosts = entry.settings().hosts
    domain = hosts[0].partition(":")[0].lstrip(".") if hosts else "localhost"
    origins = [f"https://{request.host}"]
    if domain == "localhost":
        origins.append(f"http://{request.host}")
    return Party(domain, tuple(origins))


def passkeys_work_here() -> bool:
    """Whether a browser at this address can use a passkey of this site (127.0.0.1 is not localhost)."""
    here, domain = request.host.partition(":")[0], party().domain
    return here == domain or here.endswith(f".{domain}")


def passkey_elsewhere() -> str | None:
    """Where passkeys work, when it is not here: the same page at the site's own name."""
    if passkeys_work_here():
        return None
    port = request.host.partition(":")[2]
    return f"{request.scheme}://{party().domain}{':' + port if port else ''}/"


def ask(question: Question) -> Any:
    """Send the browser what to ask of the device, and remember which question it was."""
    session[_HANDLE] = question.handle
    return question.options, 200, {"Content-Type": "application/json"}


def handle() -> str:
    """The question that this browser was asked last, once."""
    return str(session.pop(_HANDLE, ""))


def answer(given: dict[str, Any], staff_id: UUID | None) -> Answer:
    """What was given, with the challenge that it must answer."""
    credential = given.get("credential", "")
    asked = passkeys.asked_to_use(handle(), clock.now(), staff_id) if credential else None
    return Answer(given.get("code", ""), credential, asked, party())
