"""How one of the staff works, for the administrator: skills, languages, capacity, working pattern."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm.exc import StaleDataError

from tracer import db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, staff_work
from tracer.faults import Conflict
from tracer.interview import languages
from tracer.models import CAPACITY, Staff
from tracer.schemas.roster import MOST_CAPACITY
from tracer.schemas.skills import SKILLS
from tracer.web.call import messages
from tracer.web.staff_forms import Work

bp = Blueprint("staff_work", __name__)


@bp.get("/staff/<uuid:staff_id>/work")
@allow(Permission.STAFF_CHANGE)
def show(staff_id: UUID) -> str:
    """The form."""
    return _page(staff_id, None, {})


@bp.post("/staff/<uuid:staff_id>/work")
@allow(Permission.STAFF_CHANGE)
def change(staff_id: UUID) -> Any:
    """Save it; they stay signed in, and keep what they hold."""
    person = records.get(db.session(), Staff, staff_id)
    sent = {**request.form.to_dict(), "skills": request.form.getlist("skills")}
    try:
        given = Work().load(sent)
    except ValidationError as fault:
        return _page(staff_id, sent, messages(fault)), 422
    try:
        with db.transaction("staff.change_work"):
            records.check_version(person, given.pop("version"))
            changed = staff_work.change(person, **given)
    except (Conflict, StaleDataError):
        return _page(staff_id, sent, {}, stale=True), 409
    flash("Saved." if changed else "Nothing was different, so nothing changed.")
    return redirect(url_for("staff.one", staff_id=staff_id))


def _page(staff_id: UUID, sent: Mapping[str, Any] | None, errors: dict[str, str], *, stale: bool = False) -> str:
    """`sent` is what somebody typed, kept where it is not what is saved."""
    person = records.get(db.session(), Staff, staff_id)
    saved = {
        "skills": person.skills,
        "languages": "; ".join(languages.in_english(code) for code in person.languages),
        "capacity": str(person.capacity),
        "pattern": person.pattern or "",
    }
    return render_template(
        "staff/work.html",
        person=person,
        skills=SKILLS,
        most=MOST_CAPACITY,
        usual=CAPACITY,
        saved=saved,
        values={**saved, **(sent or {})},
        errors=errors,
        stale=stale,
    )
