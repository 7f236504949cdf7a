"""One Tracer under test: the app on a database of its own, sessions for any actor, browsers for any account."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import world
from tracer import db
from tracer.access.actor import Actor, bind
from tracer.access.system import SYSTEM
from tracer.app import create_app

_compile: Any = Rule._compile_builder
_compiled: dict[tuple[object, ...], Any] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    """What builds an address, compiled once for all apps: that was four fifths of making one, and each test makes one.

    It asks the rule that it is bound to for its converters, so rules that read the same can share it.
    """
    parts = tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), append_unknown
    if parts not in _compiled:
        _compiled[parts] = _compile(rule, append_unknown)
    return _compiled[parts]


Rule._compile_builder = _compile_once  # type: ignore[assignment]


def web_login(url: str) -> str:
    """The web's own login to the same database: on PostgreSQL one that owns nothing and stands under the policies."""
    there = make_url(url)
    if there.get_backend_name() == "sqlite":
        return url
    return there.set(username="tracer_test_web", password="tracer-test").render_as_string(hide_password=False)


class Site:
    """The app and its database, with ways in."""

    def __init__(self, instance: Path, url: str, more: Mapping[str, str] | None = None) -> None:
        self.instance, self.url = instance, url
        self.environ = {
            "TRACER_INSTANCE": str(instance),
            "TRACER_DATABASE_URL": web_login(url),
            "TRACER_SYSTEM_DATABASE_URL": url,
            **(more or {}),
        }
        self.app: Flask = create_app(self.environ)
        self.app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_forgery.py turns it on again
        self.app.testing = True

    @contextmanager
    def system(self, action: str = "test.arrange") -> Iterator[Session]:
        """A transaction as SYSTEM."""
        yield from self._session(SYSTEM, action)

    @contextmanager
    def acting(self, account: str, action: str = "test.act") -> Iterator[Session]:
        """A transaction as one of the accounts."""
        with self.system() as session:
            row = world.account(session, account)
            actor = Actor(row.id, row.role.value, row.name, row.role, row.team_id)
        yield from self._session(actor, action)

    def _session(self, actor: Actor, action: str) -> Iterator[Session]:
        session = db.new_session("system" if actor is SYSTEM else "web")
        bind(session, actor)
        try:
            with db.transaction(action, session):
                yield session
        finally:
            session.close()

    def browser(self, account: str | None = None) -> FlaskClient:
        """A client, signed in as an account where one is given."""
        client = self.app.test_client()
        if account is not None:
            form = {"email": world.address(account), "password": world.PASSWORD}
            answer = client.post("/sign-in", data=form)
            assert answer.status_code == 302, answer.text
        return client
