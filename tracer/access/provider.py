"""Single sign-on by OpenID Connect: sending somebody to the organisation's provider, and checking what comes back.

Authorization code with PKCE, state and nonce, each kept here for one use. Of what the provider says nothing is taken
on trust but what stands in an ID token signed with its published keys, for us, about this very sign-in, and in date.
"""

import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from tracer.access import challenges
from tracer.config import Provider, is_private_enough
from tracer.faults import Refused

log = logging.getLogger("tracer.provider")

_KIND = "provider"
_LIFE = 3 * challenges.LIFE
_SECONDS = 5  # the longest that the provider may take for one answer
_KEPT = 600  # seconds for which its published document is kept
# Signatures by a key pair only: with a shared secret, or none, anybody could make a token.
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_SKEW = 60  # seconds by which the provider's clock may be ahead
_known: dict[str, tuple[float, dict[str, Any]]] = {}

AWAY = "{label} does not answer now. Try again in a few minutes, or sign in with your password."
UNFIT = "What {label} sent back did not fit this sign-in, so it was not used. Start again from here."
DECLINED = "{label} did not sign you in, or you turned back. Start again, or sign in with your password."
STALE = "{label} did not ask anew who you are, so this proved nothing. Start again, or use a passkey or your password."


class SignOnFault(Refused):
    """Single sign-on went wrong; the message is for the person, the reason for the log."""

    def __init__(self, provider: Provider, words: str, why: str) -> None:
        super().__init__(words.format(label=provider.label))
        log.warning("Single sign-on refused: %s", why)


@dataclass(frozen=True, slots=True)
class Said:
    """What the provider says of somebody."""

    subject: str
    email: str
    verified: bool
    second_factor: bool
    anew: bool  # they were asked just now, and did not come in by a sign-in of theirs at the provider from before


def start(provider: Provider, back: str, now: datetime, *, anew: bool = False) -> tuple[str, str]:
    """The provider's address to send the browser to, and the handle that the browser must bring back.

    `anew`: whoever is at the keyboard proves who they are, whatever the provider remembers of this browser.
    """
    kept: dict[str, Any] = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    kept["asked"] = int(now.timestamp()) if anew else None
    more = {"prompt": "login", "max_age": "0"} if anew else {}
    target, _ = _client(provider, back).create_authorization_url(
        _document(provider)["authorization_endpoint"],
        state=kept["state"],
        nonce=kept["nonce"],
        code_verifier=kept["verifier"],
        **more,
    )
    return target, challenges.make(_KIND, kept, now, life=_LIFE)


def finish(provider: Provider, back: str, handle: str, given: Mapping[str, str], now: datetime) -> Said:
    """Who came back; SignOnFault where anything does not fit."""
    kept = challenges.take(_KIND, handle, now)
    if kept is None or not hmac.compare_digest(kept["state"].encode(), given.get("state", "").encode()):
        raise SignOnFault(provider, UNFIT, "the state is unknown, used or another's")
    if given.get("iss", provider.issuer) != provider.issuer:
        raise SignOnFault(provider, UNFIT, "another issuer answered")
    if "error" in given or "code" not in given:
        raise SignOnFault(provider, DECLINED, "the provider gave no code")
    claims = _claims(provider, _exchange(provider, back, given["code"], kept["verifier"]), kept, now)
    if kept["asked"] is not None and not _since(claims, kept["asked"]):
        raise SignOnFault(provider, STALE, "it does not say that they were asked anew")
    return _said(provider, claims, kept["asked"] is not None)


def _exchange(provider: Provider, back: str, code: str, verifier: str) -> str:
    """The ID token for a code."""
    try:
        token = _client(provider, back).fetch_token(
            _document(provider)["token_endpoint"],
            code=code,
            code_verifier=verifier,
            grant_type="authorization_code",
            timeout=_SECONDS,
            allow_redirects=False,
        )
        return str(token["id_token"])
    except requests.RequestException as error:
        raise SignOnFault(provider, AWAY, f"no answer for the code: {type(error).__name__}") from error
    except SignOnFault:
        raise
    except Exception as error:  # a refused code, and every way in which an answer can be malformed
        raise SignOnFault(provider, UNFIT, f"the code was not taken: {type(error).__name__}") from error


