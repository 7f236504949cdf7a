"""What was typed survives a sign-in that ended: it goes back to the browser sealed, and comes back with the password.

Sealed for the person whose sign-in it was: nobody else's sign-in opens it, and nothing readable is left in the
page. Nothing is stored here or on the computer. Files and passwords are not carried.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request

from tracer import vault

_MOST = 256 * 1024
_LASTS = timedelta(hours=12)
# What the browser adds by itself, or must be made anew.
_LEFT_OUT = {"csrf_token"}


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that can be sent again: where to, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def pack(staff_id: UUID, now: datetime) -> str | None:
    """The form of this request, sealed for one of the staff; None where it cannot be carried."""
    given = [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]
    secret = any("password" in name for name, _ in given)
    if request.method != "POST" or request.files or secret or sum(len(a) + len(b) for a, b in given) > _MOST:
        return None
    path = request.full_path if request.query_string else request.path
    document = {"path": path, "fields": given, "at": now.isoformat()}
    return base64.urlsafe_b64encode(vault.current().seal(document, staff_id, now.date())).decode()


def unpack(text: str, staff_id: UUID, now: datetime) -> Carried | None:
    """What was carried for this person; None where it is somebody else's, too old, or none of ours."""
    if not text:
        return None
    try:
        found: dict[str, Any] = vault.current().open(base64.urlsafe_b64decode(text.encode()), staff_id)
        at = datetime.fromisoformat(found["at"])
    except (ValueError, KeyError, vault.VaultFault):
        return None
    if now - at > _LASTS:
        return None
    return Carried(found["path"], tuple((name, value) for name, value in found["fields"]))
