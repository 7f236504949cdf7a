"""Second factors in tests: a person with a telephone and a device, at a site that asks for them."""

import re
from datetime import datetime, timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient

from tests import world
from tests.authenticator import Device
from tests.site import Site
from tracer import clock
from tracer.web.cookie import named

PRODUCTION = {
    "TRACER_ENV": "production",
    "TRACER_SECRET_KEY": "a-secret-key-for-tests-of-production-0123456789",
    "TRACER_HOSTS": "localhost",
}
_CODE = re.compile(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</code>")
_LETTERS = re.compile(r'class="once letters">([A-Z2-7 ]+)<')


def enter(site: Site, account: str, next: str = "") -> FlaskClient:
    """A browser with the right password given."""
    client = site.app.test_client()
    form = {"email": world.address(account), "password": world.PASSWORD, "next": next}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 302, answer.text
    return client


def shown(secret: str, at: datetime | None = None, steps: int = 0) -> str:
    """The code that an app shows; `steps` of half a minute later or earlier."""
    return str(pyotp.TOTP(secret).at(int(((at or clock.now()) + timedelta(seconds=30 * steps)).timestamp())))


def secret_on(page: str) -> str:
    """The key that a page shows in letters."""
    found = _LETTERS.search(page)
    assert found, page
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return _CODE.findall(page)


def with_app(site: Site, account: str) -> tuple[FlaskClient, str, list[str]]:
    """Somebody whose first sign-in set up an app: their browser, its secret, their recovery codes."""
    client = enter(site, account)
    secret = secret_on(client.get("/sign-in/set-up/app").text)
    answer = client.post("/sign-in/set-up/app", data={"code": shown(secret)})
    assert answer.status_code == 200, answer.text
    return client, secret, codes_on(answer.text)


def with_passkey(site: Site, account: str) -> tuple[FlaskClient, Device, list[str]]:
    """Somebody whose first sign-in made a passkey: their browser, the device, their recovery codes."""
    client, device = enter(site, account), Device()
    answer = make(client, "/sign-in/set-up", device)
    assert answer.status_code == 200, answer.text
    return client, device, codes_on(answer.text)


def make(client: FlaskClient, under: str, device: Device, name: str = "My telephone") -> Any:
    """Make a passkey as passkeys.js does."""
    options = client.post(f"{under}/options").get_json()
    return client.post(f"{under}/passkey", data={"credential": device.make(options), "name": name})


def use(client: FlaskClient, options: str, action: str, device: Device, **more: str) -> Any:
    """Use a passkey as passkeys.js does."""
    asked = client.post(options).get_json()
    return client.post(action, data={"credential": device.use(asked), **more})


def cookie_of(client: FlaskClient, plain: str = "tracer") -> str:
    """A cookie of a browser in production."""
    found = client.get_cookie(named(plain, production=True))
    assert found is not None
    return str(found.value)


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in, all the way."""
    return client.get("/account/factors").status_code == 200
