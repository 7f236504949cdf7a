"""A small OpenID Connect provider here: a real HTTP server with signed ID tokens, that can be told to lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "tracer-at-test", "the-secret-of-tracer-at-the-provider"


class Provider:
    """What it says of whoever comes: claims of the ID token, replaced by `lies`."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.issuer = ""
        self.subject, self.email, self.verified = "subject-1", "tracer1@demo.example", True
        self.lies: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.signer: Any = self.key
        self.document: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def authorize(self, query: dict[str, str]) -> str:
        """The address to send the browser back to, with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        self.asked.append(query)
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"], "iss": self.issuer})

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Swap a code, once, for an ID token: with the client's secret and the verifier of PKCE."""
        asked = self.codes.pop(form.get("code", ""), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if authorization != expected or asked is None or asked["code_challenge"] != proof.decode().rstrip("="):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": self.email,
            "email_verified": self.verified,
            "auth_time": now if asked.get("prompt") == "login" and asked.get("max_age") == "0" else None,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.sign(claims)}

    def sign(self, claims: dict[str, Any]) -> str:
        """The token, signed as `header` says, or not at all."""
        if self.header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (self.header, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        return str(jwt.encode(self.header, claims, self.signer, algorithms=[self.header["alg"]]))

    def get(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, Any], str]:
        """A document, or a redirect."""
        if path == "/.well-known/openid-configuration":
            document = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return 200, {**document, **self.document}, ""
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}, ""
        if path == "/authorize":
            return 302, {}, self.authorize(query)
        return 404, {}, ""


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(*provider.get(parts.path, {name: one[0] for name, one in parse_qs(parts.query).items()}))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: one[0] for name, one in parse_qs(sent).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")), "")

        def _answer(self, status: int, body: dict[str, Any], location: str) -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, answering."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
