"""One event as a calendar file (RFC 5545): published, so it names neither who holds it nor who comes."""

from dataclasses import dataclass
from datetime import UTC, datetime

_LONGEST = 75  # octets in a line, without its end


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar is told. `uid` stays the same for good; the higher `sequence` is the newer text."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    link: str = ""
    words: str = ""
    cancelled: bool = False


def write(event: Event) -> bytes:
    """The file: lines folded at 75 octets, ended by CRLF, times in UTC."""
    texts = {"SUMMARY": event.title, "LOCATION": event.place, "DESCRIPTION": event.words}
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tracer//Training sessions//EN", "METHOD:PUBLISH"]
    lines += ["BEGIN:VEVENT", f"UID:{_escaped(event.uid)}", f"SEQUENCE:{event.sequence}"]
    moments = {"DTSTAMP": event.changed_at, "DTSTART": event.starts_at, "DTEND": event.ends_at}
    lines += [f"{name}:{_utc(moment)}" for name, moment in moments.items()]
    lines += [f"{name}:{_escaped(text)}" for name, text in texts.items() if text]
    if event.link:
        lines.append(f"URL:{''.join(event.link.split())}")
    lines += [f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}", "END:VEVENT", "END:VCALENDAR"]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """As RFC 5545, 3.3.11 has it; other control characters are left out."""
    text = "\n".join(text.splitlines())
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return "".join(letter for letter in text if letter >= " " and letter != "\x7f")


def _folded(line: str) -> bytes:
    """Cut between characters, never inside one; a line that goes on begins with a space."""
    parts, room = [b""], _LONGEST
    for letter in line:
        octets = letter.encode()
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
            room = _LONGEST - 1
        parts[-1] += octets
    return b"\r\n ".join(parts)
