"""What somebody is told whose sign-in is over, instead of a bare sign-in page."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from tracer import clock
from tracer.access import session as sign_ins
from tracer.access.session import Gone
from tracer.models import Ended
from tracer.web import carry, cookie, entry

_NOT_YOU = "If that was not you, change your password at once and tell your supervisor."
_WORDS = {
    Ended.ELSEWHERE: "You signed in elsewhere at {at}, and one person has one sign-in. " + _NOT_YOU,
    Ended.PASSWORD: "The password of this account was changed at {at}. " + _NOT_YOU,
    Ended.CHANGED: "Your account was changed. Sign in again to go on.",
    Ended.IDLE: "You were signed out because nothing was done for 30 minutes.",
    Ended.LONGEST: "You were signed out because you had been signed in for 12 hours.",
}


def gone() -> Gone | None:
    """What became of the sign-in whose cookie this browser still has."""
    token = cookie.token()
    return sign_ins.gone(token, clock.now()) if token else None


def why(found: Gone | None) -> str | None:
    """In words; None where there is nothing to say (they signed out themselves)."""
    if found is None or found.why not in _WORDS:
        return None
    return _WORDS[found.why].format(at=f"{clock.london(found.at):%H:%M}")


def ask_to_sign_in(from_machine: bool) -> Any:
    """To the sign-in page; a form that came too late is kept, sealed, until the same person has signed in."""
    if from_machine or request.is_json:
        abort(401)
    found = gone() if request.method == "POST" else None
    if found is None:
        back = request.path if request.method == "GET" else None
        return redirect(url_for("sign_in.show", next=back))
    packed = carry.pack(found.staff_id, clock.now())
    entry.hold(found.staff_id, packed, clock.now())
    lost = (
        None if packed else "What you sent could not be kept: files and passwords never are. Sign in and send it again."
    )
    return render_template(
        "sign_in.html", values={"carry": packed or ""}, errors={}, told=why(found), kept=bool(packed), lost=lost
    ), 401
