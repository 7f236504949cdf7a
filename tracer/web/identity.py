"""Identity on a page: masked, and revealed one part at a time, each reveal on record."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from tracer import clock, db, nhs_number, phone
from tracer.access import identity as sealed
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records
from tracer.models import Base, Person
from tracer.schemas.form import Form
from tracer.schemas.identity import MASKED, Identity
from tracer.web import glass

bp = Blueprint("identity", __name__)

LABELS = {
    "date_of_birth": "Date of birth",
    "nhs_number": "NHS number",
    "phone": "Telephone",
    "phone_2": "Second telephone",
    "email": "E-mail",
    "address": "Address",
}


@bp.post("/people/<uuid:person_id>/reveal/<field>")
@allow(Permission.IDENTITY_REVEAL)
def reveal(person_id: UUID, field: str) -> Any:
    """Show one masked part, in a page of its own or in place of the mask."""
    if field not in MASKED:
        abort(404)
    Form().load(request.form)
    with db.transaction("identity.reveal") as session:
        person = records.get(session, Person, person_id)
        shown = part(sealed.reveal(session, person, field), field)
    if request.headers.get("X-Part"):
        return render_template("identity/_revealed.html", shown=shown)
    back = request.referrer if request.referrer and request.referrer.startswith(request.host_url) else None
    given = {"label": LABELS[field], "shown": shown, "field": field, "back": back}
    return render_template("identity/revealed.html", **given, **glass.marked(person))


def opened(session: Session, *people: Person, about: Iterable[Base] = ()) -> list[Identity]:
    """Read these identities for a page, on record, with the records that they are shown on."""
    return sealed.read(session, *people, about=about)


def rows(identity: Identity) -> list[dict[str, str]]:
    """The masked parts that are known, for a page: name, label, mask."""
    return [
        {"field": field, "label": LABELS[field], "mask": _mask(identity, field)}
        for field in MASKED
        if getattr(identity, field)
    ]


def part(identity: Identity, field: str) -> str:
    """One part in full, as people write it."""
    value = getattr(identity, field)
    if not value:
        return "Not known"
    if field == "date_of_birth":
        return f"{value.day} {value:%B %Y}"
    if field == "nhs_number":
        return nhs_number.show(value)
    return phone.show(value) if field in {"phone", "phone_2"} else str(value)


def _mask(identity: Identity, field: str) -> str:
    value = getattr(identity, field)
    if field == "date_of_birth":
        return f"•• ••• {value.year}"
    if field == "nhs_number":
        return nhs_number.mask(value)
    if field in {"phone", "phone_2"}:
        return phone.mask(value)
    if field == "email":
        return f"{value[:1]}•••@•••"
    return f"•••, {identity.postcode.split()[0]}" if identity.postcode else "•••"


def age(birth_year: int | None) -> str:
    """The age in whole years, to within one: only the year is in the clear."""
    return f"about {clock.today().year - birth_year}" if birth_year else "not known"
