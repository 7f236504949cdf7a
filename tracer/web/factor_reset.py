"""An administrator takes the second factors of somebody away who lost them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import factors
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import factors as verbs
from tracer.casework import records
from tracer.models import Staff
from tracer.schemas.form import Reason
from tracer.web.call import messages

bp = Blueprint("factor_reset", __name__)


@bp.get("/staff/<uuid:staff_id>/factors")
@allow(Permission.STAFF_CHANGE)
def ask(staff_id: UUID) -> str:
    """What they have by kind, and what a reset means, before it is done."""
    return _page(staff_id, {}, {})


@bp.post("/staff/<uuid:staff_id>/factors")
@allow(Permission.STAFF_CHANGE)
@stepped_up
def reset(staff_id: UUID) -> Any:
    """Do it: they are signed out, and told."""
    person = records.get(db.session(), Staff, staff_id)
    try:
        given = Reason().load(request.form)
    except ValidationError as fault:
        return _page(staff_id, request.form, messages(fault)), 422
    with db.transaction("factor.reset"):
        records.check_version(person, given["version"])
        verbs.reset(person, given["reason"], clock.now())
    flash(f"{person.name} is signed out, was told by e-mail, and sets a new second factor up at the next sign-in.")
    return redirect(url_for("staff.one", staff_id=staff_id))


def _page(staff_id: UUID, values: Any, errors: dict[str, str]) -> str:
    session = db.session()
    person = records.get(session, Staff, staff_id)
    return render_template(
        "staff/factors.html",
        person=person,
        kinds=sorted(factors.kinds(session, person.id)),
        resets=verbs.resets(session, person.id),
        values=values,
        errors=errors,
    )
