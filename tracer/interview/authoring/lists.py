"""The sheet choices: lists of answers to choose from."""

import re

from tracer.interview.answers import DECLINES
from tracer.interview.authoring import flags
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.sheets import Sheets
from tracer.interview.authoring.words import Spoken
from tracer.interview.languages import SPOKEN
from tracer.interview.script import Choice

_OURS = re.compile(
    rf"list_name|name|{flags.CHOICE_FLAG}|({'|'.join(SPOKEN)})(::.*)?|(media::)?(image|audio|video|big-image)(::.*)?"
)
_LONGEST = 100


class Lists:
    """The lists by name, the row of each choice, and which lists are used."""

    def __init__(self, sheets: Sheets, spoken: Spoken, faults: Faults) -> None:
        self._faults, self._spoken = faults, spoken
        self._filtered = any(row.get("choice_filter") for row in sheets.survey.rows)
        self.found: dict[str, list[Choice]] = {}
        self.rows: dict[tuple[str, str], Row] = {}
        self.used = set[str]()
        for row in sheets.choices.rows:
            self._read(row)

    def _read(self, row: Row) -> None:
        listed, name = row.get("list_name"), row.get("name")
        if not listed:
            self._faults.add("choice", row, "list_name", "Say which list this choice is of.")
            return
        wrong = self._wrong(listed, name)
        if wrong:
            self._faults.add("choice", row, "name", wrong)
            self.found.setdefault(listed, [])
            return
        label, words = self._spoken.labels(row)
        self._spoken.need(row, "choice", aloud=True)
        flag = flags.of(row, flags.CHOICE_FLAG, self._faults)
        further = {one: text for one, text in row.cells.items() if not _OURS.fullmatch(one)} if self._filtered else {}
        self.found.setdefault(listed, []).append(Choice(name, label or name, further, words, flag))
        self.rows[listed, name] = row

    def _wrong(self, listed: str, name: str) -> str:
        if not name:
            return "Give this choice a name."
        if (listed, name) in self.rows:
            return f"{name!r} stands in its list already, in row {self.rows[listed, name].line}."
        if len(name.split()) > 1:
            return f"{name!r} has a space in it, where a name of several choices would end. Write an underscore."
        if name in DECLINES:
            return f"{name!r} is offered with every question by itself. Leave it out."
        return f"A name has at most {_LONGEST} characters." if len(name) > _LONGEST else ""

    def of(self, row: Row, listed: str) -> tuple[Choice, ...]:
        """The choices of a question."""
        self.used.add(listed)
        if listed not in self.found:
            known = f" There are: {', '.join(sorted(self.found))}." if self.found else ""
            self._faults.add("list", row, "type", f"There is no list {listed!r} in the sheet choices.{known}")
        return tuple(self.found.get(listed, ()))

    def say_unused(self) -> None:
        """Warn of the lists that no question offers."""
        for listed in self.found.keys() - self.used:
            row = next(row for (of, _), row in self.rows.items() if of == listed) if self.found[listed] else None
            if row:
                self._faults.warn("unused-list", row, "list_name", f"No question offers the list {listed!r}.")
