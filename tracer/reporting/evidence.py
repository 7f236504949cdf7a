"""The evidence of an alert in words, with references only: "opened the record ABCD2345"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracer.models import Alert
from tracer.reporting.events_said import thing
from tracer.watch.rules import TITLES

_PARTS = {
    "nhs_number": "NHS number",
    "date_of_birth": "date of birth",
    "phone": "telephone number",
    "phone_2": "second telephone number",
    "email": "e-mail address",
    "address": "address",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the evidence: when, what, and the reference to ask the audit about."""

    at: datetime
    what: str
    reference: str


def title(alert: Alert) -> str:
    """What the rule found, in a line."""
    return TITLES.get(alert.rule, alert.rule)


def lines(alert: Alert) -> list[Line]:
    """The events in the order of their time."""
    return [
        Line(datetime.fromisoformat(one["at"]), _said(one), one["reference"])
        for one in alert.evidence.get("events", [])
    ]


def counts(alert: Alert) -> list[tuple[str, str]]:
    """Each figure with what it counts."""
    return [(name, f"{value:g}") for name, value in alert.evidence.get("counts", {}).items()]


def _said(one: dict[str, Any]) -> str:
    if one["entity"] == "person" and one["part"] in _PARTS:
        return f"revealed the {_PARTS[one['part']]} of"
    if one["entity"] == "person":
        return "opened"
    if one["entity"] == "task":
        return "handed back, with nothing done,"
    return f"{one['did']} {thing(one['entity'])}"
