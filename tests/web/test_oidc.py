"""Single sign-on against a provider that is a real server here: who gets in, and every lie that does not."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from tests import provider as providers
from tests import world
from tests.authenticator import Device
from tests.conftest import Templates
from tests.provider import CLIENT, SECRET, Provider
from tests.proving import is_in, make
from tests.site import Site
from tests.web.conftest import production
from tracer import db
from tracer.access import provider as client_side
from tracer.models import AuditEvent, Challenge, Factor, FactorKind, SignIn, Staff


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as made:
        client_side._known.clear()
        yield made


def settings(provider: Provider, **more: str) -> dict[str, str]:
    return {
        "TRACER_OIDC_ISSUER": provider.issuer,
        "TRACER_OIDC_CLIENT_ID": CLIENT,
        "TRACER_OIDC_CLIENT_SECRET": SECRET,
        "TRACER_OIDC_LABEL": "Northshire Health",
        **more,
    }


@pytest.fixture
def joined(database: str, templates: Templates, tmp_path: Path, provider: Provider) -> Iterator[Site]:
    """A demonstration with single sign-on."""
    url = templates.copy(database, tmp_path)
    yield Site(tmp_path, url, settings(provider))
    db.dispose()
    templates.drop(url)


@pytest.fixture(params=["", "mfa,urn:two"])
def strict_joined(
    request: pytest.FixtureRequest, database: str, templates: Templates, tmp_path: Path, provider: Provider
) -> Iterator[tuple[Site, str]]:
    """Production with single sign-on; with, and without, trust in the provider's second factor."""
    url = templates.copy(database, tmp_path)
    yield production(tmp_path, url, settings(provider, TRACER_OIDC_MFA=request.param)), request.param
    db.dispose()
    templates.drop(url)


def leave(client: FlaskClient, query: str = "") -> str:
    """To the provider, as the browser goes, and the address that it sends the browser back to."""
    there = client.get("/sign-in/provider" + query).headers["Location"]
    return str(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])


