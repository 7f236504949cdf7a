"""Words of a form: in which languages they are, and which of them are missing."""

from tracer.interview import languages, speech
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.sheets import Sheet, Sheets
from tracer.interview.languages import Columns

_WHICH = "Which language is this? Write it with its code, like label::Welsh (cy)."


def columns(sheets: Sheets, faults: Faults) -> Columns:
    """The languages of a form, and the columns that hold the words of each."""
    spoken: list[Sheet] = [sheets.survey, sheets.choices]
    settings = sheets.settings.rows[0].get("default_language") if sheets.settings.rows else ""
    plain = any(row.get("label") for sheet in spoken for row in sheet.rows)
    found = languages.columns([name for sheet in spoken for name in sheet.columns], settings, plain)
    for sheet in spoken:
        for name in set(found.unknown) & set(sheet.columns):
            faults.add("language", sheet.head, name, _WHICH)
    if settings and languages.code_of(settings) is None:
        faults.add("language", sheets.settings.rows[0], "default_language", _WHICH.replace("label::", ""))
    return found


def unchecked(settings: Row, columns: Columns, faults: Faults) -> tuple[str, ...]:
    """The codes of the languages whose words no native speaker has checked; a fault for one that is not of the form."""
    named = settings.get("unchecked_languages").replace(",", " ").split()
    for code in named:
        if code not in columns.languages:
            how = f"The form has no words in {code!r}. Name its languages by code, with spaces, like: cy pl"
            faults.add("language", settings, "unchecked_languages", how)
    return tuple(named)


class Spoken:
    """What is said of each row, and what is not said in one of the languages."""

    def __init__(self, columns: Columns, faults: Faults) -> None:
        self._columns, self._faults = columns, faults

    def of(self, row: Row) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """A row's words in the first language, and those of the others by code."""
        return self._columns.of(row.cells)

    def labels(self, row: Row) -> tuple[str, dict[str, dict[str, str]]]:
        """A row's label, and the labels of the other languages."""
        base, others = self.of(row)
        labels = {code: {"label": said["label"]} for code, said in others.items() if "label" in said}
        return base.get("label", ""), labels

    def need(self, row: Row, what: str, *, aloud: bool) -> None:
        """A label is needed; where it is said aloud, in every language."""
        label, others = self.labels(row)
        if not label:
            column = self._columns.column("label", self._columns.default)
            self._faults.add("label", row, column, f"Write the words of this {what}.")
        for code in self._columns.languages if label and aloud else ():
            if code != self._columns.default and code not in others:
                name = languages.NAMES.get(code, (code, ""))[0]
                column = self._columns.column("label", code)
                self._faults.add("translation", row, column, f"This {what} has no words in {name}. Translate it.")

    def other(self, row: Row) -> tuple[tuple[str, dict[str, dict[str, str]]], tuple[str, dict[str, dict[str, str]]]]:
        """The choice “other” and the question that it brings up, in every language of the form."""
        first, *rest = self._columns.languages
        for code in rest:
            if not speech.knows(code):
                how = f"“Other” is not known here in {languages.NAMES.get(code, (code, ''))[0]}."
                self._faults.add("translation", row, "type", f"{how} Write the choice and its question out.")
        said = [speech.other(first)[at] for at in (0, 1)]
        words = [{code: {"label": speech.other(code)[at]} for code in rest} for at in (0, 1)]
        return (said[0], words[0]), (said[1], words[1])
