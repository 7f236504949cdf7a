"""Calendar files: folding, escaping, times, and nobody's address."""

from datetime import UTC, datetime, timedelta, timezone

from tracer import ical

_AT = datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=1)))


def event(**more: object) -> ical.Event:
    known = {"uid": "1@example", "sequence": 3, "changed_at": _AT, "starts_at": _AT, "title": "A session"}
    return ical.Event(**{**known, "ends_at": _AT + timedelta(hours=1), **more})  # type: ignore[arg-type]


def test_one_event_in_utc() -> None:
    lines = ical.write(event()).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == 1
    assert {"METHOD:PUBLISH", "SEQUENCE:3", "DTSTART:20260701T090000Z", "STATUS:CONFIRMED"} <= set(lines)
    assert f"DTEND:{(_AT + timedelta(hours=1)).astimezone(UTC):%Y%m%dT%H%M%SZ}" in lines


def test_it_names_nobody() -> None:
    wire = ical.write(event(title="x\r\nATTENDEE:mailto:other@example", link="https://a.example/\r\nATTENDEE:b"))
    assert not [line for line in wire.split(b"\r\n") if line.startswith((b"ATTENDEE", b"ORGANIZER"))]


def test_long_lines_are_folded_between_characters() -> None:
    title = "Zażółć gęślą jaźń; a, b\\c " * 9
    wire = ical.write(event(title=title))
    assert all(len(line) <= 75 and line.decode() is not None for line in wire.split(b"\r\n"))
    [summary] = [one for one in wire.decode().replace("\r\n ", "").split("\r\n") if one.startswith("SUMMARY:")]
    plain = summary.removeprefix("SUMMARY:").replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert plain == title


def test_a_session_that_is_called_off_says_so() -> None:
    assert b"STATUS:CANCELLED\r\n" in ical.write(event(cancelled=True))
