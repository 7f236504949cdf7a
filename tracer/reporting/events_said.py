"""An event of the audit in words: "read the telephone number of a person, during identity.reveal"."""

from tracer.models import AuditEvent

_THINGS = {
    "answer_export": "an export of answers",
    "api_token": "a machine's token",
    "audit_event": "the audit",
    "case_record": "a case",
    "factor": "a second factor",
    "factor_reset": "a reset of second factors",
    "grant_record": "a grant to open a record",
    "intake": "a batch",
    "intake_reject": "a rejected row of a batch",
    "leadership": "who leads a team",
    "password_link": "a link to set a password",
    "password_request": "a forgotten password",
    "record_question": "a question on a record",
    "script": "an interview script",
    "script_revision": "the text of an interview script",
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

# The piece of work that an event belongs to, as the people who do it call it.
_DOING = {
    "attempt.record": "recording an attempt",
    "audit.search": "looking at the audit",
    "case.read": "looking at a case",
    "contact.read": "looking at a contact",
    "identity.reveal": "revealing a part",
    "intake.load": "loading a batch",
    "intake.read": "looking at a batch",
    "interview.answer": "taking down answers",
    "interview.finish": "finishing an interview",
    "interview.read": "looking at an interview",
    "interview.start": "starting an interview",
    "question.answer": "answering a question",
    "question.ask": "asking a question",
    "question.list": "looking at questions",
    "question.read": "looking at a question",
    "question.take": "taking a question up",
    "review.look": "looking at a review",
    "review.make": "reviewing finished work",
    "staff.add": "adding somebody",
    "staff.change": "changing an account",
    "staff.end": "ending an account",
    "task.claim": "taking the next case",
    "task.hand_back": "handing work back",
    "task.reassign": "moving work",
    "team.add": "adding a team",
    "token.add": "making a token",
    "token.revoke": "ending a token",
}

# Of these nobody but us knows the parts.
_INSIDE = {"assignment", "notice", "task"}


def thing(table: str) -> str:
    """What a row of a table is called."""
    article = "an" if table[0] in "aeiou" else "a"
    return _THINGS.get(table, f"{article} {table.replace('_', ' ')}")


def said(event: AuditEvent) -> str:
    """What was done, to be read after the name of who did it."""
    if event.did == "refused" and event.entity == "staff":
        words = "was refused a sign-in to a staff account"
    elif event.did == "limited" and event.entity == "staff":
        words = "tried too often to sign in to a staff account, and was not let try"
    elif event.did == "exported" and event.entity == "answer_export":
        words = "exported the answers to a script" + (", with names" if event.fields else "")
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


def mine(event: AuditEvent) -> tuple[str, str]:
    """What was done and in which piece of work, to whoever did it: "Read a case", "while looking at a case"."""
    words = said(event).rpartition(", during ")[0]
    if event.entity in _INSIDE:
        words = words.partition(" (")[0]
    noun, _, verb = event.action.partition(".")
    doing = _DOING.get(event.action, f"{noun.replace('_', ' ')}: {verb.replace('_', ' ')}")
    return words[:1].upper() + words[1:], f"while {doing}"


def who(event: AuditEvent, name: str | None) -> str:
    """Who did it: the name, the system, or somebody who was not signed in."""
    if name is not None:
        return name
    return {"system": "The system", "door": "The sign-in", "anonymous": "Somebody not signed in"}.get(
        event.actor_kind, "An unknown account"
    )


def _parts(fields: list[str]) -> str:
    return ", ".join(_PARTS.get(field, field.removesuffix("_id").replace("_", " ")) for field in fields)
