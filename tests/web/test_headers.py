"""Every route, as everybody, errors included: nothing is kept, framed, guessed or said in passing."""

import logging
import re
from functools import partial
from pathlib import Path

import pytest
from flask import request
from werkzeug.test import TestResponse

from tests import world
from tests.site import Site
from tests.sweep import address, routes
from tests.web.test_crawl import canaries
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.config import ConfigFault

WANTED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'")


def check(answer: TestResponse, where: object) -> None:
    for name, value in WANTED.items():
        assert answer.headers.get(name) == value, (where, name)
    policy = answer.headers["Content-Security-Policy"]
    assert all(part in policy for part in POLICY) and "unsafe" not in policy and "*" not in policy, where
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}, where
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]
    if "text/html" in answer.headers.get("Content-Type", ""):
        assert not re.search(r"<[^>]+ (on[a-z]+|style)=", answer.text), f"{where}: inline script or style"


@pytest.mark.parametrize("account", [None, "tracer1", "admin"])
def test_every_route_and_error_has_the_headers(site: Site, account: str | None) -> None:
    client = site.browser(account)
    for rule, method in routes(site):
        if rule.endpoint == "sign_in.leave":
            continue
        check(client.open(address(rule, {}), method=method), (method, rule.rule))
    for path in ("/nothing", "/api/v1/nothing", "/cases/not-an-id", "/static/nothing"):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            check(client.open(path, method=method), (method, path))


def test_a_fault_of_ours_has_them_too_and_says_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Canary1 of Marigold Row")

    client = site.browser("tracer1")
    site.app.testing = False
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(site.app.view_functions, "caseload.show", allow(Permission.CASELOAD_SEE)(broken))
    answer = client.get("/caseload")
    site.app.testing = True
    assert answer.status_code == 500
    check(answer, "a fault")
    assert "Canary1" not in answer.text and "Traceback" not in answer.text


def test_production_cookies_are_for_this_host_over_https_alone(site: Site, tmp_path: Path) -> None:
    production = {
        "TRACER_ENV": "production",
        "TRACER_SECRET_KEY": "k" * 40,
        "TRACER_HOSTS": "tracer.example",
        "TRACER_INSTANCE": str(tmp_path / "production"),
    }
    if site.url.startswith("sqlite"):
        with pytest.raises(ConfigFault, match="production runs on PostgreSQL"):
            Site(tmp_path / "production", site.url, production)
        return
    client = Site(tmp_path / "production", site.url, production).app.test_client()
    form = {"email": world.address("tracer1"), "password": world.PASSWORD}
    page = client.get("/sign-in", base_url="https://tracer.example")
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    answer = client.post("/sign-in", data=form, base_url="https://tracer.example")
    cookies = answer.headers.getlist("Set-Cookie") + page.headers.getlist("Set-Cookie")
    assert cookies and all(one.startswith("__Host-tracer") for one in cookies)
    for one in cookies:
        assert {"Secure", "HttpOnly", "Path=/"} <= set(one.split("; ")) and "Domain" not in one and "SameSite" in one
    # Halfway in: the cookie is known, and a second factor is owed before anything else.
    assert client.get("/sign-in/set-up", base_url="https://tracer.example").status_code == 200
    wrong = client.get("/sign-in", base_url="https://evil.example")
    assert wrong.status_code == 400
    check(wrong, "another host")


def note(seen: list[str | None]) -> None:
    seen.append(request.remote_addr)


def test_only_as_many_proxies_as_are_said_are_believed(site: Site, tmp_path: Path) -> None:
    """A forged address in front of the believed ones changes nothing."""
    for proxies, wanted in (("0", "127.0.0.1"), ("1", "198.51.100.9"), ("2", "203.0.113.4")):
        made = Site(site.instance, site.url, {"TRACER_PROXIES": proxies})
        seen: list[str | None] = []
        made.app.before_request(partial(note, seen))
        headers = {"X-Forwarded-For": "192.0.2.66, 203.0.113.4, 198.51.100.9", "X-Forwarded-Host": "evil.example"}
        answer = made.app.test_client().get("/sign-in", headers=headers)
        assert seen == [wanted]
        assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("account", ["tracer1", "supervisor", "admin", "privacy"])
def test_nothing_personal_in_titles_addresses_and_logs(
    site: Site, account: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A crawl with canaries: no name, number or address of anybody in what outlives the page."""
    caplog.set_level(logging.DEBUG)
    words = [word for secrets in canaries(site).values() for word in secrets[:2]]
    words += ["Marigold", "canary1@", "4474001", "Tracer1 Example", "Admin Example"]
    client, waiting, seen = site.browser(account), ["/"], set[str]()
    told: list[str] = []
    while waiting and len(seen) < 80:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        page = answer.text if answer.mimetype == "text/html" else ""
        told += [path, str(answer.headers), *re.findall("<title>(.*?)</title>", page, re.S)]
        links = [*re.findall(r'(?:href|action)="(/[^"#]*)', page), answer.headers.get("Location", "")]
        told += links
        waiting += [
            link.replace("&amp;", "&")
            for link in links
            if link.startswith("/") and "/sign-out" not in link and not link.startswith(("/static", "/veil"))
        ]
    assert len(seen) > 5
    said = "\n".join([*told, caplog.text])
    assert [word for word in words if word in said] == []
