"""What can go wrong in the work itself, in words for the person who meets it.

Each fault carries a plain English message that says what to do. The web and the API turn them into
answers in one module each; nothing else catches them.
"""


class Fault(Exception):
    """The base: a message for a person, and optionally the field that each part of it is about."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields or {}


class NotFound(Fault):
    """No such record, or none that this actor may see: the two are told apart nowhere."""

    def __init__(self) -> None:
        super().__init__("There is no such record, or it is not yours to see.")


class Invalid(Fault):
    """What was given cannot be used; `fields` says which part and why."""


class Conflict(Fault):
    """Somebody was here first: saved meanwhile, already done, held by another."""


class Refused(Fault):
    """The actor may see this, but may not do that."""
