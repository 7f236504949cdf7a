"""The one cookie of a sign-in: its name, and how it is set and forgotten.

Over HTTPS its name begins with `__Host-`: the browser then takes it from this host alone, for every path, and no
other host of the domain can plant one.
"""

from flask import current_app, request
from werkzeug.wrappers import Response

PLAIN, FORMS = "tracer", "tracer-form"
_HOST = "__Host-"


def named(plain: str, production: bool) -> str:
    """A cookie's name, by whether it is sent over HTTPS only."""
    return _HOST + plain if production else plain


def token() -> str | None:
    """The token that this browser sent, whatever it is worth."""
    return request.cookies.get(named(PLAIN, _production()))


def keep(answer: Response, value: str) -> None:
    """Give the browser a token, until it is closed."""
    secure = _production()
    answer.set_cookie(named(PLAIN, secure), value, httponly=True, samesite="Lax", secure=secure)


def forget(answer: Response) -> None:
    """Take every cookie of ours back."""
    secure = _production()
    for plain in (PLAIN, FORMS):
        answer.delete_cookie(named(plain, secure), httponly=True, samesite="Lax", secure=secure)


def _production() -> bool:
    return bool(current_app.extensions["tracer"].production)
