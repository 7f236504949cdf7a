"""My own details: given once, kept as keyed hashes, never shown again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import staff_keys
from tracer.schemas.details import Details, identity
from tracer.web.call import messages

bp = Blueprint("details", __name__)

_SAID = {
    "name_birth": "name with date of birth",
    "nhs": "NHS number",
    "phone": "telephone",
    "email": "private e-mail address",
    "address": "home address",
}


@bp.get("/account/details")
@allow(Permission.DETAILS_GIVE)
def show() -> str:
    """Which details are kept, never what they are; and the form that replaces them."""
    return _page({}, {})


@bp.post("/account/details")
@allow(Permission.DETAILS_GIVE)
def give() -> Any:
    """Keep these, in place of all that were kept."""
    try:
        given = Details().load(request.form)
    except ValidationError as fault:
        return _page(request.form, messages(fault)), 422
    with db.transaction("details.give") as session:
        kept = staff_keys.give(session, identity(given))
    flash("Kept. You will not be given these people's records." if kept else "Nothing is kept now.")
    return redirect(url_for("details.show"))


def _page(values: Any, errors: dict[str, str]) -> str:
    kept = [_SAID[kind] for kind in sorted(staff_keys.known(db.session()))]
    return render_template("account/details.html", kept=kept, values=values, errors=errors)
