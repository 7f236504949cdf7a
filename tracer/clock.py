"""The time, asked for in one place: UTC in the database, Europe/London on screens."""

from datetime import UTC, date, datetime, time, timedelta
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


def end_of(day: date) -> datetime:
    """The moment at which a day is over in London, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)
