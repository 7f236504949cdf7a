"""A roster by page: a file of up to 500 people is brought in at once, with a receipt and the rows not taken."""

import base64
from typing import IO, Any

from flask import Blueprint, Response, g, render_template, request
from marshmallow import ValidationError, fields

from tracer import clock, db, vault
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import receipts, roster
from tracer.casework.receipts import Reject
from tracer.faults import Invalid
from tracer.models import CAPACITY
from tracer.schemas.form import Form
from tracer.schemas.roster import MOST_CAPACITY, NEEDED, OPTIONAL
from tracer.schemas.skills import SKILLS
from tracer.tables import Table, TableFault, glance
from tracer.web.call import messages

bp = Blueprint("roster", __name__)

# One request: some seconds at most. What is longer, or a workbook to unpack, is the command's.
MOST = 500
_NOT_HERE = (
    f"This page takes a CSV file of at most {MOST} rows (256 KB). Save a workbook as CSV UTF-8. Whoever runs Tracer "
    "brings in a longer file by the command `staff import`, which takes a workbook too. Nothing of it was brought in."
)


class Rejected(Form):
    """The rejected rows of a receipt, sealed for whoever was shown it."""

    rows = fields.String(required=True, error_messages={"required": "There are no rejected rows to fetch."})


@bp.get("/staff/import")
@allow(Permission.STAFF_CHANGE)
@stepped_up
def show() -> str:
    """The form, and what the file must look like."""
    return _page({})


@bp.post("/staff/import")
@allow(Permission.STAFF_CHANGE)
@stepped_up
def load() -> Any:
    """Bring a roster in, as the administrator and under their row rules."""
    rejects: list[Reject] = []
    try:
        Form().load(request.form)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("There is no file.", {"file": "Choose the file to send."})
        stream: IO[bytes] = sent.stream
        with db.transaction("staff.import") as session:
            done = roster.bring_in(session, lambda: _opened(stream), clock.now(), rejects.append, most=MOST)
    except TableFault as fault:
        return _page({"file": str(fault)}), 422
    except (ValidationError, Invalid) as fault:
        return _page(messages(fault)), 422
    return render_template("staff/imported.html", done=done, rejects=rejects, sealed=_sealed(rejects))


@bp.post("/staff/import/rejected")
@allow(Permission.STAFF_CHANGE)
def rejected() -> Response:
    """The rejected rows of the receipt that somebody has before them, as CSV: corrected, it can be sent as it is."""
    given = Rejected().load(request.form)["rows"]
    try:
        found = vault.current().open(base64.b64decode(given), g.actor.id)["rejects"]
    except (ValueError, KeyError, vault.VaultFault) as fault:
        raise Invalid("These rows cannot be read any more. Send the file again: nobody is added twice.") from fault
    rejects = [Reject(line, faults, cells) for line, faults, cells in found]
    answer = Response(receipts.as_csv(rejects, header=True), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="roster-rejected-{clock.now():%Y%m%d-%H%M%S}.csv"'
    return answer


def _opened(stream: IO[bytes]) -> Table:
    """A short CSV file; TableFault for anything else."""
    table = glance(stream)
    if table is None or not table.whole:
        raise TableFault(_NOT_HERE)
    return table


def _sealed(rejects: list[Reject]) -> str:
    """The rejected rows for the page to hold: nothing is kept here, and nobody else can open them."""
    if not rejects:
        return ""
    document = {"rejects": [[one.line, one.faults, one.cells] for one in rejects]}
    return base64.b64encode(vault.current().seal(document, g.actor.id, clock.now().date())).decode()


def _page(errors: dict[str, str]) -> str:
    return render_template(
        "staff/import.html",
        most=MOST,
        columns=[*NEEDED, *OPTIONAL],
        skills=list(SKILLS),
        most_capacity=MOST_CAPACITY,
        usual_capacity=CAPACITY,
        errors=errors,
    )
