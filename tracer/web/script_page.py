"""What the pages of scripts share: their names, the page of one version, and reading a file that was sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g, render_template, request

from tracer import clock, db, policy
from tracer.casework import records, script_approval
from tracer.casework import script_texts as texts
from tracer.casework.script_texts import Sent
from tracer.faults import Invalid
from tracer.interview import library
from tracer.interview.xlsform import Fault, ScriptFault
from tracer.models import ScriptVersion
from tracer.reporting import scripts as lines
from tracer.schemas import script_file
from tracer.schemas.script_forms import kind_name
from tracer.tables import TableFault

# How a version stands -> in words, and the colour of its tag.
STANDINGS = {
    "draft": ("draft", "yellow"),
    "waiting": ("waits for a second person", "blue"),
    "approved": ("approved, not live yet", "turquoise"),
    "live": ("live", "green"),
    "retired": ("retired", "grey"),
    "withdrawn": ("withdrawn before it went live", "grey"),
    "given up": ("given up", "grey"),
}


def get(script_id: UUID) -> ScriptVersion:
    """The version of an address."""
    return records.get(db.session(), ScriptVersion, script_id)


def disease_name(disease: str) -> str:
    """The name of a disease as people say it."""
    return policy.rules(disease, clock.today()).name if disease in policy.diseases() else disease


def name(version: ScriptVersion | lines.Lines) -> str:
    """What a script is for: "COVID-19: interview with a case"."""
    kind, disease = kind_name(version.kind), disease_name(version.disease)
    return f"{disease[:1].upper()}{disease[1:]}: {kind[:1].lower()}{kind[1:]}"


def called(version: ScriptVersion) -> str:
    """A version among the others of its script."""
    return f"Version {version.number}" if version.number else "Draft"


def kinds() -> list[str]:
    """What kinds of script there are."""
    return sorted({kind for _, kind in library.shipped()}, key=kind_name)


def uploaded(note: str) -> Sent:
    """The text in the file of this form; Invalid where none can be read, ScriptFault with all its faults."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("There is no file.", {"file": "Choose the file to send."})
    try:
        found = script_file.inspect(sent.stream.read(script_file.MOST_BYTES + 1))
    except TableFault as fault:
        raise Invalid("The file cannot be used.", {"file": str(fault)}) from fault
    return Sent(found.whole(), note, [str(one) for one in found.warnings])


def page(
    script_id: UUID,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> str:
    """The page of one version, as the database has it now."""
    session, now = db.session(), clock.now()
    version = get(script_id)
    session.refresh(version)
    script = lines.around(session, version, now)
    newest = texts.latest(session, version.disease, version.kind)
    base = session.get(ScriptVersion, version.base_id) if version.base_id else None
    authors = script_approval.authors(session, version)
    return render_template(
        "scripts/version.html",
        version=version,
        name=name(version),
        called=called,
        state=next(state for one, state in script.versions if one.id == version.id),
        standings=STANDINGS,
        script=script,
        revisions=lines.revisions(session, version),
        newest=newest,
        base=base,
        stale=newest is not None and newest.id != version.base_id,
        decides=version.asked_at is not None and g.actor.id not in authors,
        values=values or {"when": "approved"},
        errors=summed(errors or {}, faults),
        faults=faults,
    )


def summed(errors: Mapping[str, str], faults: Sequence[Fault]) -> dict[str, str]:
    """What the summary at the head of the page says: faults of a file in one line that leads to them."""
    if not faults:
        return dict(errors)
    count = f"{len(faults)} things" if len(faults) > 1 else "One thing"
    return {**errors, "faults": f"{count} in the file must be put right first. Nothing of it was kept."}


def faults_of(fault: Exception) -> Sequence[Fault]:
    """The faults of a file, in the order of the file."""
    return fault.faults if isinstance(fault, ScriptFault) else ()
