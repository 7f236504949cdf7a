"""Names of rows: each once, none that something else goes by, none that an expression could not say."""

import re

from tracer.interview.authoring.faults import Faults, Row

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*|_[A-Za-z0-9_.-]*[A-Za-z0-9]")
LONGEST = 50
_TAKEN = {"_added", "_removed", "_is", "_notes", "csrf_token", "do"}
# A section's name is a part of its page's address, beside those of the interview's other pages.
_PAGES = {
    *("answers", "aids", "calendar", "call", "change", "changes", "check", "choose", "finish", "flags", "help"),
    *("language", "list", "next", "notes", "pause", "pick", "resume", "start", "state"),
}


class Names:
    """The rows of a form by name."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.rows: dict[str, Row] = {}

    def take(self, row: Row, *, page: bool = False) -> str:
        """The name of a row, which is its own from here on."""
        name = row.get("name")
        wrong = self._wrong(name)
        if not wrong and page and name.lower() in _PAGES:
            wrong = f"{name!r} is the name of another page of the interview. Write {name}_page, say."
        if wrong:
            self._faults.add("name", row, "name", wrong)
        self.rows.setdefault(name, row)
        return name

    def _wrong(self, name: str) -> str:
        if not name:
            return "Give this a name."
        if name in self.rows:
            return f"{name!r} is used already in row {self.rows[name].line}. Each name stands once in a script."
        if name in _TAKEN:
            return f"{name!r} is a name that Tracer uses itself. Choose another."
        if len(name) > LONGEST:
            return f"A name has at most {LONGEST} characters."
        return "" if _NAME.fullmatch(name) else f"{name!r}: a name has letters, digits and underscores, and no space."

    def free(self, wanted: str) -> str:
        """A name like this that nothing has."""
        number = 1
        while f"{wanted}_{number}" in self.rows:
            number += 1
        return f"{wanted}_{number}"
