"""The words of each notice: a text file for each kind and language, and this small reader."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tracer import clock

_FOLDER = Path(__file__).parent


def write(kind: str, details: Mapping[str, Any], service: str, phone: str, address: str) -> tuple[str, str]:
    """The subject and text of a notice; KeyError for a kind without words. `address` is where people reach us."""
    values = {
        "address": address,
        "token": details.get("token", ""),
        "service": service,
        "phone": phone,
        "given_name": details.get("given_name") or "",
        "reference": details.get("reference", ""),
        "change": details.get("change", ""),
        "when": _when(details.get("at")),
        "until": _until(details.get("isolation_until")),
        **{name: details.get(name) or "" for name in ("who", "from_time", "until_time", "session", "why", "page")},
        "what": details.get("what") or "",
        "ends_day": _day(details.get("ends_on")),
        **_session(details),
    }
    subject, text = _words(kind)
    return subject.format_map(values), text.format_map(values).replace("Hello .", "Hello.")


@cache
def _words(kind: str) -> tuple[str, str]:
    path = _FOLDER / f"{kind}.en.txt"
    if not path.exists():
        raise KeyError(kind)
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("subject:").strip(), text


def _when(moment: str | None) -> str:
    if not moment:
        return ""
    there = clock.london(datetime.fromisoformat(moment))
    return f"{there:%H:%M} on {there.day} {there:%B %Y}"


def _session(details: Mapping[str, Any]) -> dict[str, str]:
    """When a training session is, in London."""
    if not details.get("starts_at"):
        return {"session_day": "", "session_when": ""}
    begins, ends = (clock.london(datetime.fromisoformat(details[name])) for name in ("starts_at", "ends_at"))
    there = f"{begins:%A} {begins.day} {begins:%B %Y}"
    return {"session_day": f"{begins.day} {begins:%B}", "session_when": f"{there}, {begins:%H:%M} to {ends:%H:%M}"}


def _day(moment: str | None) -> str:
    if not moment:
        return ""
    there = clock.london(datetime.fromisoformat(moment))
    return f"{there.day} {there:%B %Y}"


def _until(day: str | None) -> str:
    if not day:
        return ""
    there = date.fromisoformat(day)
    return f"Please stay at home until the end of {there:%A} {there.day} {there:%B %Y}, even if you feel well.\n"