def _since(claims: Mapping[str, Any], asked: int) -> bool:
    """Whether they proved who they are since that second, by the provider's clock, which may be behind ours."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and at >= asked - _SKEW


def _claims(provider: Provider, token: str, kept: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    try:
        claims = _verified(provider, token)
    except SignOnFault:
        raise
    except Exception as error:  # a bad signature, algorithm, key or shape
        raise SignOnFault(provider, UNFIT, f"the ID token does not hold: {type(error).__name__}") from error
    if wrong := _wrong(provider, claims, kept["nonce"], now.timestamp()):
        raise SignOnFault(provider, UNFIT, f"the ID token has another {wrong}")
    return claims


def _verified(provider: Provider, token: str) -> dict[str, Any]:
    """The claims of a token that is signed with one of the published keys; fetched anew once for a new key."""
    for fresh in (False, True):
        published: Any = _fetch(provider, _document(provider)["jwks_uri"], fresh=fresh)
        keys = KeySet.import_key_set(published)
        try:
            read = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        except Exception:
            if fresh:
                raise
            continue
        # Signed by the same keys are also tokens of access and of signing out (RFC 9068, back-channel logout).
        if str(read.header.get("typ", "JWT")).upper() != "JWT" or "events" in read.claims:
            raise SignOnFault(provider, UNFIT, "the token is of another kind")
        return dict(read.claims)
    raise AssertionError  # the loop returns or raises


def _wrong(provider: Provider, claims: Mapping[str, Any], nonce: str, now: float) -> str | None:
    """The first claim that is not as it must be."""
    audience = claims.get("aud")
    times = [claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)]
    checks = {
        "issuer": claims.get("iss") == provider.issuer,
        "audience": audience in (provider.client_id, [provider.client_id]),
        "authorized party": claims.get("azp", provider.client_id) == provider.client_id,
        "nonce": claims.get("nonce") == nonce,
        "time": all(isinstance(one, int | float) for one in times)
        and now < times[0]
        and max(times[1], times[2]) <= now + _SKEW,
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
    }
    return next((name for name, right in checks.items() if not right), None)


def _said(provider: Provider, claims: Mapping[str, Any], anew: bool) -> Said:
    methods = claims.get("amr")
    shown = {str(one) for one in methods} if isinstance(methods, list) else set()
    shown.add(str(claims.get("acr", "")))
    return Said(
        claims["sub"],
        str(claims.get("email", "")).strip().lower(),
        claims.get("email_verified") is True,
        bool(shown & set(provider.second_factor)),
        anew,
    )


def _document(provider: Provider) -> dict[str, Any]:
    """The provider's published document, of which the issuer must be exactly the one that was set."""
    found = _fetch(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise SignOnFault(provider, UNFIT, "the published document is another issuer's")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_private_enough(str(found.get(name, ""))):
            raise SignOnFault(provider, UNFIT, f"the published {name} is not https")
    return found


def _fetch(provider: Provider, address: str, fresh: bool = False) -> dict[str, Any]:
    at, found = _known.get(address, (0.0, None))
    if found is not None and not fresh and time.monotonic() - at < _KEPT:
        return found
    try:
        answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        read = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise SignOnFault(provider, AWAY, f"no document: {type(error).__name__}") from error
    if not isinstance(read, dict):
        raise SignOnFault(provider, AWAY, "the document is no object")
    _known[address] = (time.monotonic(), read)
    return read


def _client(provider: Provider, back: str) -> Any:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid email",
        redirect_uri=back,
        code_challenge_method="S256",
    )
