"""What every page shows: the way round, who is signed in, and the filters for dates and words."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tracer import clock, db
from tracer.access.actor import ANONYMOUS, Actor
from tracer.access.clearance import is_cleared
from tracer.access.permissions import Permission, may
from tracer.interview import help, languages
from tracer.interview.answers import DECLINES
from tracer.reporting import grants, requests, scripts
from tracer.reporting import help as desk
from tracer.schemas.skills import need_in_words
from tracer.web import signals

_ENGLISH = Locale("en", "GB")
# What stands for a record in an address, and names none.
_PART = re.compile(r"<[^>]+>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
# Label, endpoint, what it needs, and what counts what waits there. A page is in the navigation of whoever may open it.
_NAVIGATION = (
    ("Caseload", "caseload.show", Permission.CASELOAD_SEE),
    ("Team", "team.show", Permission.TEAM_SEE),
    ("Forecast", "forecast.show", Permission.FORECAST_SEE),
    ("Intake", "intake.show", Permission.INTAKE_SEE),
    ("Staff", "staff.show", Permission.STAFF_SEE),
    ("Scripts", "scripts.show", Permission.SCRIPT_SEE),
    ("Privacy", "privacy.show", Permission.AUDIT_SEE),
    ("Break-glass", "glass.show", Permission.GLASS_SEE),
    ("Approvals", "approvals.show", Permission.APPROVAL_DECIDE),
    ("Alerts", "alerts.show", Permission.ALERT_SEE),
    ("Training", "training.show", Permission.COURSE_TAKE),
    ("Sessions", "training_sessions.show", Permission.TRAINING_SESSION_ATTEND),
    ("Help", "help.show", Permission.HOME_SEE),
)
# Where somebody is in the middle of what the banner would send them to, or of a call.
_BUSY = {f"training.{page}" for page in ("course", "section", "test", "undertaking")}
_BUSY |= {f"practice.{page}" for page in ("section", "end", "check")} | {
    f"interviews.{page}" for page in ("show", "check")
}
# Pages behind a page of the navigation, which says so.
_FAMILY = dict.fromkeys(("script_reading", "script_preview", "script_drafts", "script_approval", "answers"), "scripts")
_FAMILY |= {"help_desk": "help", "staff_work": "staff", "presence": "caseload"}
_FAMILY |= dict.fromkeys(("absences", "allocation", "reviews", "record_questions.of_team"), "team")
_FAMILY["record_questions"] = "caseload"
_FAMILY["training_session_work"] = "training_sessions"
_FAMILY |= dict.fromkeys(("practice", "practice_marking", "readiness"), "training")
# Endpoint -> what to count, what the number means, and whose page shows it: a tracer's pays for no count.
_BADGES: dict[str, tuple[Callable[[Session, datetime], int], str, Permission]] = {
    "glass.show": (grants.others_open, "open now", Permission.APPROVAL_DECIDE),
    "approvals.show": (requests.waiting, "for you to decide", Permission.APPROVAL_DECIDE),
    "team.show": (lambda *at: signals.of_teams(*at).number, "questions to answer", Permission.TEAM_SEE),
    "help.show": (desk.waiting, "to answer", Permission.HELP_ANSWER),
    "scripts.show": (scripts.waiting, "for you to decide", Permission.SCRIPT_APPROVE),
}


def install(app: Flask) -> None:
    """Give the templates what they share."""
    app.context_processor(_shared)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day, short_day=short_day, moment=moment, soon=soon, hour=hour, clock=time_of_day, ago=ago, lasting=lasting
    )
    app.jinja_env.filters.update(emphasis=emphasis, language=language, need=need_in_words)
    app.jinja_env.globals.update(may=permitted, declines=DECLINES, topics=help.topics, direction=languages.direction)


def _shared() -> dict[str, Any]:
    settings = current_app.extensions["tracer"]
    who: Actor = g.get("actor", ANONYMOUS)
    return {
        "actor": who,
        "nav": _navigation(who),
        "demo": not settings.production,
        "provider": settings.provider,
        "service_name": settings.service_name,
        "now": clock.now(),
        "untrained": lambda: request.endpoint not in _BUSY and not is_cleared(db.session()),
        "signals": lambda: _signals(who),
        "here": form_of(request.url_rule) if request.url_rule else None,
    }


def _navigation(who: Actor) -> list[dict[str, Any]]:
    here = _FAMILY.get(request.endpoint or "") or _FAMILY.get(request.blueprint or "", request.blueprint)
    return [
        {
            "label": label,
            "href": url_for(endpoint),
            "current": endpoint.partition(".")[0] == here,
            "badge": _badge(who, endpoint),
        }
        for label, endpoint, needs in _NAVIGATION
        if endpoint in current_app.view_functions and may(who.role, needs, who.scope)
    ]


def _badge(who: Actor, endpoint: str) -> Callable[[], tuple[int, str]] | None:
    """Counts when the page asks: the page of a fault asks nothing of the database."""
    count, means, needs = _BADGES.get(endpoint, (None, "", Permission.HOME_SEE))
    if count is None or not may(who.role, needs, who.scope):
        return None
    return lambda: (count(db.session(), clock.now()), means)


def _signals(who: Actor) -> dict[str, Any] | None:
    """The banner of whoever holds work, and nobody else pays for it."""
    return signals.banner(clock.now()) if may(who.role, Permission.CASELOAD_SEE, who.scope) else None


def form_of(rule: Rule) -> str:
    """The form of an address, "/cases/…": which page it is, and no record."""
    return _PART.sub("…", rule.rule)


def permitted(permission: str) -> bool:
    """Whether whoever looks at the page may do this (a template shows no button that would refuse)."""
    who: Actor = g.get("actor", ANONYMOUS)
    return may(who.role, Permission(permission), who.scope)


def day(value: Any) -> str:
    """A date in full: Tuesday 3 March 2026."""
    return f"{value:%A} {value.day} {value:%B %Y}" if value else "Not known"


def short_day(value: Any) -> str:
    """A date in a list of days: Tue 3 Mar."""
    return f"{value:%a} {value.day} {value:%b}"


def moment(value: Any) -> str:
    """A time in London: 3 March 2026, 14:02."""
    if not value:
        return "Not known"
    there = clock.london(value)
    return f"{there.day} {there:%B %Y, %H:%M}"


def hour(value: Any) -> str:
    """A time of day in London: 14:02:07."""
    return f"{clock.london(value):%H:%M:%S}"


def time_of_day(value: Any) -> str:
    """A time in London today, to the minute: 14:02."""
    return f"{clock.london(value):%H:%M}"


def soon(value: Any) -> str:
    """A time to work by, in London: "Today, 14:02", "Tomorrow, 09:00", "Saturday 28 November, 10:00"."""
    if not value:
        return "Not known"
    there, today = clock.london(value), clock.today()
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get((there.date() - today).days)
    year = "" if there.year == today.year else f" {there.year}"
    return f"{near or f'{there:%A} {there.day} {there:%B}{year}'}, {there:%H:%M}"


def emphasis(words: str) -> Markup:
    """Words of a script with **this** in bold, everything else escaped."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(words))))  # noqa: S704 - escaped first


def ago(value: Any) -> str:
    """How long since, or until: "5 minutes ago", "in 2 hours"."""
    if not value:
        return ""
    apart: timedelta = value - clock.now()
    if abs(apart) < timedelta(minutes=1):
        return "just now"
    return format_timedelta(apart, add_direction=True, threshold=1, locale=_ENGLISH)


def lasting(apart: timedelta) -> str:
    """How long something took: "5 minutes"; what took less than one, "a minute"."""
    return "a minute" if apart < timedelta(minutes=1.5) else format_timedelta(apart, threshold=1, locale=_ENGLISH)


def language(code: str | None) -> str:
    """The name of a language by its ISO code: Welsh of cy; the code where nobody knows a name."""
    return _ENGLISH.languages.get(code, code) if code else "Not known"
