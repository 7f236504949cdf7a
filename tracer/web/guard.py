"""The guard before every request: who is it, may they, and with whose eyes is the database read."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import SecurityError

from tracer import clock, db
from tracer.access import session as sign_ins
from tracer.access.actor import ANONYMOUS, Actor, bind
from tracer.access.allow import PUBLIC, allow, needs
from tracer.access.clearance import is_cleared
from tracer.access.permissions import UNTRAINED, Permission, may
from tracer.access.session import Live
from tracer.access.step_up import is_stepped_up
from tracer.faults import Refused
from tracer.web import cookie, ended, idle, step_up, veil

# The plain name of the cookie; over HTTPS it has a prefix (`cookie.py`).
COOKIE = cookie.PLAIN
# Methods that change nothing: what they show is for the row rules.
_LOOKS = {"GET", "HEAD", "OPTIONS"}
_UNTRAINED = "Your training is not complete or not in date, and this takes it. Open Training: it says what to do next."


class User(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """Flask-Login's view of an actor."""

    def __init__(self, actor: Actor, sign_in: Live | None = None) -> None:
        self.actor, self.sign_in = actor, sign_in
        self.id = str(actor.id)


def install(app: Flask) -> None:
    """Stand before every route of the app."""
    manager = LoginManager(app)
    manager.session_protection = None  # the database's sign-ins are the protection
    manager.user_loader(lambda _: None)
    manager.request_loader(_load)
    static: Any = app.view_functions["static"]
    app.view_functions["static"] = allow(PUBLIC)(lambda **values: static(**values))
    app.before_request(_guard)
    app.teardown_appcontext(lambda _: db.session.remove())


def check_marked(app: Flask) -> None:
    """Refuse to start while any rule of the URL map is unmarked."""
    unmarked = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if needs(_view(app, rule.endpoint)) is None
    )
    if unmarked:
        raise RuntimeError(f"These routes say no permission (mark them with @allow): {', '.join(unmarked)}")
    loose = sorted(end for end in app.view_functions if asks_again(app, end) and permission_of(app, end) == PUBLIC)
    if loose:
        raise RuntimeError(f"These routes ask nobody who it is, and so cannot ask again: {', '.join(loose)}")


def permission_of(app: Flask, endpoint: str) -> Permission | str:
    """What an endpoint needs."""
    found = needs(_view(app, endpoint))
    assert found is not None
    return found


def asks_again(app: Flask, endpoint: str) -> bool:
    """Whether an endpoint asks again that it is really them (`@stepped_up`)."""
    return is_stepped_up(_view(app, endpoint))


def _view(app: Flask, endpoint: str) -> Callable[..., Any]:
    """The function that carries the mark: for a class-based view, its method or its class."""
    view = app.view_functions[endpoint]
    return getattr(view, "view_class", view)


def _load(_: Any) -> User | None:
    """Who the request is, from the bearer token of a machine or the cookie of a browser."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and _from_machine():
        machine = sign_ins.find_machine(header.removeprefix("Bearer ").strip(), clock.now())
        return User(machine) if machine else None
    if not _from_machine() and (token := cookie.token()):
        live = sign_ins.find(token, clock.now(), renews=request.endpoint not in idle.QUIET)
        return User(live.actor, live) if live else None
    return None


def _from_machine() -> bool:
    """By the path, so that a wrong method or an unknown address below it is answered in JSON too."""
    return request.path.startswith("/api/")


def actor() -> Actor:
    """Who this request is from."""
    found = getattr(current_user, "actor", ANONYMOUS)
    assert isinstance(found, Actor)
    return found


def _guard() -> Any:
    """Deny by default: an unknown page and one that is not allowed are told apart only when signed in."""
    if request.endpoint == "static" or isinstance(request.routing_exception, SecurityError):
        return None
    needed = permission_of(current_app, request.endpoint) if request.endpoint else None
    g.actor, g.sign_in = ANONYMOUS, None
    if needed != PUBLIC or cookie.token():
        g.actor, g.sign_in = actor(), getattr(current_user, "sign_in", None)
    bind(db.session(), g.actor)
    if needed == PUBLIC:
        return None
    if g.actor is ANONYMOUS:
        return ended.ask_to_sign_in(_from_machine())
    if g.sign_in is not None and g.sign_in.veiled_at and request.endpoint not in veil.OPEN:
        return veil.refuse()
    if needed is None or request.method == "OPTIONS":
        return None
    if not may(g.actor.role, Permission(needed), g.actor.scope):
        abort(404 if request.view_args else 403)
    # Before anything is read: to ask again is to pass the door, which is never done within a transaction.
    if asks_again(current_app, request.endpoint or "") and (question := step_up.demand()) is not None:
        return question
    if request.method not in _LOOKS and needed not in UNTRAINED:
        cleared = is_cleared(db.session())
        db.session().rollback()  # what the request does itself begins afresh: it may have to pass the door
        if not cleared:
            raise Refused(_UNTRAINED)
    return None
