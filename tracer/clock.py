"""The time, asked for in one place: UTC in the database, Europe/London on screens."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in London: a "day" of isolation begins and ends there."""
    return now().astimezone(LONDON).date()


def london(moment: datetime) -> datetime:
    """The same moment on a London wall clock."""
    return moment.astimezone(LONDON)
