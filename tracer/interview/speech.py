"""How each language says what a script does not write out: days, yes and no, and what stands for an answer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Speech:
    """One language. `day` is filled with weekday, day, month and year."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    yes: str
    no: str
    declines: dict[str, str]
    not_answered: str
    not_understood: str
    other: str
    which_other: str


_SPEECH = {
    "en": Speech(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        "{weekday} {day} {month} {year}",
        "yes",
        "no",
        {"does_not_know": "Does not know", "prefers_not_to_say": "Prefers not to say"},
        "Not answered",
        "{typed} (not understood)",
        "Other",
        "What is it?",
    ),
    "cy": Speech(
        ("dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul"),
        (
            "Ionawr",
            "Chwefror",
            "Mawrth",
            "Ebrill",
            "Mai",
            "Mehefin",
            "Gorffennaf",
            "Awst",
            "Medi",
            "Hydref",
            "Tachwedd",
            "Rhagfyr",
        ),
        "{weekday} {day} {month} {year}",
        "ie",
        "na",
        {"does_not_know": "Ddim yn gwybod", "prefers_not_to_say": "Mae'n well ganddynt beidio â dweud"},
        "Heb ei ateb",
        "{typed} (heb ei ddeall)",
        "Arall",
        "Beth ydyw?",
    ),
    "pl": Speech(
        ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
        (
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ),
        "{weekday}, {day} {month} {year}",
        "tak",
        "nie",
        {"does_not_know": "Nie wie", "prefers_not_to_say": "Woli nie mówić"},
        "Brak odpowiedzi",
        "{typed} (niezrozumiałe)",
        "Inne",
        "Co to jest?",
    ),
}


def _of(code: str) -> Speech | None:
    return _SPEECH.get(code.partition("-")[0])


def knows(code: str) -> bool:
    """Whether days and declines are said in this language."""
    return _of(code) is not None


def day(when: date, code: str) -> str:
    """A day as people say it, Tuesday 3 March 2026; in numbers, 2026-03-03, where the language is not known here."""
    speech = _of(code)
    if speech is None:
        return when.isoformat()
    weekday, month = speech.weekdays[when.weekday()], speech.months[when.month - 1]
    return speech.day.format(weekday=weekday, day=when.day, month=month, year=when.year)


def truth(value: bool, code: str) -> str:
    """Yes or no; a mark where the language is not known here."""
    speech = _of(code)
    if speech is None:
        return "✓" if value else "✗"
    return speech.yes if value else speech.no


def declined(how: str, code: str) -> str:
    """Does not know, prefers not to say; in English where the language is not known here (a tracer reads it)."""
    return (_of(code) or _SPEECH["en"]).declines[how]


def not_answered(code: str) -> str:
    """What stands where there is no answer."""
    return (_of(code) or _SPEECH["en"]).not_answered


def not_understood(typed: str, code: str) -> str:
    """What was typed and could not be read."""
    return (_of(code) or _SPEECH["en"]).not_understood.format(typed=typed)


def other(code: str) -> tuple[str, str]:
    """The choice “other”, and the question that it brings up; in English where the language is not known here."""
    speech = _of(code) or _SPEECH["en"]
    return speech.other, speech.which_other
