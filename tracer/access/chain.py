"""The bytes that stand for an event, the stamp that it is born with, and the seal that chains it.

A stamp says that a process with `stamp.key` wrote the event: nobody who has only the database can add one or
alter one that is not sealed yet. A seal is over the seal before it, so it holds every event in its place;
`chain.key` is needed to make one. Neither proves against somebody who has the keys: that is what anchors are for.
"""

import hmac
import json
import os
from datetime import UTC
from typing import Any

from sqlalchemy import select

from tracer import vault
from tracer.models import AuditEvent, AuditSeal

# Everything that a seal covers, for plain rows: an entity each would take five times as long.
EVENT = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.actor_kind,
    AuditEvent.action,
    AuditEvent.did,
    AuditEvent.entity,
    AuditEvent.entity_id,
    AuditEvent.fields,
    AuditEvent.stamp,
)
UNSEALED = ~select(AuditSeal.number).where(AuditSeal.event_id == AuditEvent.id).exists()
START = bytes(32)
_NONCE, _PROOF = 8, 24
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def stamp(event: Any) -> bytes:
    """The stamp of a new event: a nonce, so that no two are alike, and a keyed hash (32 bytes together).

    The id is not in it, for the database gives it; the seal covers that.
    """
    nonce = os.urandom(_NONCE)
    return nonce + _proof(nonce, event)


def is_stamped(event: Any, content: bytes | None = None) -> bool:
    """Whether the event is as a process with the key wrote it. `content`: its bytes, where they are made already."""
    given = event.stamp
    if not isinstance(given, bytes) or len(given) != _NONCE + _PROOF:
        return False
    return hmac.compare_digest(given[_NONCE:], _proof(given[:_NONCE], event, content))


def seal(key: bytes, before: bytes, number: int, event: Any, content: bytes | None = None) -> bytes:
    """The hash of one link: over the hash before it, its number, and the whole row of the event."""
    mark = event.stamp.hex() if event.stamp is not None else None
    return hmac.digest(key, before + _bytes([number, event.id, mark]) + (content or content_of(event)), "sha256")


def fingerprint(key: bytes) -> str:
    """What tells one chain key from another, and nothing about it."""
    return hmac.digest(key, b"fingerprint", "sha256")[:4].hex()


def _proof(nonce: bytes, event: Any, content: bytes | None = None) -> bytes:
    return vault.current().stamp(nonce + (content or content_of(event)))[:_PROOF]


def content_of(event: Any) -> bytes:
    """Everything that an event says, in a form that both databases give back as it was put in."""
    said = [
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        None if event.actor_id is None else str(event.actor_id),
        event.actor_kind,
        event.action,
        event.did,
        event.entity,
        event.entity_id,
        event.fields,
    ]
    return _bytes(said)


def _bytes(values: list[Any]) -> bytes:
    return _encode(values).encode()
