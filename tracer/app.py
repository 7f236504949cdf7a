"""create_app(): the only wiring."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracer import api, cli, config, db, vault
from tracer.access import audit, guard, logins, rows
from tracer.watch import limits
from tracer.web import bodies, cookie, errors, headers, pages
from tracer.web import guard as web_guard


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The application for these settings (the process's own by default); ConfigFault when it must not start."""
    settings = config.read(os.environ if environ is None else environ)
    settings.instance.mkdir(parents=True, exist_ok=True)
    vault.use(settings.keys)
    limits.use(settings.instance / "watch.toml")
    db.configure(settings.database_url, settings.system_database_url)
    if settings.production and click.get_current_context(silent=True) is None:
        logins.check(db.engine("web"))  # a command acts as the machinery, and is what sets the logins up
    guard.install(db.maker)
    audit.install(db.maker)
    if missing := rows.undeclared():
        raise RuntimeError(f"These entities have no row rule (declare them in access/rows.py): {missing}")
    app = Flask("tracer", root_path=str(Path(__file__).parent / "web"))
    _configure(app, settings)
    errors.install(app)
    bodies.install(app)
    csrf = CSRFProtect(app)
    web_guard.install(app)
    headers.install(app)
    pages.install(app)
    api.install(app, csrf)
    cli.install(app)
    web_guard.check_marked(app)
    return app


def _configure(app: Flask, settings: config.Config) -> None:
    app.extensions["tracer"] = settings
    if settings.proxies:
        # Only so many proxies in front are believed about who asks: the throttle goes by it.
        wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)
        app.wsgi_app = wsgi_app  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=cookie.named(cookie.FORMS, settings.production),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,  # a long call must not lose its form; the token lives with the session
        WTF_CSRF_SSL_STRICT=settings.production,
    )
