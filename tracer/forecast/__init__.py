"""What comes in the next fortnight against who is there: arrivals by hour, with a range, and what will wait.

Pure: counts and paid hours in, numbers out. Which method and why: docs/decisions/0024-forecast.md.
"""

from tracer.forecast.daily import HORIZON, LEAST_DAYS
from tracer.forecast.handling import CALLING, FULL_WEEK
from tracer.forecast.hourly import Day
from tracer.forecast.outlook import Hour, Outlook, Staffing, look_ahead
from tracer.forecast.shortage import Short, shortages

__all__ = [
    "CALLING",
    "FULL_WEEK",
    "HORIZON",
    "LEAST_DAYS",
    "Day",
    "Hour",
    "Outlook",
    "Short",
    "Staffing",
    "look_ahead",
    "shortages",
]
