"""What a cell of a workbook says, as text: words by their number, days and times by the cell's style."""

import re
from datetime import date, datetime, timedelta

from tracer.tables.strings import Strings, unescaped

# The formats that every workbook has: days, and times of day.
_DAYS = {"14", "15", "16", "17", "18", "19", "20", "21", "22", "45", "46", "47", *map(str, range(27, 37)), "57", "58"}
_SAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # words, colours and spaces within a format
_PLAIN = re.compile(r"0|-?[1-9][0-9]{0,14}")
_SECONDS = 86_400
_MOST_STYLES = 70_000


class Styles:
    """Which of a workbook's styles show a number as a day or a time."""

    def __init__(self) -> None:
        self._days = set(_DAYS)
        self._styles: list[bool] = []

    def name(self, number: str, code: str) -> None:
        """A format of the workbook's own."""
        if re.search("[dmyhs]", _SAID.sub("", code.lower())) and "general" not in code.lower():
            self._days.add(number)
        else:
            self._days.discard(number)

    def add(self, number: str) -> None:
        """The next style, by the number of its format."""
        if len(self._styles) < _MOST_STYLES:
            self._styles.append(number in self._days)

    def is_day(self, style: str | None) -> bool:
        """Whether a cell of this style shows a day or a time."""
        if style is None or not style.isdecimal() or len(style) > 6:
            return False
        return int(style) < len(self._styles) and self._styles[int(style)]


class Values:
    """Reads cells."""

    def __init__(self, strings: Strings, styles: Styles, since_1904: bool) -> None:
        self._strings, self._styles = strings, styles
        self._since = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - no zone there
        self._is_1904 = since_1904

    def read(self, text: str, kind: str | None, style: str | None) -> str:
        """A cell's text. ValueError or IndexError where it is no cell's."""
        if not text:
            return ""
        if kind == "s":
            return self._strings[int(text)]
        if kind is None or kind == "n":
            return self._number(text, style)
        if kind == "b":
            return "True" if text == "1" else "False"
        if kind == "d":
            return text.partition("T")[0]
        return unescaped(text)

    def _number(self, text: str, style: str | None) -> str:
        if style is not None and self._styles.is_day(style):
            return self._day(float(text)) or text
        if _PLAIN.fullmatch(text):
            return text
        number = float(text)
        return str(int(number)) if number.is_integer() else repr(number)

    def _day(self, number: float) -> str | None:
        """A day as ISO 8601; where there is no day in it, the time; None where it is neither."""
        if not 0 <= number < 2_958_466:  # the year 10,000
            return None
        moment = self._since + timedelta(seconds=round(number * _SECONDS))
        if number < 1 and not self._is_1904:
            return moment.time().isoformat()
        # Spreadsheets believe in 29 February 1900: the days before are one off.
        early = not self._is_1904 and number < 60
        day: date = moment.date() + timedelta(days=1 if early else 0)
        return day.isoformat()
