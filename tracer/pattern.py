"""Working patterns: `Mon-Fri 08:00-14:00; Sat 10:00-16:00`, read, written again, and asked when somebody is at work.

Times are those of a London wall clock, so a shift that begins at 08:00 does so in summer and in winter. One over the
night that the clocks go back lasts an hour longer, one over the night that they go forward an hour less: hours are
counted as they pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from tracer.clock import LONDON

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# As the database keeps it.
LONGEST = 200
_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})-(\d{1,2})[:.](\d{2})")
_NAMES = re.compile(r"([a-z]+)(?:-([a-z]+))?")
_LIKE = "Write days and hours, like Mon-Fri 08:00-14:00; Sat 10:00-16:00."
Shift = tuple[datetime, datetime]


class PatternFault(ValueError):
    """What is written is no working pattern; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A week's shifts. `week[0]` is Monday's: minutes after midnight from and until, over 1440 in the next day."""

    week: tuple[tuple[tuple[int, int], ...], ...]

    def __str__(self) -> str:
        """As it is kept and shown: days with the same hours together, in the order of the week."""
        parts, left = [], [number for number in range(7) if self.week[number]]
        while left:
            spans = self.week[left[0]]
            same = [number for number in left if self.week[number] == spans]
            left = [number for number in left if number not in same]
            parts.append(f"{', '.join(_ranges(same))} {', '.join(_hours(span) for span in spans)}")
        return "; ".join(parts)

    def is_at_work(self, moment: datetime) -> bool:
        """Whether a shift is on; at the minute of its end it is over."""
        return self.ends(moment) is not None

    def ends(self, moment: datetime) -> datetime | None:
        """When the shift that is on is over; None when none is on."""
        day = _day_of(moment)
        return next((end for start, end in self._shifts(day, 1, 2) if start <= moment < end), None)

    def next(self, moment: datetime) -> Shift | None:
        """The first shift that begins after a moment: from and until; None for whoever is always at work."""
        day = _day_of(moment)
        return next((shift for shift in self._shifts(day, 1, 9) if shift[0] > moment), None)

    def ended(self, moment: datetime) -> datetime | None:
        """When the last shift before a moment was over (or at it); None for whoever is always at work."""
        day = _day_of(moment)
        return max((end for _, end in self._shifts(day, 9, 1) if end <= moment), default=None)

    def paid(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time between two moments is shift."""
        found = timedelta()
        if until <= since:
            return found
        first, last = _day_of(since), _day_of(until)
        for start, end in self._shifts(first, 1, (last - first).days):
            found += max(timedelta(), min(end, until) - max(start, since))
        return found

    def _shifts(self, day: date, before: int, after: int) -> Iterator[Shift]:
        """The shifts that begin within so many days before and after a day, those that meet as one."""
        open_: Shift | None = None
        for number in range(-before, after + 1):
            on = day + timedelta(days=number)
            for start, end in self.week[on.weekday()]:
                shift = _moment(on, start, late=False), _moment(on, end, late=True)
                if open_ is not None and shift[0] <= open_[1]:
                    open_ = open_[0], max(open_[1], shift[1])
                    continue
                if open_ is not None and open_[0] < open_[1]:
                    yield open_
                open_ = shift
        if open_ is not None and open_[0] < open_[1]:
            yield open_


@lru_cache(maxsize=20_000)
def read(text: str) -> Pattern:
    """The pattern that is written; PatternFault, saying what to write, for anything else."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for part in filter(None, (one.strip() for one in text.replace("–", "-").split(";"))):
        days, spans = _part(part)
        for day in days:
            week[day] += spans
    if not any(week):
        raise PatternFault(f"This says no hours. {_LIKE}")
    found = Pattern(tuple(tuple(sorted(spans)) for spans in week))
    _check_apart(found)
    if len(str(found)) > LONGEST:
        raise PatternFault(f"Keep the pattern within {LONGEST} characters: write days with the same hours together.")
    return found


def _part(part: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The days and the hours of one part, as they stand between semicolons."""
    days, spans = list[int](), list[tuple[int, int]]()
    for word in re.sub(r"\s*-\s*", "-", part).replace(",", " ").split():
        if _HOURS.fullmatch(word):
            spans.append(_span(word))
        elif spans:
            raise PatternFault(f"Write a semicolon before “{word[:40]}”. {_LIKE}")
        else:
            days += _days(word)
    if not days or not spans:
        lacks = "days" if not days else "hours"
        raise PatternFault(f"“{part[:60]}” has no {lacks}. {_LIKE}")
    return days, spans


def _days(word: str) -> list[int]:
    found = _NAMES.fullmatch(word.lower())
    if not found:
        raise PatternFault(f"“{word[:40]}” is neither a day nor hours. {_LIKE}")
    first, last = (_day(one) if one else None for one in found.groups())
    if first is None or last is None:
        return [] if first is None else [first]
    return [(first + number) % 7 for number in range((last - first) % 7 + 1)]


def _day(name: str) -> int:
    matching = [number for number, whole in enumerate(_WHOLE) if len(name) >= 3 and whole.startswith(name)]
    if not matching:
        raise PatternFault(f"“{name[:40]}” is no day. Write {', '.join(DAYS[:-1])} or {DAYS[-1]}.")
    return matching[0]


def _span(word: str) -> tuple[int, int]:
    numbers = [int(one) for one in re.findall(r"\d+", word)]
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if numbers[1] > 59 or numbers[3] > 59 or start >= _DAY or end > _DAY:
        raise PatternFault(f"“{word}” are no hours of a day. Write them from 00:00 to 24:00, like 08:00-14:00.")
    if start == end:
        raise PatternFault(f"“{word}” lasts no time. Write when the shift begins and when it ends.")
    return start, end if end > start else end + _DAY


def _check_apart(pattern: Pattern) -> None:
    """Two shifts at one time are a slip of the pen."""
    whole = [(day * _DAY + start, day * _DAY + end) for day, spans in enumerate(pattern.week) for start, end in spans]
    again = [(start + _WEEK, end + _WEEK) for start, end in whole[:1]]
    for (_, end), (start, _) in zip(whole, [*whole[1:], *again], strict=True):
        if start < end:
            day = DAYS[start % _WEEK // _DAY]
            raise PatternFault(f"Two shifts overlap on {day} at {_clock(start)}. Write each hour once.")


def _ranges(days: list[int]) -> list[str]:
    """Days that follow each other as one: Mon-Fri."""
    found = list[list[int]]()
    for day in days:
        if found and day == found[-1][-1] + 1:
            found[-1].append(day)
        else:
            found.append([day])
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in found]


def _hours(span: tuple[int, int]) -> str:
    start, end = span
    return f"{_clock(start)}-{'24:00' if end == _DAY else _clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute % _DAY // 60:02d}:{minute % 60:02d}"


def _day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


# All that are asked for are of a few weeks: the same for everybody.
@lru_cache(maxsize=20_000)
def _moment(day: date, minute: int, *, late: bool) -> datetime:
    """A time of a London day as a moment: of an hour that comes twice, a shift begins in the first, ends in the last.

    An hour that is left out is the moment at which the clocks go forward, 01:00 UTC.
    """
    on = day + timedelta(days=minute // _DAY)
    there = datetime.combine(on, time(minute % _DAY // 60, minute % 60, fold=int(late)), LONDON)
    found = there.astimezone(UTC)
    if found.astimezone(LONDON).replace(tzinfo=None) != there.replace(tzinfo=None):
        return datetime.combine(on, time(1), UTC)
    return found
