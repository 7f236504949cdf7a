"""What every answer says of itself, cookies included; and what an answer never says."""

import pytest

from tests import world
from tests.site import Site
from tracer.access.password import hash_password
from tracer.casework import claims


def test_cookies(site: Site) -> None:
    """Not for scripts, not for other sites."""
    client = site.browser()
    set_by = client.get("/sign-in").headers.getlist("Set-Cookie")
    form = {"email": world.address("tracer1"), "password": world.PASSWORD}
    set_by += client.post("/sign-in", data=form).headers.getlist("Set-Cookie")
    assert len(set_by) >= 2
    assert [one for one in set_by if "HttpOnly" not in one or "SameSite=Lax" not in one] == []


def test_secure_answers_say_so_for_a_year(site: Site) -> None:
    answer = site.browser().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in site.browser().get("/sign-in").headers


def test_no_answer_opens_itself_to_other_origins(site: Site) -> None:
    client = site.browser("tracer1")
    for path in ("/caseload", "/static/tracer.css", "/api/v1/intakes", "/nothing"):
        with client.get(path, headers={"Origin": "https://elsewhere.example"}) as answer:
            assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_a_password_is_checked_as_typed(site: Site) -> None:
    """200 characters at most, spaces and capitals as they are."""
    password = f" Ünïcode and {'spaces ' * 12} "
    with site.system() as session:
        world.account(session, "tracer1").password_hash = hash_password(password)
    for given, status in ((password, 302), (password.strip(), 422), (password.lower(), 422), (password[:64], 422)):
        form = {"email": world.address("tracer1"), "password": given}
        assert site.browser().post("/sign-in", data=form).status_code == status


def test_only_the_products_own_files_are_served(site: Site) -> None:
    client = site.browser("tracer1")
    for path in ("/static/", "/static/../config.py", "/static/%2e%2e/guard.py", "/.git/config", "/instance/keys"):
        assert client.get(path).status_code == 404


def test_trace_is_refused(site: Site) -> None:
    assert site.browser("tracer1").open("/caseload", method="TRACE").status_code == 405


def test_an_error_says_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that nobody thought of: 500 in plain words, and nothing was changed."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret of the inside")

    client = site.browser("tracer1")
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    site.app.testing = False
    monkeypatch.setattr(claims, "claim_next", fail)
    answer = client.post("/caseload/next")
    assert answer.status_code == 500
    assert "Nothing was changed" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
