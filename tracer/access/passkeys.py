"""Passkeys (WebAuthn): making one and using one. The person's telephone or computer checks that it is them.

A passkey answers to one site only, so a copy of the sign-in page gets nothing from it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracer.access import challenges
from tracer.faults import Invalid
from tracer.ids import new_id
from tracer.models import Factor, FactorKind

_MAKE, _USE = "passkey.make", "passkey.use"
_TIRED = "That passkey was not taken: the page waited too long, or was for somebody else. Try again."
_UNFIT = "That passkey could not be checked. Try again, or use another device."


@dataclass(frozen=True, slots=True)
class Party:
    """The site that passkeys answer to: its domain, and the origins that pages of it have."""

    domain: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked (JSON for WebAuthn), and the handle of the challenge in it."""

    options: str
    handle: str


def ask_to_make(party: Party, person: Any, held: list[bytes], now: datetime) -> Question:
    """Ask for a new passkey of a person (id, email, name) who has these already."""
    options = webauthn.generate_registration_options(
        rp_id=party.domain,
        rp_name="Tracer",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        exclude_credentials=_described(held),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return _question(_MAKE, options, now, person.id)


def make(party: Party, staff_id: UUID, handle: str, answer: str, name: str, now: datetime) -> Factor:
    """The passkey that the browser made, checked, not yet kept; Invalid where it is not what was asked for."""
    asked = challenges.take(_MAKE, handle, now, staff_id)
    if asked is None:
        raise Invalid(_TIRED, {"passkey": _TIRED})
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=party.domain,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    except Exception as error:  # the library reads hostile bytes, and fails in many ways
        raise Invalid(_UNFIT, {"passkey": _UNFIT}) from error
    return Factor(
        id=new_id(),
        staff_id=staff_id,
        kind=FactorKind.PASSKEY,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        created_at=now,
    )


def ask_to_use(party: Party, now: datetime, staff_id: UUID | None = None, held: list[bytes] | None = None) -> Question:
    """Ask for a passkey: one of these, or whichever the person chooses where nobody knows yet who they are."""
    options = webauthn.generate_authentication_options(
        rp_id=party.domain,
        allow_credentials=_described(held or []),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _question(_USE, options, now, staff_id)


def asked_to_use(handle: str, now: datetime, staff_id: UUID | None = None) -> bytes | None:
    """The challenge of a question, for the one time. Before the transaction that `use` is in."""
    asked = challenges.take(_USE, handle, now, staff_id)
    return base64url_to_bytes(asked) if asked else None


def use(session: Session, party: Party, asked: bytes, answer: str, now: datetime) -> Factor | None:
    """The passkey that answers the challenge; None for an unknown one and for an answer that does not hold.

    A count of uses that goes back betrays a copied key, and is refused by the library.
    """
    try:
        given = parse_authentication_credential_json(answer)
        known = select(Factor).where(Factor.credential_id == given.raw_id, Factor.kind == FactorKind.PASSKEY)
        factor = session.scalar(known.with_for_update())
        if factor is None or factor.public_key is None:
            return None
        held = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=asked,
            expected_rp_id=party.domain,
            expected_origin=list(party.origins),
            credential_public_key=factor.public_key,
            credential_current_sign_count=factor.sign_count,
            require_user_verification=True,
        )
    except Exception:  # as above: hostile bytes
        return None
    if given.response.user_handle not in (None, factor.staff_id.bytes):
        return None
    factor.sign_count, factor.used_at = held.new_sign_count, now
    return factor


def _question(kind: str, options: Any, now: datetime, staff_id: UUID | None) -> Question:
    handle = challenges.make(kind, bytes_to_base64url(options.challenge), now, staff_id)
    return Question(webauthn.options_to_json(options), handle)


def _described(held: list[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in held]
