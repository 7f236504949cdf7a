"""Letting a browser in: whether a second factor is owed first, and where it goes then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, flash, jsonify, redirect, render_template, session, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from tracer import clock
from tracer.access import challenges
from tracer.access import halfway as half
from tracer.access.credentials import Proved
from tracer.access.halfway import Halfway
from tracer.access.permissions import Permission, may
from tracer.access.session import Opened
from tracer.config import Config
from tracer.models import Role
from tracer.web import carry, cookie

_NEXT, _CARRY = "next", "carry"
_HOMES = (
    (Permission.TEAM_SEE, "team.show"),
    (Permission.CASELOAD_SEE, "caseload.show"),
    (Permission.STAFF_CHANGE, "staff.show"),
    (Permission.AUDIT_SEE, "privacy.show"),
    (Permission.HOME_SEE, "help.show"),
)


def settings() -> Config:
    """What this process was told."""
    found: Config = current_app.extensions["tracer"]
    return found


def required() -> bool:
    """Whether everybody owes a second factor: a demonstration asks for none."""
    return settings().production


def home_of(role: Role | None) -> str:
    """The address of a role's own first page."""
    target = next((end for needed, end in _HOMES if may(role, needed)), "sign_in.show")
    return url_for(target)


def where(back: str, role: Role | None) -> str:
    """An address of ours to go on at, or the role's first page."""
    safe = back not in {"", "/"} and back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if safe else home_of(role)


def begin(who: Proved, given: Mapping[str, Any], now: datetime) -> Any:
    """Halfway in: the password was right, a second factor is owed, and where they were is kept till then.

    A page that asked for the password in its own place is led elsewhere, and says so (session.js).
    """
    token = half.begin(who, now)
    keep(who.id, given, now)
    return with_cookie(redirect(url_for("second_factor.show")), token)


def entered(opened: Opened, staff_id: UUID, given: Mapping[str, Any], now: datetime) -> Any:
    """In: to where they were, with what they had sent. `given` has `next`, `carry` and `here`."""
    carried = carry.unpack(given["carry"], staff_id, now)
    answer: Any
    if given["here"]:
        answer = jsonify(signed_in=True, csrf_token=generate_csrf())
    elif carried is not None:
        answer = current_app.make_response(render_template("sent_again.html", carried=carried))
    else:
        answer = redirect(where(given["next"], opened.role))
    tell(opened)
    return with_cookie(answer, opened.token)


def tell(opened: Opened) -> None:
    """Say which other sign-in this one ended."""
    for since in opened.ended:
        at = clock.london(since)
        flash(
            f"You were also signed in elsewhere, since {at:%H:%M}. That has ended. If it was not you, change your "
            "password: your name at the top leads there."
        )


def with_cookie(answer: Response, token: str) -> Response:
    """The answer, which gives the browser its token."""
    cookie.keep(answer, token)
    return answer


def aim(back: str) -> None:
    """Remember where they wanted to go, before it is known who they are."""
    session[_NEXT] = back


def hold(staff_id: UUID, packed: str | None, now: datetime) -> None:
    """Keep a form that was sent, over a way through the organisation's sign-on: nothing goes there and comes back."""
    if packed and settings().provider:
        session[_CARRY] = challenges.make(_CARRY, packed, now, staff_id, half.LONGEST)


def keep(staff_id: UUID, given: Mapping[str, Any], now: datetime) -> None:
    """Remember where they wanted to go, and what they had sent, over the steps of signing in."""
    session[_NEXT] = given["next"]
    session.pop(_CARRY, None)
    if given["carry"]:
        session[_CARRY] = challenges.make(_CARRY, given["carry"], now, staff_id, half.LONGEST)


def kept(staff_id: UUID, now: datetime) -> dict[str, Any]:
    """What was remembered, once."""
    handle = session.pop(_CARRY, None)
    carried = challenges.take(_CARRY, handle, now, staff_id) if handle else None
    return {"next": session.pop(_NEXT, ""), "carry": carried or "", "here": False}


def halfway() -> Halfway | None:
    """Who is halfway in with this browser's cookie."""
    token = cookie.token()
    return half.find(token, clock.now()) if token else None
