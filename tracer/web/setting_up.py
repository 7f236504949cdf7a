"""Setting a factor up: the same pages for somebody halfway in and for somebody who adds one later."""

from typing import Any

import segno
from flask import render_template, session

from tracer import clock
from tracer.access import challenges, totp
from tracer.access.factors import MUST_HAVE_PASSKEY
from tracer.web import proving

_HANDLE, _KIND = "totp", "totp"
_LIFE = 6 * challenges.LIFE


def app_page(person: Any, action: str, back: str, errors: dict[str, str] | None = None) -> str:
    """The QR code and the secret in letters; the same ones until a right code comes back."""
    secret = secret_of(person) or _new_secret(person)
    picture = segno.make(totp.address(secret, person.email), error="m")
    return render_template(
        "factors/app.html",
        picture=picture.svg_data_uri(scale=5, border=2, dark="#123a3f", light="#fff"),
        letters=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        action=action,
        back=back,
        values={},
        errors=errors or {},
    )


def passkey_parts(person: Any, action: str, options: str, errors: dict[str, str] | None, values: Any = None) -> Any:
    """What the form that makes a passkey needs."""
    return {
        "action": action,
        "options": options,
        "elsewhere": proving.passkey_elsewhere(),
        "must": person.role in MUST_HAVE_PASSKEY,
        "values": values or {},
        "errors": errors or {},
    }


def codes_page(codes: list[str], onward: str) -> str:
    """The recovery codes, this once."""
    return render_template("factors/codes.html", codes=codes, onward=onward)


def secret_of(person: Any) -> str | None:
    """The secret that this browser was shown for this person, while it lasts."""
    handle = session.get(_HANDLE)
    kept = challenges.look(_KIND, handle, clock.now(), person.id) if handle else None
    return kept["secret"] if kept else None


def forget_secret(person: Any) -> None:
    """It is the factor's now."""
    challenges.take(_KIND, session.pop(_HANDLE, ""), clock.now(), person.id)


def _new_secret(person: Any) -> str:
    secret = totp.new_secret()
    session[_HANDLE] = challenges.make(_KIND, {"secret": secret}, clock.now(), person.id, _LIFE)
    return secret