def come(client: FlaskClient, address: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def test_who_has_an_account_gets_in(joined: Site, provider: Provider) -> None:
    client = joined.app.test_client()
    assert "Sign in with Northshire Health" in client.get("/sign-in?next=/help").text
    answer = come(client, leave(client, "?next=/help"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/help")
    assert is_in(client)
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["nonce"]) > 30 and len(asked["state"]) > 30
    page = client.get("/account/factors").text
    assert "Single sign-on: Northshire Health" in page
    with joined.system() as session:
        assert session.scalars(select(Challenge)).all() == []


def test_it_makes_no_account(joined: Site, provider: Provider) -> None:
    provider.email = "nobody@demo.example"
    with joined.system() as session:
        before = session.scalar(select(func.count(Staff.id)))
    client = joined.app.test_client()
    answer = come(client, leave(client))
    assert answer.status_code == 403
    assert "There is no account here" in answer.text
    with joined.system() as session:
        assert session.scalar(select(func.count(Staff.id))) == before
        refused = select(AuditEvent).where(AuditEvent.action == "session.provider", AuditEvent.did == "refused")
        assert len(session.scalars(refused).all()) == 1


@pytest.mark.parametrize("email", ["importer@demo.example", "tracer2@demo.example"])
def test_machines_and_leavers_stay_out(joined: Site, provider: Provider, email: str) -> None:
    from tracer import clock

    with joined.system() as session:
        world.account(session, "tracer2").ended_at = clock.now()
    provider.email = email
    client = joined.app.test_client()
    assert come(client, leave(client)).status_code == 403
    assert not is_in(client)


def test_an_account_belongs_to_the_first_subject(joined: Site, provider: Provider) -> None:
    client = joined.app.test_client()
    come(client, leave(client))
    provider.subject = "somebody-new-with-the-old-address"
    other = joined.app.test_client()
    answer = come(other, leave(other))
    assert answer.status_code == 403
    assert "under another name" in answer.text
    provider.subject, provider.email = "subject-1", "tracer2@demo.example"
    moved = joined.app.test_client()
    assert come(moved, leave(moved)).status_code == 403, "and a subject to the first account"
    provider.email = "tracer1@demo.example"
    again = joined.app.test_client()
    assert come(again, leave(again)).status_code == 302
    with joined.system() as session:
        assert len(session.scalars(select(Factor)).all()) == 1


def _claims(**lies: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.lies.update(lies)


def _no_algorithm(provider: Provider) -> None:
    provider.header = {"alg": "none"}


def _shared_secret(provider: Provider) -> None:
    """The old trick: what is public of the key as the shared secret of an HMAC."""
    provider.header = {"alg": "HS256", "kid": "one"}
    provider.signer = OctKey.import_key(str(provider.key.as_dict(private=False)["n"]))


def _client_secret(provider: Provider) -> None:
    provider.header = {"alg": "HS256", "kid": "one"}
    provider.signer = OctKey.import_key(SECRET)


def _another_key(provider: Provider) -> None:
    provider.signer = RSAKey.generate_key(2048, {"kid": "one"})


def _unknown_key(provider: Provider) -> None:
    provider.header = {"alg": "RS256", "kid": "two"}
    provider.signer = RSAKey.generate_key(2048, {"kid": "two"})


LIES: dict[str, Callable[[Provider], None]] = {
    "wrong nonce": _claims(nonce="another"),
    "no nonce": _claims(nonce=None),
    "wrong issuer": _claims(iss="https://elsewhere.example"),
    "issuer with a slash": lambda provider: provider.lies.update(iss=provider.issuer + "/"),
    "wrong audience": _claims(aud="another-service"),
    "audience among others": _claims(aud=[CLIENT, "another-service"]),
    "no audience": _claims(aud=None),
    "another authorized party": _claims(azp="another-service"),
    "expired": _claims(exp=int(time.time()) - 1),
    "no expiry": _claims(exp=None),
    "made in the future": _claims(iat=int(time.time()) + 3600),
    "not yet": _claims(nbf=int(time.time()) + 3600),
    "expiry in words": _claims(exp="tomorrow"),
    "no subject": _claims(sub=""),
    "not verified": lambda provider: setattr(provider, "verified", False),
    "verified in words": lambda provider: setattr(provider, "verified", "true"),
    "no address": lambda provider: setattr(provider, "email", ""),
    "no algorithm": _no_algorithm,
    "public key as secret": _shared_secret,
    "client secret as key": _client_secret,
    "a token of access": lambda provider: provider.header.update(typ="at+jwt"),
    "a token of signing out": _claims(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "another key": _another_key,
    "an unknown key": _unknown_key,
    "a document of another issuer": lambda provider: provider.document.update(issuer="https://elsewhere.example"),
    "keys over plain http": lambda provider: provider.document.update(jwks_uri="http://elsewhere.example/keys"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_lets_nobody_in(joined: Site, provider: Provider, lie: str) -> None:
    client = joined.app.test_client()
    address = leave(client)
    LIES[lie](provider)
    client_side._known.clear()
    answer = come(client, address)
    assert answer.status_code == 403, lie
    assert "You are not signed in" in answer.text
    assert "Northshire Health" in answer.text
    assert not is_in(client)
    with joined.system() as session:
        assert session.scalars(select(Factor)).all() == []


def test_an_answer_is_for_the_browser_that_asked_and_once(joined: Site) -> None:
    client, thief = joined.app.test_client(), joined.app.test_client()
    address = leave(client)
    assert come(thief, address).status_code == 403, "a browser that asked nothing"
    leave(thief)
    assert come(thief, address).status_code == 403, "another's state"
    assert come(client, address).status_code == 302
    client.post("/sign-out")
    assert come(client, address).status_code == 403, "a replayed answer"
    assert not is_in(client) and not is_in(thief)


def test_a_replayed_code_is_refused_by_the_provider(joined: Site) -> None:
    client = joined.app.test_client()
    first, second = leave(client), ""
    code = parse_qs(urlsplit(first).query)["code"][0]
    assert come(client, first).status_code == 302
    client.post("/sign-out")
    second = leave(client)
    state = parse_qs(urlsplit(second).query)["state"][0]
    assert client.get(f"/sign-in/provider/back?code={code}&state={state}").status_code == 403


def test_a_code_of_another_sign_in_does_not_fit(joined: Site) -> None:
    """PKCE: a stolen code is worth nothing in another browser."""
    victim, thief = joined.app.test_client(), joined.app.test_client()
    stolen = parse_qs(urlsplit(leave(victim)).query)["code"][0]
    state = parse_qs(urlsplit(leave(thief)).query)["state"][0]
    assert thief.get(f"/sign-in/provider/back?code={stolen}&state={state}").status_code == 403


def test_turning_back_and_a_provider_that_is_away_are_said(joined: Site, provider: Provider) -> None:
    client = joined.app.test_client()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(f"/sign-in/provider/back?error=access_denied&state={state}")
    assert "did not sign you in, or you turned back" in answer.text
    client_side._known.clear()
    provider.document["token_endpoint"] = "http://127.0.0.1:9/token"
    answer = come(client, leave(client))
    assert "does not answer now" in answer.text


def without_password(site: Site, account: str) -> FlaskClient:
    """Somebody signed in through the provider, who has nothing else here."""
    with site.system() as session:
        world.account(session, account).password_hash = None
    client = site.app.test_client()
    come(client, leave(client))
    assert is_in(client)
    return client


@pytest.mark.parametrize("signed_out", [False, True])
def test_the_veil_is_lifted_by_whoever_proves_it_anew_there(joined: Site, provider: Provider, signed_out: bool) -> None:
    """What the provider remembers of this browser is worth nothing to whoever sits down at it."""
    client = without_password(joined, "tracer1")
    client.post("/veil", data={"next": "/account"})
    page = client.get("/veil?next=/account").text
    assert 'href="/sign-in/provider?anew=1&amp;next=/account"' in page
    if signed_out:
        client.post("/sign-out")
    answer = come(client, leave(client, "?next=/account"))
    assert answer.headers["Location"] == "/sign-in/provider?anew=1&next=/account"
    assert not is_in(client)
    provider.lies = {"auth_time": int(time.time()) - 3600}
    answer = come(client, leave(client, "?anew=1&next=/account"))
    assert answer.status_code == 403 and "did not ask anew" in answer.text
    provider.lies = {"auth_time": None}
    assert come(client, leave(client, "?anew=1&next=/account")).status_code == 403
    assert not is_in(client)
    provider.lies = {}
    answer = come(client, leave(client, "?anew=1&next=/account"))
    assert answer.headers["Location"] == "/account"
    assert is_in(client)
    come(again := joined.app.test_client(), leave(again))
    assert is_in(again), "and from then on as before"


def test_a_form_sent_under_the_veil_comes_back_from_there(joined: Site) -> None:
    client = without_password(joined, "tracer1")
    client.post("/veil", data={"next": "/caseload"})
    assert client.post("/account/details", data={"town": "Whitby"}).status_code == 403
    answer = come(client, leave(client, "?anew=1"))
    assert "Nothing that you typed is lost" in answer.text and 'value="Whitby"' in answer.text
    client.post("/sign-out")
    come(client, leave(client))
    with joined.system() as session:
        session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).one().epoch -= 1
    assert "kept on this page" in client.post("/account/details", data={"town": "Filey"}).text
    assert 'value="Filey"' in come(client, leave(client)).text


def test_what_asks_again_is_content_with_a_proof_there_and_not_with_its_memory(joined: Site) -> None:
    client = without_password(joined, "tracer1")
    asked = client.post("/account/factors/app", data={"code": "000000"})
    assert asked.status_code == 403 and 'href="/sign-in/provider?anew=1"' in asked.text
    answer = come(client, leave(client, "?anew=1"))
    assert "Nothing that you typed is lost" in answer.text and 'value="000000"' in answer.text
    assert client.get("/account/factors/app").status_code == 200


def test_without_settings_there_is_no_such_page(site: Site) -> None:
    client = site.app.test_client()
    assert client.get("/sign-in/provider").status_code == 404
    assert "Sign in with" not in client.get("/sign-in").text.replace("Sign in with a passkey", "")


def test_the_second_factor_is_ours_to_ask_unless_the_provider_is_known_to(
    strict_joined: tuple[Site, str], provider: Provider
) -> None:
    site, trusted = strict_joined
    for lies, enough in (
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:two"}, True),
    ):
        provider.lies = lies
        client = site.app.test_client()
        answer = come(client, leave(client))
        assert answer.status_code == 302
        assert is_in(client) is (enough and bool(trusted)), (lies, trusted)


def test_an_administrator_owes_a_passkey_whatever_the_provider_says(
    strict_joined: tuple[Site, str], provider: Provider
) -> None:
    site, _ = strict_joined
    provider.email, provider.lies = "admin@demo.example", {"amr": ["mfa"]}
    client = site.app.test_client()
    come(client, leave(client))
    assert not is_in(client)
    assert make(client, "/sign-in/set-up", Device()).status_code == 200
    assert is_in(client)
    with site.system() as session:
        kinds = set(session.scalars(select(Factor.kind).distinct()))
        assert kinds == {FactorKind.PASSKEY, FactorKind.RECOVERY, FactorKind.PROVIDER}


def test_no_secret_of_it_is_logged(joined: Site, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    provider.lies = {"nonce": "another"}
    client = joined.app.test_client()
    address = leave(client)
    come(client, address)
    code = parse_qs(urlsplit(address).query)["code"][0]
    for secret in (SECRET, provider.email, code):
        assert secret not in caplog.text
