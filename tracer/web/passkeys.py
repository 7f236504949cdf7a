"""Signing in with a passkey alone: the device says who it is, and has checked that it is them."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from marshmallow import ValidationError, fields, validate

from tracer import clock
from tracer.access import passkey_sign_in, passkeys
from tracer.access.allow import PUBLIC, allow
from tracer.web import cookie, entry, proving
from tracer.web.proving import Given

bp = Blueprint("passkeys", __name__)


class SignIn(Given):
    """The answer of a passkey, where they wanted to go, and what they had sent."""

    next = fields.String(load_default="")
    carry = fields.String(load_default="", validate=validate.Length(max=600_000))


@bp.post("/sign-in/passkey/options")
@allow(PUBLIC)
def options() -> Any:
    """What the browser asks: any passkey of this site."""
    return proving.ask(passkeys.ask_to_use(proving.party(), clock.now()))


@bp.post("/sign-in/passkey")
@allow(PUBLIC)
def enter() -> Any:
    """In, by whose passkey it is."""
    try:
        given = SignIn().load(request.form)
    except ValidationError:
        return _refused()
    now = clock.now()
    found = passkey_sign_in.enter(proving.answer(given, None), now, cookie.token())
    return entry.entered(found[1], found[0], {**given, "here": False}, now) if found else _refused()


def _refused() -> Any:
    return redirect(url_for("sign_in.show", passkey="no"))
