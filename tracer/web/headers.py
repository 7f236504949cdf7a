"""Headers of every answer, errors and static files included."""

from flask import Flask, request
from werkzeug.wrappers import Response

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def install(app: Flask) -> None:
    """Set them after every request."""
    app.after_request(_set)


def _set(response: Response) -> Response:
    """Nothing is kept by the browser but the product's own files; no frame, no script from elsewhere."""
    kept = request.endpoint == "static" and request.method in {"GET", "HEAD"}
    stored = kept and response.status_code in {200, 304}
    response.headers["Cache-Control"] = "public, max-age=3600" if stored else "no-store"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer" if not request.is_secure else "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
