"""Every route says what it needs; one that does not stops the start."""

from pathlib import Path

import pytest

from tests.site import Site
from tracer import db
from tracer.access.allow import PUBLIC
from tracer.access.permissions import PERMISSIONS, Permission
from tracer.app import create_app
from tracer.web import guard, routes_page

# Open to people who are not signed in: to sign in and out, the product's own files, being alive; and to set a
# password, which a link lets in.
OPEN = {"static", "sign_in.show", "sign_in.enter", "sign_in.leave", "sign_in.healthz", "api-docs.openapi_json"} | {
    *(f"joining.{name}" for name in ("show", "choose", "forgotten", "ask")),
    *("passkeys.options", "passkeys.enter", "oidc.start", "oidc.back"),
    # For whoever is halfway in: each asks for that itself (tests/web/test_second_factor.py).
    *(f"second_factor.{name}" for name in ("show", "prove", "options", "choose", "making", "made", "app", "confirm")),
}
# Ask again that it is really them, when the last proof is ten minutes old.
STEPPED_UP = {
    *("factors.app", "factors.add_app", "factors.passkey", "factors.making", "factors.add_passkey"),
    *("factors.remove", "factors.renew_codes", "factor_reset.reset"),
    *("staff.add", "staff.change", "roster.show", "roster.load", "tokens.add", "approvals.decide"),
    *("exports.export", "exports.fetch", "glass.break_", "answers.fetch", "script_approval.decide"),
    "readiness.evidence",
}


def test_public_routes_are_these(site: Site) -> None:
    """A route does not become public by accident."""
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    public = {endpoint for endpoint in endpoints if guard.permission_of(site.app, endpoint) == PUBLIC}
    assert public == OPEN


def test_stepped_up_routes_are_these(site: Site) -> None:
    """No route stops asking again by accident, and none is PUBLIC."""
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    asking = {endpoint for endpoint in endpoints if guard.asks_again(site.app, endpoint)}
    assert asking == STEPPED_UP
    assert not asking & OPEN


def test_every_permission_is_used_and_given(site: Site) -> None:
    """No permission without a role and a route."""
    needed = {guard.permission_of(site.app, rule.endpoint) for rule in site.app.url_map.iter_rules()} - {PUBLIC}
    given = set().union(*PERMISSIONS.values())
    assert needed == set(Permission) == given


def test_the_reference_page_says_who_may_use_each_route(site: Site) -> None:
    """A route that is marked with less than it needs shows here (write the page again with scripts/reference)."""
    page = Path(__file__).parents[2] / "docs/reference/routes.md"
    assert page.read_text(encoding="utf-8") == routes_page.markdown(site.app)


def test_an_unmarked_route_stops_the_start(tmp_path: Path) -> None:
    """The app names it and refuses to start."""
    app = create_app({"TRACER_INSTANCE": str(tmp_path)})
    app.add_url_rule("/loose", "loose", lambda: "")
    with pytest.raises(RuntimeError, match="/loose"):
        guard.check_marked(app)
    db.dispose()
