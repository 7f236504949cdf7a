"""An event of the audit in words: "read the telephone number of a person, during identity.reveal"."""

from tracer.models import AuditEvent

_THINGS = {
    "api_token": "a machine's token",
    "audit_event": "an event of the audit",
    "case_record": "a case",
    "grant_record": "a grant to open a record",
    "intake": "a batch",
    "intake_reject": "a rejected row of a batch",
    "leadership": "who leads a team",
    "script": "an interview script",
    "sign_in": "a sign-in",
    "staff": "a staff account",
    "team_area": "the area of a team",
    "team_reach": "the reach of a team",
}
_PARTS = {
    "identity": "identity",
    "nhs_number": "NHS number",
    "date_of_birth": "date of birth",
    "phone": "telephone number",
    "phone_2": "second telephone number",
    "email": "e-mail address",
}


def thing(table: str) -> str:
    """What a row of a table is called."""
    article = "an" if table[0] in "aeiou" else "a"
    return _THINGS.get(table, f"{article} {table.replace('_', ' ')}")


def said(event: AuditEvent) -> str:
    """What was done, to be read after the name of who did it."""
    if event.did == "refused" and event.entity == "staff":
        words = "was refused a sign-in to a staff account"
    elif event.did == "exported":
        words = f"exported {event.entity_id.removeprefix('rows/')} rows of the audit"
    elif event.entity == "record_lookup":
        words = "looked for a record by exactly this, and " + ("found it" if event.did == "found" else "found none")
    elif event.did == "read" and event.fields:
        words = f"read the {_parts(event.fields)} of {thing(event.entity)}"
    elif event.fields:
        words = f"{event.did} {thing(event.entity)} ({_parts(event.fields)})"
    else:
        words = f"{event.did} {thing(event.entity)}"
    return f"{words}, during {event.action}"


def who(event: AuditEvent, name: str | None) -> str:
    """Who did it: the name, the system, or somebody who was not signed in."""
    if name is not None:
        return name
    return {"system": "The system", "door": "The sign-in", "anonymous": "Somebody not signed in"}.get(
        event.actor_kind, "An unknown account"
    )


def _parts(fields: list[str]) -> str:
    return ", ".join(_PARTS.get(field, field.removesuffix("_id").replace("_", " ")) for field in fields)
