"""One of those that a supervisor leads: what they are doing, when they work, when they are away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, pre_load
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import absences, records, shifts
from tracer.faults import Conflict, Invalid
from tracer.interview import languages
from tracer.models import Absence, AbsenceKind
from tracer.schemas.form import Form
from tracer.web.call import messages

bp = Blueprint("absences", __name__)
KINDS = {AbsenceKind.SICK: "Sick", AbsenceKind.LEAVE: "On leave", AbsenceKind.OTHER: "Elsewhere"}
_DAY = "Enter a day like 2026-12-31: year, month, day."


class Away(Form):
    """Why, from which day, to which; without a last day it lasts until somebody ends it."""

    kind = fields.Enum(
        AbsenceKind,
        by_value=True,
        required=True,
        error_messages={"required": "Choose why.", "unknown": "Choose why."},
    )
    first_day = fields.Date(required=True, error_messages={"required": _DAY, "invalid": _DAY})
    last_day = fields.Date(load_default=None, error_messages={"invalid": _DAY})

    @pre_load
    def _drop_blank(self, given: Any, **_: Any) -> dict[str, Any]:
        """An empty last day is none."""
        return {key: value for key, value in given.items() if not (key == "last_day" and not value.strip())}


@bp.get("/team/people/<uuid:staff_id>")
@allow(Permission.TEAM_SEE)
def one(staff_id: UUID) -> str:
    """One person of my teams."""
    return _page(staff_id, {}, {})


@bp.post("/team/people/<uuid:staff_id>/absences")
@allow(Permission.ABSENCE_KEEP)
def record(staff_id: UUID) -> Any:
    """They are not at work: what they hold goes to others within seconds of its beginning."""
    person = absences.led(db.session(), staff_id)
    try:
        given = Away().load(request.form)
        with db.transaction("absence.record"):
            absences.record(person, given["kind"], given["first_day"], given["last_day"], clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(staff_id, request.form, messages(fault)), 422
    except Conflict as fault:
        return _page(staff_id, request.form, {"first_day": fault.message}), 409
    flash("On record. While they are away, what they hold goes to others by itself.")
    return redirect(url_for("absences.one", staff_id=staff_id))


@bp.post("/absences/<uuid:absence_id>/end")
@allow(Permission.ABSENCE_KEEP)
def end(absence_id: UUID) -> Response:
    """They are back, or it does not take place."""
    found = records.get(db.session(), Absence, absence_id)
    Form().load(request.form)
    with db.transaction("absence.end"):
        absences.end(found, clock.now())
    flash("Ended. From now on they count as at work when their shift is on.")
    return redirect(url_for("absences.one", staff_id=found.staff_id))


def _page(staff_id: UUID, values: Mapping[str, Any], errors: dict[str, str]) -> str:
    session, now = db.session(), clock.now()
    person = absences.led(session, staff_id)
    return render_template(
        "team/person.html",
        person=person,
        state=shifts.state_of(session, [person.id], now)[person.id],
        hours=shifts.hours(person.pattern, now),
        spoken=[languages.in_english(code) for code in person.languages],
        absences=absences.of(session, person),
        kinds=[{"value": kind.value, "text": words} for kind, words in KINDS.items()],
        values={"kind": "sick", "first_day": clock.today().isoformat(), **values},
        errors=errors,
    )
